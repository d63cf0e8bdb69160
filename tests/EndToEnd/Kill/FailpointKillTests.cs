using System.Text.Json.Nodes;
using Npgsql;
using Shouldly;
using Tandem.Simulator;
using Tandem.Simulator.Data;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.EndToEnd.Kill;

/// <summary>
/// The server kills itself by SIGKILL at the most awkward failpoints, and the next start ends with both sides equal and nothing twice
/// (architecture.md, promise 6). All failpoints are reached in process, by the convergence property and by the tests of each part.
/// </summary>
public sealed class FailpointKillTests(ITestOutputHelper output)
{
    private const int Killed = 128 + 9;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("shape.altered")]
    [InlineData("load.begun")]
    [InlineData("load.rest.written")]
    [InlineData("load.page.copied")]
    [InlineData("load.page.committed")]
    [InlineData("load.table.indexed")]
    [InlineData("load.table.sealed")]
    [InlineData("load.done")]
    [InlineData("poll.merged")]
    [InlineData("poll.committed")]
    [InlineData("removal.deleted")]
    [InlineData("removal.committed")]
    [InlineData("push.claimed")]
    [InlineData("push.recovering")]
    [InlineData("push.sent")]
    [InlineData("push.settling")]
    [InlineData("push.settled")]
    public async Task A_server_that_is_killed_there_loses_nothing_and_doubles_nothing(string failpoint)
    {
        // More records than REST loads come by Bulk, in pages.
        var contacts = failpoint.StartsWith("load.page.", StringComparison.Ordinal) ? 10_100 : 120;
        await using var database = await TestDatabase.CreateAsync();
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Rows = contacts, PubSubPort = null }, TimeProvider.System, Cancelled);
        simulator.Control.Clock.Set(TimeProvider.System.GetUtcNow().AddHours(-1));
        using var org = await OrgApi.SignInAsync(simulator.BaseAddress, Cancelled);
        using var folder = new TemporaryFolder();
        var mappings = MappedTable.WriteFile(folder.Combine("mappings.json"), MappedTable.Account, MappedTable.Contact);
        TandemProcess Serve(string killedAt) => ServeProcess.StartToBeKilled(
            database.ConnectionString, simulator.BaseAddress, mappings, killedAt, "--page-records", "50", "--lost-insert-pause", "0.3");

        // Only a run that finds a change under way recovers it.
        List<string> kills = failpoint == "push.recovering" ? ["push.claimed", failpoint] : [failpoint];
        var isEdited = false;
        foreach (var kill in kills)
        {
            await using var server = Serve(kill);
            await Eventually.BecomesTrueAsync(
                async () => server.HasExited || await KillTarget.IsLoadedAsync(database.DataSource),
                "the tables are loaded",
                Patience,
                Cancelled);
            if (!isEdited && await KillTarget.IsLoadedAsync(database.DataSource))
            {
                await EditAsync(database.DataSource, simulator, org);
                isEdited = true;
                if (failpoint.StartsWith("removal.", StringComparison.Ordinal))
                    LetDeletesComeDue(simulator);
            }

            await Eventually.BecomesTrueAsync(() => server.HasExited, $"the server is killed at {kill}", Patience, Cancelled);
            server.ExitCode.ShouldBe(Killed, string.Join('\n', server.Lines));
        }

        await using var last = Serve("");
        await last.WaitUntilWorkingAsync(Cancelled);
        await Eventually.BecomesTrueAsync(
            () => KillTarget.IsLoadedAsync(database.DataSource), "the tables are loaded", Patience, Cancelled);
        if (!isEdited)
            await EditAsync(database.DataSource, simulator, org);
        LetDeletesComeDue(simulator);
        await ComesToRestAsync(database.DataSource, org, last, contacts);
        (await last.InterruptAsync(Cancelled)).ShouldBe(0);
    }

    [Theory]
    [InlineData("load.page", "there is no failpoint load.page; there are adopt.committed,")]
    [InlineData("load.done:x", "a number from 1 must follow the colon; found x.")]
    public async Task A_failpoint_that_is_none_is_told(string kill, string sentence)
    {
        await using var server = ServeProcess.StartToBeKilled("host=127.0.0.1", new Uri("http://127.0.0.1:1"), null, kill);
        (await server.WaitForExitAsync(Cancelled)).ShouldBe(1);
        server.ErrorLines.ShouldHaveSingleItem().ShouldContain(sentence);
    }

    /// <summary>The delete log is due five minutes after it was last read, by the org's clock.</summary>
    private static void LetDeletesComeDue(SimulatorServer simulator) => simulator.Control.Clock.Advance(TimeSpan.FromMinutes(10));

    /// <summary>Each way of a row once: new, changed and gone in the org; new, changed and gone in the database.</summary>
    private static async Task EditAsync(NpgsqlDataSource database, SimulatorServer simulator, OrgApi org)
    {
        var ids = (await org.QueryAsync("SELECT Id FROM Contact ORDER BY Id LIMIT 5", Cancelled))
            .Select(record => record.GetProperty("Id").GetString() ?? "").ToList();
        await org.CreateAsync("Contact", new JsonObject { ["LastName"] = "Theirs" }, Cancelled);
        await org.UpdateAsync("Contact", ids[0], new JsonObject { ["Title"] = "theirs" }, Cancelled);
        await org.DeleteAsync("Contact", ids[1], Cancelled);
        simulator.Org.HardDelete([ids[2]], Caller.Of(simulator.Org.AdminUserId)).ShouldHaveSingleItem().Errors.ShouldBeEmpty();
        await KillTarget.RunAsync(
            database,
            "insert into salesforce.contact (lastname) values ('Ours'); "
            + "insert into salesforce.account (name, ext_id__c) values ('Ours', 'ours'); "
            + $"update salesforce.contact set title = 'ours' where sfid = '{ids[3]}'; "
            + $"delete from salesforce.contact where sfid = '{ids[4]}'");
    }

    private async Task ComesToRestAsync(NpgsqlDataSource database, OrgApi org, TandemProcess server, int contacts)
    {
        IReadOnlyList<string> differences = [];
        try
        {
            await Eventually.BecomesTrueAsync(
                async () => await KillTarget.AskAsync(
                        database, "select count(*)::text from salesforce._trigger_log where state in ('NEW', 'PENDING')") == "0"
                    && (differences = await FindDifferencesAsync(database, org)).Count == 0,
                "both sides are equal",
                Patience,
                Cancelled);
        }
        catch (TimeoutException)
        {
            output.WriteLine(string.Join('\n', differences.Concat(server.Lines.TakeLast(40))));
            throw;
        }

        (await KillTarget.AskAsync(database, "select count(*)::text from salesforce._trigger_log where state = 'FAILED'")).ShouldBe("0");
        (await org.QueryAsync("SELECT Id FROM Contact WHERE LastName = 'Ours'", Cancelled)).ShouldHaveSingleItem();
        (await org.QueryAsync("SELECT Id FROM Account WHERE Name = 'Ours'", Cancelled)).ShouldHaveSingleItem();
        (await org.QueryAsync("SELECT Id FROM Contact WHERE Title = 'ours'", Cancelled)).ShouldHaveSingleItem();
        (await org.QueryAsync("SELECT Id FROM Contact", Cancelled)).Count.ShouldBe(contacts + 1 + 1 - 1 - 1 - 1);
    }

    private static async Task<IReadOnlyList<string>> FindDifferencesAsync(NpgsqlDataSource database, OrgApi org) =>
    [
        .. await Comparison.FindDifferencesAsync(database, org, MappedTable.Account, Cancelled),
        .. await Comparison.FindDifferencesAsync(database, org, MappedTable.Contact, Cancelled),
    ];
}
