using Npgsql;
using Shouldly;
using Tandem.Postgres;
using Tandem.Sync.Push;
using Tandem.Sync.Running;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// A push whose database has one session left for it and none to keep: its parts lend it to each other, so that no number of pushes can
/// take all sessions and wait for one more. docs/decisions/0049-a-server-shares-the-sessions-of-a-database.md
/// </summary>
public sealed class PushSessionsTests
{
    private const string Writes =
        "insert into salesforce.account (name, ext_id__c) select 'A' || n, 'e-' || n from generate_series(1, 300) n; "
        + "insert into salesforce.contact (lastname) select 'C' || n from generate_series(1, 30) n; "
        + "update salesforce.account set name = 'B' || id; update salesforce.contact set firstname = 'F' || id; "
        + "update salesforce.account set phone = '1'; delete from salesforce.contact where id <= 10";

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public async Task One_session_is_enough_for_all_that_a_push_does(int bulkFrom)
    {
        var sync = Small(bulkFrom);
        await using var world = await SyncWorld.StartAsync(sync: sync);
        await world.LoadAsync(SyncWorld.Accounts(), SyncWorld.Contacts());
        await world.RunAsync(Writes);
        await using var narrow = Narrow(world);

        await using var push = world.StartPush(sync, database: narrow);
        await world.QuiesceAsync(push);

        await ShouldHaveArrivedAsync(world);
    }

    [Theory]
    [InlineData(0, "push.sent")]
    [InlineData(0, "push.settling")]
    [InlineData(10, "push.job.completed")]
    public async Task One_session_is_enough_to_settle_what_a_crash_left(int bulkFrom, string step)
    {
        var sync = Small(bulkFrom);
        await using var world = await SyncWorld.StartAsync(sync: sync);
        await world.LoadAsync(SyncWorld.Accounts(), SyncWorld.Contacts());
        await world.RunAsync(Writes);
        await world.CrashPushAsync(step, 2);
        await world.ForgetAsync(SyncWorld.Accounts(), SyncWorld.Contacts());
        await using var narrow = Narrow(world);

        await using var push = world.StartPush(sync, database: narrow);
        await world.QuiesceAsync(push);

        await ShouldHaveArrivedAsync(world);
    }

    /// <summary>The push needs a session to commit what the pull waits for.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pull_that_waits_for_a_push_lends_it_its_session(bool isReload)
    {
        var sync = Small(bulkFrom: 0);
        await using var world = await SyncWorld.StartAsync(contacts: 5, sync: sync);
        await world.LoadAsync(SyncWorld.Contacts());
        world.OrgTime.Advance(TimeSpan.FromMinutes(10));
        await world.Org.UpdateAsync("Contact", world.Org.Live("Contact")[0].Id, new { FirstName = "new" });
        await using var narrow = Narrow(world);
        await using var sessions = new PullSessions(narrow, sync, TimeProvider.System);
        var hold = world.Proxy.Plan(FaultPlace.HoldAnswer, "POST", "/composite/sobjects");
        await using var push = world.StartPush(sync, database: narrow);
        await world.RunAsync("insert into salesforce.contact (lastname) values ('pushed')");
        await hold.Reached;

        await using var session = await sessions.RentAsync("Contact", TimeSpan.FromSeconds(10), SyncWorld.Token);
        await session.ConnectAsync(SyncWorld.Token);
        var pulling = isReload ? world.ReloadAsync("Contact", session) : world.PollAsync("Contact", session);
        await (await narrow.DataSource.OpenConnectionAsync(SyncWorld.Token)).DisposeAsync();
        pulling.IsCompleted.ShouldBeFalse();
        hold.Release();

        await pulling;
        await world.QuiesceAsync(push);
        await world.ShouldBeEqualAsync("Contact");
    }

    private static SyncOptions Small(int bulkFrom) => new()
    {
        Push = new PushOptions { BulkFrom = bulkFrom, BulkJobRecords = 250, ClaimRows = 60, SettleRows = 100 },
        LostInsertPause = TimeSpan.FromMilliseconds(1),
    };

    /// <summary>Of the two sessions the control session has one.</summary>
    private static TargetDatabase Narrow(SyncWorld world)
    {
        var address = new NpgsqlConnectionStringBuilder(world.Database.ConnectionString) { MaxPoolSize = 2 };
        var database = new TargetDatabase(NpgsqlDataSource.Create(address));
        while (database.TryKeep())
        {
        }

        return database;
    }

    private static async Task ShouldHaveArrivedAsync(SyncWorld world)
    {
        // What was deleted before it was sent is not sent.
        (await world.AskAsync("select state from salesforce._trigger_log where state not in ('SUCCESS', 'IGNORED')")).ShouldBeEmpty();
        (world.Org.Live("Account").Count, world.Org.Live("Contact").Count).ShouldBe((300, 20));
        await world.ShouldBeEqualAsync("Account", "Contact");
    }
}
