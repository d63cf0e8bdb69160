using Shouldly;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.EndToEnd;

/// <summary>
/// Shell completion as zsh, fish and PowerShell do it, with the script that the program prints. A shell that is not on this machine is left
/// out; <c>./test</c> installs the first two where it may.
/// </summary>
public sealed class OtherShellTests
{
    /// <summary>An interactive zsh at a terminal of its own, whose offers a completion widget writes down.</summary>
    private const string Zsh = """
        zmodload zsh/zpty
        offered=$PWD/offered
        zpty shell zsh -f -i
        zpty -w shell 'PROMPT=; autoload -Uz compinit; compinit -u -D; source <(tandem completion zsh)'
        zpty -w shell "note() { local -a got; builtin compadd -O got \"\$@\"; print -rl -- \$got >> $offered; }"
        zpty -w shell "offer() { functions[compadd]=\$functions[note]; _main_complete; unfunction compadd; print END >> $offered; }"
        zpty -w shell "zle -C offer complete-word offer; bindkey '^X' offer"
        zpty -w shell "print > $offered.ready"
        until [[ -e $offered.ready ]]; do sleep 0.05; done
        zpty -n -w shell "$1"$'\x18'
        until grep -qs '^END$' $offered; do sleep 0.05; done
        zpty -d shell
        grep -v '^END$' $offered
        exit 0
        """;

    private const string Fish = "source (tandem completion fish | psub); complete -C $argv[1]";

    private const string PowerShell =
        "tandem completion powershell | Out-String | Invoke-Expression; "
        + "(TabExpansion2 -inputScript $env:LINE -cursorColumn $env:LINE.Length).CompletionMatches.CompletionText";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string[]> Lines
    {
        get
        {
            (string Line, string[] Expected)[] lines =
            [
                ("tandem im", ["import"]),
                ("tandem mapping re", ["reload"]),
                ("tandem import --dry", ["--dry-run"]),
                ("tandem serve --database postgres://u@h/d --assi", ["--assignment-rules"]),
                ("tandem verify --level ", ["counts", "stamps", "values"]),
                ("tandem verify Contact --level st", ["stamps"]),
                ("./tandem paus", ["pause"]),
                ("tandem import mapp", ["mappings.json"]),
                ("tandem import --no-such", []),
            ];
            var data = new TheoryData<string, string, string[]>();
            foreach (var shell in new[] { "zsh", "fish", "pwsh" })
            {
                foreach (var (line, expected) in lines)
                    data.Add(shell, line, expected);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Commands_options_values_and_files_are_completed(string shell, string line, string[] expected)
    {
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        var isHere = path.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, shell)));
        Assert.SkipUnless(isHere, $"There is no {shell} on this machine.");
        using var folder = new TemporaryFolder();
        await WriteProgramAsync(folder.Combine("tandem"));
        await File.WriteAllTextAsync(folder.Combine("mappings.json"), "", Cancelled);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = $"{folder.FullPath}{Path.PathSeparator}{path}", ["HOME"] = folder.FullPath, ["LINE"] = line, ["TERM"] = "dumb",
        };
        string[] arguments = shell switch
        {
            "zsh" => ["-f", "-c", Zsh, "zsh", line],
            "fish" => ["--no-config", "-c", Fish, line],
            _ => ["-NoProfile", "-Command", PowerShell],
        };

        await using var process = TandemProcess.StartProgram(shell, arguments, environment, folder.FullPath);

        (await process.EndAsync(0, Cancelled)).Select(text => Path.GetFileName(text.Split('\t')[0]))
            .Where(text => text.Length > 0)
            .Distinct(StringComparer.Ordinal)
            .ShouldBe(expected, ignoreOrder: true);
    }

    private static async Task WriteProgramAsync(string file)
    {
        var program = RepositoryRoot.Combine("artifacts", "bin", "Tandem.Cli", "release", "tandem.dll");
        await File.WriteAllTextAsync(file, $"#!/bin/sh\nexec dotnet '{program}' \"$@\"\n", Cancelled);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
