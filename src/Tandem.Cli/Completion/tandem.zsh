#compdef tandem
# Completes the words of tandem in zsh. Put this into your ~/.zshrc, after compinit:
#   source <(tandem completion zsh)
_tandem() {
  local line="tandem ${(j: :)words[2,CURRENT]}"
  local -a found
  found=("${(@f)$(${words[1]} "[suggest:${#line}]" "$line" 2>/dev/null)}")
  found=(${found:#})
  if (( ${#found} )); then
    compadd -- $found
  else
    _files
  fi
}
compdef _tandem tandem
