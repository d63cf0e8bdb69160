using Shouldly;
using Tandem.Sync.Faults;
using Tandem.Sync.Pull;
using Tandem.Sync.Running;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>The comparison of ids, for what neither stamps nor the delete log tell: salesforce-api.md, sections 2.7 and 10.</summary>
public sealed class ReconciliationTests
{
    private const string Count = "select count(*) from salesforce.account";

    [Theory]
    [InlineData(10_000)]
    [InlineData(10)]
    public async Task Deletes_older_than_the_log_are_found_and_missing_records_brought(int restRows)
    {
        var options = new SyncOptions { Poll = new PollOptions { RestRows = restRows } };
        await using var world = await SyncWorld.StartAsync(contacts: 100, sync: options);
        await world.LoadAsync(SyncWorld.Accounts());
        var accounts = world.Org.DeletableAccounts();
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        world.Org.HardDelete(accounts[0].Id);
        await AsOursAsync(world, $"delete from salesforce.account where sfid = '{accounts[1].Id}'");
        world.OrgTime.Advance(TimeSpan.FromDays(20));
        await world.PollWithDeletesAsync("Account");

        (await world.ReconcileAsync("Account")).ShouldBe(2);

        await world.ShouldBeEqualAsync("Account");
        (await world.ReconcileAsync("Account")).ShouldBeNull();
        (await world.AskOneAsync("select count(*) from salesforce._trigger_log")).ShouldBe("0");
    }

    [Fact]
    public async Task It_runs_nightly_and_not_before()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        await world.LoadAsync(SyncWorld.Accounts());
        await world.PollAsync("Account");
        (await world.ReconcileAsync("Account")).ShouldBeNull();

        world.OrgTime.Advance(TimeSpan.FromHours(25));

        (await world.ReconcileAsync("Account")).ShouldBe(0);
        (await world.ReconcileAsync("Account")).ShouldBeNull();
    }

    [Fact]
    public async Task A_table_is_not_emptied_when_the_org_shows_too_little()
    {
        var options = new SyncOptions { Poll = new PollOptions { ReconcileRows = 2, ReconcileShare = 0.01 } };
        await using var world = await SyncWorld.StartAsync(contacts: 20, sync: options);
        await world.LoadAsync(SyncWorld.Accounts());
        await AsOursAsync(
            world, "insert into salesforce.account (sfid) select 'a0x' || lpad(n::text, 12, '0') || 'AAA' from generate_series(1, 5) n");
        var before = await world.AskOneAsync(Count);
        await world.PollAsync("Account");
        world.OrgTime.Advance(TimeSpan.FromHours(25));

        var refused = await Should.ThrowAsync<RowsVanishedException>(() => world.ReconcileAsync("Account"));

        FaultPolicy.Judge(refused).Action.ShouldBe(FaultAction.PauseMapping);
        refused.Message.ShouldContain("salesforce.account");
        (await world.AskOneAsync(Count)).ShouldBe(before);
    }

    [Fact]
    public async Task A_reconciliation_keeps_to_the_filter_and_spares_what_is_queued()
    {
        await using var world = await SyncWorld.StartAsync();
        var mapping = SyncWorld.Accounts() with { Filter = "Industry = 'Energy'" };
        var kept = await world.Org.CreateAsync("Account", new { Name = "in", Industry = "Energy" });
        var shut = await world.Org.CreateAsync("Account", new { Name = "out", Industry = "Media" });
        world.OrgTime.Advance(TimeSpan.FromMinutes(1));
        await world.LoadAsync(mapping);
        await world.PollAsync("Account");
        await AsOursAsync(world, $"insert into salesforce.account (sfid, name) values ('{shut}', 'out'), ('a0x000000000001AAA', 'queued')");
        await world.RunAsync("update salesforce.account set phone = '1' where name = 'queued'");
        world.OrgTime.Advance(TimeSpan.FromHours(25));

        (await world.ReconcileAsync("Account")).ShouldBe(1);

        (await world.AskAsync("select sfid from salesforce.account order by name")).ShouldBe([kept, "a0x000000000001AAA"]);
    }

    [Fact]
    public async Task One_that_is_cut_off_is_done_again()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 40);
        await world.LoadAsync(SyncWorld.Accounts());
        world.Org.HardDelete(world.Org.DeletableAccounts()[0].Id);
        await world.PollAsync("Account");
        world.OrgTime.Advance(TimeSpan.FromHours(25));
        using (Failpoints.Listen(Cut))
            await Should.ThrowAsync<IOException>(() => world.ReconcileAsync("Account"));
        await world.ForgetAsync(SyncWorld.Accounts());
        await world.PollAsync("Account");

        await world.ReconcileAsync("Account");

        await world.ShouldBeEqualAsync("Account");
    }

    private static void Cut(string reached)
    {
        if (reached == "removal.deleted")
            throw new IOException("cut off");
    }

    /// <summary>As a session of the sync does, so that nothing is captured.</summary>
    private static Task AsOursAsync(SyncWorld world, string sql) => world.RunAsync($"begin; set local xmlbinary = 'hex'; {sql}; commit");
}
