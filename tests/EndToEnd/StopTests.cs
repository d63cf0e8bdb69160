using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Simulator;
using Tandem.Simulator.Control;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.EndToEnd;

/// <summary>A server ends within ten seconds whatever it does, with exit code 0, and at once when it is asked twice.</summary>
public sealed class StopTests
{
    private const string Token = "a-token-of-some-length";
    private const int Interrupt = 2;
    private const int Terminate = 15;
    private const int Continue = 18;
    private const int Stop = 19;

    private static readonly TimeSpan Within = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Interrupt)]
    [InlineData(Terminate)]
    public async Task A_stop_is_quick_while_a_load_a_push_and_a_follower_are_under_way(int signal)
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Rows = 2_000, PubSubPort = null }, TimeProvider.System, Cancelled);
        using var folder = new TemporaryFolder();
        var contacts = MappedTable.WriteFile(folder.Combine("a.json"), MappedTable.Contact);
        await using (var first = Serve(database, simulator, contacts))
        {
            await first.WaitForLineAsync(line => line.Contains("Loaded Contact", StringComparison.Ordinal), Cancelled);
            (await first.SignalAsync(Terminate, Cancelled)).ShouldBe(0);
        }

        // From now on the org is slow: the load of the accounts and the push of the contacts stay under way.
        await RunAsync(database, "insert into salesforce.contact (lastname) select 'pushed ' || n from generate_series(1, 3000) n");
        simulator.Control.Faults.Add(new FaultRule { Path = "*/composite*", Latency = TimeSpan.FromMinutes(2) });
        simulator.Control.Faults.Add(new FaultRule { Path = "*/jobs/*", Latency = TimeSpan.FromMinutes(2) });
        var both = MappedTable.WriteFile(folder.Combine("b.json"), MappedTable.Account, MappedTable.Contact);
        await using var second = Serve(database, simulator, both);
        var address = await AddressOf(second);
        using var http = new HttpClient { BaseAddress = address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var follower = await FollowAsync(http);
        await UntilAsync(database, "select count(*) > 0 from salesforce._trigger_log where state = 'PENDING'");

        var started = TimeProvider.System.GetTimestamp();
        (await second.SignalAsync(signal, Cancelled)).ShouldBe(0, string.Join('\n', second.Lines));

        TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(Within);
    }

    [Fact]
    public async Task A_second_signal_ends_at_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Rows = 2, PubSubPort = null }, TimeProvider.System, Cancelled);
        using var folder = new TemporaryFolder();
        await using var server = Serve(
            database, simulator, MappedTable.WriteFile(folder.Combine("a.json"), MappedTable.Contact));
        await AddressOf(server);

        // The first has not done its work when the second comes: both are there before the program runs on.
        server.Signal(Stop);
        server.Signal(Interrupt);
        server.Signal(Terminate);
        server.Signal(Continue);

        (await server.WaitForExitAsync(Cancelled)).ShouldBeOneOf(130, 143);
    }

    private static async Task<HttpResponseMessage> FollowAsync(HttpClient http)
    {
        var found = await http.GetStringAsync(new Uri("/connections", UriKind.Relative), Cancelled);
        var id = JsonNode.Parse(found)?["results"]?[0]?["id"];
        var answer = await http.GetAsync(
            new Uri($"/api/v1/connections/{id}/logs", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancelled);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return answer;
    }

    private static TandemProcess Serve(TestDatabase database, SimulatorServer simulator, string mappings) => TandemProcess.Start(
        [
            "serve", "--database", database.ConnectionString, "--org", simulator.BaseAddress.ToString(), "--flow", "password",
            "--port", "0", "--mappings", mappings,
        ],
        new Dictionary<string, string>(ServeProcess.Secrets, StringComparer.Ordinal) { ["TANDEM_API_TOKEN"] = Token });

    private static async Task<Uri> AddressOf(TandemProcess server) => new((await server.WaitUntilWorkingAsync(Cancelled)).Split(' ')
        .Single(word => word.StartsWith("http", StringComparison.Ordinal)).TrimEnd('.'));

    private static Task UntilAsync(TestDatabase database, string sql) => Eventually.BecomesTrueAsync(
        async () =>
        {
            await using var command = database.DataSource.CreateCommand(sql);
            return await command.ExecuteScalarAsync(Cancelled) is true;
        },
        sql,
        cancellationToken: Cancelled);

    private static async Task RunAsync(TestDatabase database, string sql)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancelled);
    }
}
