# Completes the words of tandem in fish. Run once:
#   tandem completion fish > ~/.config/fish/completions/tandem.fish
function __tandem_words
    set -l word (commandline --current-token --cut-at-cursor)
    set -l line (string replace --regex '^\S+' tandem -- (commandline --cut-at-cursor --current-process))
    set -l begins '^'(string escape --style=regex -- "$word")
    set -l found (tandem "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null | string match --entire --regex -- $begins)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        __fish_complete_path "$word"
    end
end
complete --command tandem --no-files --arguments '(__tandem_words)'
