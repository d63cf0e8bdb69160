using Shouldly;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.EndToEnd.Scripts;

/// <summary>
/// The root scripts in a small repository of their own, with a `dotnet` in front that notes what it is asked and builds in an instant.
/// </summary>
public sealed class ScriptTests : IDisposable
{
    private const string FakeDotnet =
        """
        #!/usr/bin/env bash
        root=$FAKE_ROOT
        case $1 in
          --list-sdks) echo "${FAKE_SDK:-10.0.100} [/sdk]" ;;
          build)
            echo "$*" >>"$root/builds.txt"
            if [ -n "${FAKE_BUILD_ERROR:-}" ]; then echo "$FAKE_BUILD_ERROR"; exit 1; fi
            mkdir -p "$root/artifacts/bin/Tandem.Cli/release"
            touch "$root/artifacts/bin/Tandem.Cli/release/tandem.dll" ;;
          *tandem.dll) shift; echo "ran with: $*"; exit "${FAKE_EXIT:-0}" ;;
          *)
            echo "tests of $1: $*" >>"$root/runs.txt"
            name=$(basename "$1" .dll)
            while [ "$1" != -xml ]; do shift; done
            if [ -f "$root/$name.xml" ]; then cp "$root/$name.xml" "$2"; fi
            if [ -f "$root/$name.code" ]; then exit "$(cat "$root/$name.code")"; fi ;;
        esac
        """;

    private readonly TemporaryFolder _folder = new();

