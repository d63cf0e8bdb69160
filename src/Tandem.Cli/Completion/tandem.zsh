#compdef tandem
# Completes the words of tandem in zsh. Put this into your ~/.zshrc, after compinit:
#   source <(tandem completion zsh)
_tandem() {
  local -a before=("${(@)words[2,CURRENT-1]}") found
  local line="tandem ${before:+${(j: :)before} }$PREFIX"
  found=("${(@f)$(${~words[1]} "[suggest:${#line}]" "$line" 2>/dev/null)}")
  found=(${(M)found:#${(b)PREFIX}?*})
  if (( ${#found} )); then
    compadd -- $found
  else
    _files
  fi
}
compdef _tandem tandem
