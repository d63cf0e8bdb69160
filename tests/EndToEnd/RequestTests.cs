using Shouldly;
using Tandem.Simulator;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.EndToEnd;

/// <summary>The commands that ask a running server, as a person runs and reads them: verify, reload, recover.</summary>
public sealed class RequestTests
{
    private const int WidthOfTerminal = 80;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_damaged_table_is_told_of_repaired_and_read_anew()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Rows = 120, PubSubPort = null }, TimeProvider.System, Cancelled);
        using var folder = new TemporaryFolder();
        var mappings = MappedTable.WriteFile(folder.Combine("mappings.json"), MappedTable.Account, MappedTable.Contact);
        await using var server = ServeProcess.Start(database.ConnectionString, simulator.BaseAddress, mappings);
        await Eventually.BecomesTrueAsync(
            async () => await AskAsync(database, "select to_regclass('tandem.progress') is not null")
                && await AskAsync(database, "select count(*) = 2 from tandem.progress where cursor_stamp is not null"),
            "the tables are loaded",
            cancellationToken: Cancelled);

        var equal = await RunAsync(database, 0, "verify");
        equal[^1].ShouldBe("Both sides are equal.");
        equal.TakeWhile(line => !line.StartsWith("Compared by", StringComparison.Ordinal))
            .ShouldAllBe(line => line.Length <= WidthOfTerminal);

        await ExecuteAsync(
            database,
            "set xmlbinary = hex; delete from salesforce.contact where id in (select id from salesforce.contact order by sfid limit 2)");
        var damaged = await RunAsync(database, 3, "verify", "Contact");
        damaged.Count(line => line.EndsWith(" is not in Postgres", StringComparison.Ordinal)).ShouldBe(2);
        damaged[^1].ShouldBe("2 rows differ; with --repair they are put right.");

        var repaired = await RunAsync(database, 0, "verify", "Contact", "--repair");
        repaired.Count(line => line.EndsWith("; repaired", StringComparison.Ordinal)).ShouldBe(2);
        (await AskAsync(database, "select count(*) = 120 from salesforce.contact")).ShouldBeTrue();

        (await RunAsync(database, 0, "reload", "Contact")).ShouldBe(["Contact was read anew: 120 records."]);
        (await RunAsync(database, 0, "recover")).ShouldBe(["Nothing had stopped."]);
        (await RunAsync(database, 1, "verify", "Case")).ShouldBe(
            ["Case is not mapped into the schema salesforce; mapped are Account, Contact."]);
        (await server.InterruptAsync(Cancelled)).ShouldBe(0);
    }

    private static Task<IReadOnlyList<string>> RunAsync(TestDatabase database, int exitCode, params string[] words) =>
        CommandRun.RunAsync(database, exitCode, words, Cancelled);

    private static async Task<bool> AskAsync(TestDatabase database, string sql)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancelled) is true;
    }

    private static async Task ExecuteAsync(TestDatabase database, string sql)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancelled);
    }
}
