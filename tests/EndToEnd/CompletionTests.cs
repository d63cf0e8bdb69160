using Shouldly;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.EndToEnd;

/// <summary>Shell completion as bash does it: the printed script is sourced, and its function asked with a line and a cursor.</summary>
public sealed class CompletionTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("tandem im", "import")]
    [InlineData("tandem mapping re", "reload")]
    [InlineData("tandem import --dry", "--dry-run")]
    [InlineData("tandem serve --database postgres://u@h/d --assi", "--assignment-rules")]
    [InlineData("tandem verify --level ", "counts", "stamps", "values")]
    [InlineData("tandem verify Contact --level st", "stamps")]
    [InlineData("tandem auth -e sand", "sandbox")]
    [InlineData("tandem completion b", "bash")]
    [InlineData("./tandem paus", "pause")]
    [InlineData("tandem import --no-such")]
    public async Task Bash_completes_commands_options_and_values(string line, params string[] expected) =>
        (await CompleteAsync(line)).ShouldBe(expected, ignoreOrder: true);

    [Theory]
    [InlineData("zsh", "compdef _tandem tandem")]
    [InlineData("fish", "complete --command tandem")]
    [InlineData("powershell", "Register-ArgumentCompleter -Native -CommandName tandem")]
    public async Task Other_shells_have_scripts_that_ask_in_the_same_way(string shell, string registration)
    {
        await using var process = TandemProcess.Start(["completion", shell]);
        (await process.WaitForExitAsync(Cancelled)).ShouldBe(0);
        process.OutputLines.ShouldContain(text => text.StartsWith(registration, StringComparison.Ordinal));
        process.OutputLines.ShouldContain(text => text.Contains("[suggest:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unknown_shell_is_told()
    {
        await using var process = TandemProcess.Start(["completion", "tcsh"]);
        (await process.WaitForExitAsync(Cancelled)).ShouldBe(2);
        process.ErrorLines[0].ShouldBe("SHELL: expected bash, zsh, fish or powershell, found tcsh.");
    }

    /// <summary>The words of the line stand in COMP_WORDS as bash puts them there, its program replaced by the one that was built.</summary>
    private static async Task<IReadOnlyList<string>> CompleteAsync(string line)
    {
        const string script = """
            program="$1"; line="$2"
            tandem() { dotnet "$program" "$@"; }
            source <(tandem completion bash)
            complete -p tandem | grep -q -- '-F _tandem' || exit 9
            eval './tandem() { tandem "$@"; }'
            read -r -a COMP_WORDS <<< "$line"
            case "$line" in *' ') COMP_WORDS+=('');; esac
            COMP_LINE="$line"; COMP_POINT=${#line}; COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _tandem
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        var program = RepositoryRoot.Combine("artifacts", "bin", "Tandem.Cli", "release", "tandem.dll");
        await using var bash = TandemProcess.StartProgram("bash", ["-c", script, "bash", program, line]);
        (await bash.WaitForExitAsync(Cancelled)).ShouldBe(0, string.Join('\n', bash.Lines));
        return [.. bash.OutputLines.Where(text => text.Length > 0)];
    }
}
