using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Simulator;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.EndToEnd;

/// <summary><c>tandem logs</c> against a server, and the log that a server writes itself.</summary>
public sealed class LogsCommandTests
{
    private const string Token = "a-token-of-some-length";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_follower_outlives_the_server_and_ends_by_interrupt()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Rows = 2, PubSubPort = null }, TimeProvider.System, Cancelled);
        using var folder = new TemporaryFolder();
        var mappings = MappedTable.WriteFile(folder.Combine("a.json"), MappedTable.Contact);
        var port = FreePort.Next();
        var first = Serve(database, simulator, port, mappings, "json");
        await first.WaitUntilWorkingAsync(Cancelled);
        await first.WaitForLineAsync(line => line.Contains("Loaded Contact", StringComparison.Ordinal), Cancelled);
        await using var follower = Run(port, "--follow");
        await follower.WaitForLineAsync(
            line => line.EndsWith(" info     [Contact] Loaded Contact: 2 rows", StringComparison.Ordinal), Cancelled);
        await using (var once = Run(port, "--tail", "1", "--object", "contact", "--json"))
        {
            (await once.WaitForExitAsync(Cancelled)).ShouldBe(0, string.Join('\n', once.Lines));
            JsonNode.Parse(once.Lines.ShouldHaveSingleItem())?["object"]?.GetValue<string>().ShouldBe("Contact");
        }

        // The server's own log: one object a line, the same as its followers get.
        var line = first.ErrorLines.Single(text => text.Contains("Loaded Contact", StringComparison.Ordinal));
        JsonNode.Parse(line)?["fields"]?["rows"]?.GetValue<int>().ShouldBe(2);
        (await first.InterruptAsync(Cancelled)).ShouldBe(0);
        await first.DisposeAsync();
        await follower.WaitForLineAsync(text => text.StartsWith("The server does not answer", StringComparison.Ordinal), Cancelled);
        await using var second = Serve(database, simulator, port, mappings, "logfmt");
        await second.WaitForLineAsync(text => text.Contains(" event=\"Signed in to org ", StringComparison.Ordinal), Cancelled);
        await Eventually.BecomesTrueAsync(
            () => follower.OutputLines.Count(text => text.Contains("Signed in to org", StringComparison.Ordinal)) == 2,
            "the follower sees the sign-in of both servers",
            cancellationToken: Cancelled);
        (await follower.InterruptAsync(Cancelled)).ShouldBe(0);
        (await second.InterruptAsync(Cancelled)).ShouldBe(0);
    }

    private static TandemProcess Serve(TestDatabase database, SimulatorServer simulator, int port, string mappings, string format) =>
        TandemProcess.Start(
            [
                "serve", "--database", database.ConnectionString, "--org", simulator.BaseAddress.ToString(), "--flow", "password",
                "--port", $"{port}", "--mappings", mappings, "--log-format", format,
            ],
            new Dictionary<string, string>(ServeProcess.Secrets, StringComparer.Ordinal) { ["TANDEM_API_TOKEN"] = Token });

    private static TandemProcess Run(int port, params string[] words) => TandemProcess.Start(
        ["logs", .. words],
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TANDEM_SERVER"] = $"http://127.0.0.1:{port}", ["TANDEM_API_TOKEN"] = Token,
        });
}
