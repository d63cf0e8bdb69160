# Completes the words of tandem in bash. Put this into your ~/.bashrc:
#   source <(tandem completion bash)
_tandem() {
  local word="${COMP_WORDS[COMP_CWORD]}" line="${COMP_LINE:0:COMP_POINT}" found
  line="tandem${line#"${COMP_WORDS[0]}"}"
  found="$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)"
  mapfile -t COMPREPLY < <(compgen -W "$found" -- "$word")
}
complete -o default -F _tandem tandem
