using System.Globalization;
using Shouldly;
using Tandem.Simulator;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.EndToEnd.Kill;

/// <summary>
/// The server dies by SIGKILL while an app inserts parents and children that name them by their local ids, without any external id.
/// Afterwards each row is there once and each child stands with its parent (architecture.md, promises 1, 2 and 6; docs/guide/parents.md).
/// The moments come from a seed, which is printed; TANDEM_KILL_SEED repeats one.
/// </summary>
public sealed class LocalParentKillTests(ITestOutputHelper output)
{
    private const int Kills = 5;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    private const string IsEnough = "select (count(*) > 60)::text from salesforce._trigger_log where state = 'NEW'";

    /// <summary>Children that do not stand with the parent of their own family.</summary>
    private const string Orphans =
        "select count(*)::text from salesforce.contact c where not exists (select from salesforce.account a "
        + "where a.sfid = c.accountid and a.name = c.description)";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 400_000)]
    public async Task Children_stay_with_their_parents_when_the_server_is_killed_again_and_again()
    {
        var seed = KillSeed.Choose(output);
        var random = new Random(seed);
        await using var database = await TestDatabase.CreateAsync();
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Rows = 0, PubSubPort = null }, TimeProvider.System, Cancelled);
        using var org = await OrgApi.SignInAsync(simulator.BaseAddress, Cancelled);
        using var folder = new TemporaryFolder();
        var accounts = MappedTable.Account with { UpsertField = null };
        var mappings = MappedTable.WriteFile(folder.Combine("mappings.json"), accounts, MappedTable.Contact);
        TandemProcess Serve() => ServeProcess.Start(
            database.ConnectionString, simulator.BaseAddress, mappings, "--local-parents", "--lost-insert-pause", "0.3");

        await using (var server = Serve())
            await Eventually.BecomesTrueAsync(
                () => KillTarget.IsLoadedAsync(database.DataSource), "the tables are loaded", Patience, Cancelled);

        var families = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var writing = WriteAsync();
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var server = Serve();
            await server.WaitForLineAsync(line => line.Contains("Pushed ", StringComparison.Ordinal), Cancelled);
            await Pace.PassAsync(TimeSpan.FromMilliseconds(random.Next(1, 500)), Cancelled);
            server.Kill();
        }

        await stop.CancelAsync();
        await writing;
        await using var last = Serve();
        await Eventually.BecomesTrueAsync(
            async () => await KillTarget.AskAsync(
                    database.DataSource, "select count(*)::text from salesforce._trigger_log where state in ('NEW', 'PENDING')") == "0"
                && (await DifferencesAsync()).Count == 0,
            "nothing is queued and both sides are equal",
            Patience,
            Cancelled);
        output.WriteLine($"{families} families");
        (await KillTarget.AskAsync(database.DataSource, "select count(*)::text from salesforce._trigger_log where state = 'FAILED'"))
            .ShouldBe("0");
        (await org.QueryAsync("SELECT Id FROM Account", Cancelled)).Count.ShouldBe(families);
        (await org.QueryAsync("SELECT Id FROM Contact", Cancelled)).Count.ShouldBe(families * 2);
        (await KillTarget.AskAsync(database.DataSource, Orphans)).ShouldBe("0");
        (await last.InterruptAsync(Cancelled)).ShouldBe(0);

        // In one transaction, the first child before its parent and the second behind it. There is always something to push, never much.
        async Task WriteAsync()
        {
            using var timer = new PeriodicTimer(Interval, TimeProvider.System);
            while (!stop.IsCancellationRequested)
            {
                await timer.WaitForNextTickAsync(Cancelled);
                if (await KillTarget.AskAsync(database.DataSource, IsEnough) == "true")
                    continue;
                var name = string.Create(CultureInfo.InvariantCulture, $"family {++families}");
                await KillTarget.RunAsync(
                    database.DataSource,
                    "do $$ declare parent int := nextval('salesforce.account_id_seq'); begin "
                    + $"insert into salesforce.contact (lastname, description, accountid) values ('first', '{name}', parent); "
                    + $"insert into salesforce.account (id, name) values (parent, '{name}'); "
                    + $"insert into salesforce.contact (lastname, description, accountid) values ('second', '{name}', parent); end $$");
            }
        }

        async Task<IReadOnlyList<string>> DifferencesAsync() =>
        [
            .. await Comparison.FindDifferencesAsync(database.DataSource, org, accounts, Cancelled),
            .. await Comparison.FindDifferencesAsync(database.DataSource, org, MappedTable.Contact, Cancelled),
        ];
    }
}
