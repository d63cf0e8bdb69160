using System.Text.Json;
using Shouldly;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.EndToEnd;

/// <summary><c>tandem demo</c> as a process: the check's one line, plain lines without a terminal, and nothing left behind.</summary>
public sealed class DemoTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_check_prints_one_json_line_and_leaves_nothing_behind()
    {
        using var folder = new TemporaryFolder();
        var environment = new Dictionary<string, string> { ["TMPDIR"] = folder.FullPath, ["DATABASE_URL"] = "" };
        await using var demo = TandemProcess.Start(["demo", "--check", "--rows", "1000"], environment);
        (await demo.WaitForExitAsync(Cancelled)).ShouldBe(0, string.Join('\n', demo.Lines));

        using var result = JsonDocument.Parse(demo.Lines.Except(demo.ErrorLines).ShouldHaveSingleItem());
        result.RootElement.GetProperty("ok").GetBoolean().ShouldBeTrue();
        result.RootElement.GetProperty("rows").GetInt64().ShouldBe(1_000 + 200 + 500 + 2);
        result.RootElement.GetProperty("differences").GetInt64().ShouldBe(0);
        foreach (var measure in new[] { "load_seconds", "to_salesforce_ms_p50", "to_postgres_ms_p50" })
        {
            result.RootElement.GetProperty(measure).GetDouble().ShouldBeGreaterThan(0, measure);
        }

        Directory.EnumerateFileSystemEntries(folder.FullPath, "tandem*").ShouldBeEmpty();
        ProcessesNaming(folder.FullPath).ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_a_terminal_it_prints_plain_lines_until_it_is_interrupted()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var demo = TandemProcess.Start(
            ["demo", "--rows", "200", "--port", "0", "--org-port", "0", "--activity", "20"],
            new Dictionary<string, string> { ["DATABASE_URL"] = database.ConnectionString });
        await demo.WaitForLineAsync(
            line => line.StartsWith("Account ", StringComparison.Ordinal)
                && line.EndsWith(" 0 queued, 0 errors", StringComparison.Ordinal),
            Cancelled);
        (await demo.InterruptAsync(Cancelled)).ShouldBe(0, string.Join('\n', demo.Lines));
        demo.Lines.Where(line => line.Contains('\u001b', StringComparison.Ordinal)).ShouldBeEmpty("escape sequences are for terminals");
        demo.ErrorLines.ShouldNotContain(line => line.Contains("Exception", StringComparison.Ordinal));
    }

    private static List<string> ProcessesNaming(string text)
    {
        var found = new List<string>();
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            try
            {
                var commandLine = File.ReadAllText(Path.Combine(folder, "cmdline"));
                if (commandLine.Contains(text, StringComparison.Ordinal))
                {
                    found.Add(commandLine.Replace('\0', ' '));
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It ended between the listing and the look.
            }
        }

        return found;
    }
}
