using System.Net.Http.Headers;
using Shouldly;
using Tandem.Simulator;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.EndToEnd;

/// <summary>Traces and metrics by OTLP, when the standard variables ask for them.</summary>
public sealed class TelemetryTests
{
    private const string Token = "a-token-of-some-length";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_collector_gets_spans_and_metrics_of_both_ways_and_of_the_api_and_no_value()
    {
        await using var collector = await CollectorListener.StartAsync(Cancelled);
        await using var database = await TestDatabase.CreateAsync();
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Rows = 2, PubSubPort = null }, TimeProvider.System, Cancelled);
        using var folder = new TemporaryFolder();
        await using (var server = Serve(database, simulator, folder, collector.Address))
        {
            var address = (await server.WaitUntilWorkingAsync(Cancelled)).Split(' ')
                .Single(word => word.StartsWith("http", StringComparison.Ordinal)).TrimEnd('.');
            await server.WaitForLineAsync(line => line.Contains("Loaded Contact", StringComparison.Ordinal), Cancelled);
            await using var insert = database.DataSource.CreateCommand(
                "insert into salesforce.contact (lastname, email) values ('a-telling-name', 'not-an-address')");
            await insert.ExecuteNonQueryAsync(Cancelled);
            await server.WaitForLineAsync(line => line.Contains("Pushed ", StringComparison.Ordinal), Cancelled);
            using var http = new HttpClient { BaseAddress = new Uri(address) };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
            await http.GetStringAsync(new Uri("/connections?app=a-telling-query", UriKind.Relative), Cancelled);
            (await server.InterruptAsync(Cancelled)).ShouldBe(0);
        }

        var traces = collector.TextOf("/v1/traces");
        foreach (var name in new[] { "Tandem.Sync", "load", "poll", "merge", "push", "Tandem.Salesforce", "composite", "GET /connections" })
            traces.ShouldContain(name);
        var metrics = collector.TextOf("/v1/metrics");
        foreach (var name in new[]
        {
            "tandem.rows.loaded", "tandem.changes.saved", "tandem.salesforce.call.duration", "http.server.request.duration", "Contact",
        })
            metrics.ShouldContain(name);
        foreach (var text in new[] { traces, metrics })
        {
            text.ShouldContain("tandem");
            text.ShouldNotContain("a-telling");
            text.ShouldNotContain("not-an-address");
            text.ShouldNotContain(Token);
            text.ShouldNotContain("simulator-secret");
        }
    }

    [Fact]
    public async Task A_collector_that_does_not_answer_holds_up_no_stop()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Rows = 2, PubSubPort = null }, TimeProvider.System, Cancelled);
        using var folder = new TemporaryFolder();
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        await using var server = Serve(database, simulator, folder, $"http://{silent.LocalEndpoint}");
        await server.WaitForLineAsync(line => line.Contains("Loaded Contact", StringComparison.Ordinal), Cancelled);

        var started = TimeProvider.System.GetTimestamp();
        (await server.InterruptAsync(Cancelled)).ShouldBe(0, string.Join('\n', server.Lines));

        TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    private static TandemProcess Serve(TestDatabase database, SimulatorServer simulator, TemporaryFolder folder, string collector) =>
        TandemProcess.Start(
            [
                "serve", "--database", database.ConnectionString, "--org", simulator.BaseAddress.ToString(), "--flow", "password",
                "--port", "0", "--mappings", MappedTable.WriteFile(folder.Combine("a.json"), MappedTable.Contact),
            ],
            new Dictionary<string, string>(ServeProcess.Secrets, StringComparer.Ordinal)
            {
                ["TANDEM_API_TOKEN"] = Token,
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            });
}