    public ScriptTests()
    {
        Directory.CreateDirectory(_folder.Combine("bin"));
        Directory.CreateDirectory(_folder.Combine("repo", "src"));
        string[] files = ["Directory.Build.props", "Directory.Packages.props", "BannedSymbols.txt", ".editorconfig", "global.json"];
        foreach (var file in files)
        {
            File.WriteAllText(_folder.Combine("repo", file), string.Empty);
        }

        foreach (var script in new[] { "tandem", "test" })
        {
            File.Copy(RepositoryRoot.Combine(script), _folder.Combine("repo", script));
        }

        WriteProgram(_folder.Combine("bin", "dotnet"), FakeDotnet);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Builds => _folder.Combine("repo", "builds.txt");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Tandem_builds_once_and_again_after_a_change()
    {
        (await RunAsync("tandem", ["a", "b c"])).Lines.ShouldBe(["ran with: a b c", "Building Tandem..."]);
        (await RunAsync("tandem", ["again"])).Lines.ShouldBe(["ran with: again"]);

        var source = _folder.Combine("repo", "src", "New.cs");
        await File.WriteAllTextAsync(source, "new", Cancelled);
        File.SetLastWriteTimeUtc(source, TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(5));
        (await RunAsync("tandem", [])).Lines.ShouldContain("Building Tandem...");
        (await File.ReadAllLinesAsync(Builds, Cancelled)).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Tandem_passes_the_exit_code_on_and_works_through_a_link()
    {
        File.CreateSymbolicLink(_folder.Combine("link"), _folder.Combine("repo", "tandem"));

        var (code, lines) = await RunAsync("../link", ["x"], ("FAKE_EXIT", "7"));
        code.ShouldBe(7);
        lines.ShouldContain("ran with: x");
    }

    [Fact]
    public async Task First_runs_at_the_same_time_build_once()
    {
        var runs = await Task.WhenAll(RunAsync("tandem", ["1"]), RunAsync("tandem", ["2"]), RunAsync("tandem", ["3"]));

        runs.ShouldAllBe(run => run.Code == 0);
        (await File.ReadAllLinesAsync(Builds, Cancelled)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_failed_build_is_shown_and_tried_again()
    {
        var (code, lines) = await RunAsync("tandem", [], ("FAKE_BUILD_ERROR", "error X1: broken"));
        code.ShouldBe(1);
        lines.ShouldContain("error X1: broken");
        (await RunAsync("tandem", ["now"])).Lines.ShouldContain("ran with: now");
    }

    [Fact]
    public async Task An_old_sdk_is_answered_with_where_to_get_the_new_one()
    {
        var (code, lines) = await RunAsync("tandem", [], ("FAKE_SDK", "8.0.100"));
        code.ShouldBe(1);
        lines.ShouldHaveSingleItem().ShouldContain("https://dotnet.microsoft.com/download/dotnet/10.0");
    }

    [Fact]
    public async Task Test_sums_the_counts_of_all_projects()
    {
        AddProject("Unit", passed: 3, failed: 0, skipped: 1, exitCode: 0);
        AddProject("Integration", passed: 2, failed: 0, skipped: 0, exitCode: 0);

        var (code, lines) = await RunAsync("test", []);
        code.ShouldBe(0);
        lines[^1].ShouldBe("5 passed, 0 failed, 1 skipped");
    }

    [Fact]
    public async Task A_failed_test_fails_the_run()
    {
        AddProject("Unit", passed: 3, failed: 2, skipped: 0, exitCode: 1);

        var (code, lines) = await RunAsync("test", []);
        code.ShouldBe(1);
        lines[^1].ShouldBe("3 passed, 2 failed, 0 skipped");
    }

    [Fact]
    public async Task A_crash_counts_as_a_failure()
    {
        AddProject("Unit", passed: 3, failed: 0, skipped: 0, exitCode: 0);
        AddProject("Integration", passed: 1, failed: 0, skipped: 0, exitCode: 139);
        AddProject("EndToEnd", passed: 1, failed: 0, skipped: 0, exitCode: 0);
        File.Delete(_folder.Combine("repo", "EndToEnd.xml"));

        var (code, lines) = await RunAsync("test", []);
        code.ShouldBe(1);
        lines[^1].ShouldBe("4 passed, 2 failed, 0 skipped");
    }

    [Fact]
    public async Task A_run_of_nothing_fails()
    {
        AddProject("Unit", passed: 0, failed: 0, skipped: 0, exitCode: 0);

        var (code, lines) = await RunAsync("test", []);
        code.ShouldBe(1);
        lines[^1].ShouldBe("0 passed, 0 failed, 0 skipped");
    }

    [Fact]
    public async Task Named_projects_run_alone_with_the_further_arguments()
    {
        AddProject("Unit", passed: 3, failed: 0, skipped: 0, exitCode: 0);
        AddProject("Integration", passed: 2, failed: 0, skipped: 0, exitCode: 0);

        (await RunAsync("test", ["Unit", "--", "-class", "A B"])).Lines[^1].ShouldBe("3 passed, 0 failed, 0 skipped");
        (await File.ReadAllTextAsync(_folder.Combine("repo", "runs.txt"), Cancelled)).TrimEnd().ShouldEndWith("-class A B");

        var (code, lines) = await RunAsync("test", ["Nothing"]);
        code.ShouldBe(1);
        lines.ShouldBe(["There is no test project Nothing; there are: Unit Integration.", "0 passed, 1 failed, 0 skipped"]);
    }

    private void AddProject(string name, int passed, int failed, int skipped, int exitCode)
    {
        Directory.CreateDirectory(_folder.Combine("repo", "tests", name));
        File.WriteAllText(
            _folder.Combine("repo", "tests", name, name + ".csproj"), "<Project><OutputType>Exe</OutputType></Project>");
        File.WriteAllText(
            _folder.Combine("repo", name + ".xml"),
            $"<assemblies><assembly name=\"{name}\" errors=\"0\" failed=\"{failed}\" not-run=\"0\" passed=\"{passed}\""
            + $" skipped=\"{skipped}\">"
            + "</assembly></assemblies>");
        File.WriteAllText(_folder.Combine("repo", name + ".code"), $"{exitCode}");
    }

    private async Task<(int Code, IReadOnlyList<string> Lines)> RunAsync(
        string script, string[] arguments, params (string Name, string Value)[] variables)
    {
        var environment = new Dictionary<string, string>
        {
            ["PATH"] = _folder.Combine("bin") + ":" + Environment.GetEnvironmentVariable("PATH"),
            ["FAKE_ROOT"] = _folder.Combine("repo"),
            ["TANDEM_TEST_POSTGRES"] = "not needed here",
        };
        foreach (var (name, value) in variables)
        {
            environment[name] = value;
        }

        await using var process = TandemProcess.StartProgram(_folder.Combine("repo", script), arguments, environment, _folder.FullPath);
        var code = await process.WaitForExitAsync(Cancelled);
        return (code, process.Lines);
    }

    private static void WriteProgram(string path, string text)
    {
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
