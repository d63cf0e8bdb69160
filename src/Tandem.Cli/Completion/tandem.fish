# Completes the words of tandem in fish. Run once:
#   tandem completion fish > ~/.config/fish/completions/tandem.fish
function __tandem_words
    set -l line (string replace --regex '^\S+' tandem -- (commandline --cut-at-cursor --current-process))
    tandem "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
end
complete --command tandem --arguments '(__tandem_words)'
