using Shouldly;
using Tandem.Simulator.Control;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Pull;
using Tandem.Sync.Running;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>Records that leave a table: by its filter, by merge and cascade, beside foreign keys. salesforce-api.md, section 10.</summary>
public sealed class LeaverTests
{
    private const string Names = "select name from salesforce.account order by name";

    private static Mapping Filtered => SyncWorld.Accounts() with { Filter = "Industry = 'Energy' OR NumberOfEmployees > 10" };

    [Theory]
    [InlineData(10_000)]
    [InlineData(1)]
    public async Task A_record_that_no_longer_meets_the_filter_leaves_also_when_its_fields_are_null(int restRows)
    {
        await using var world = await SyncWorld.StartAsync(sync: new SyncOptions { Poll = new PollOptions { RestRows = restRows } });
        var leaves = await world.Org.CreateAsync("Account", new { Name = "a", Industry = "Energy", NumberOfEmployees = 1 });
        var nulls = await world.Org.CreateAsync("Account", new { Name = "b", Industry = "Energy" });
        await world.Org.CreateAsync("Account", new { Name = "c", Industry = "Energy" });
        var enters = await world.Org.CreateAsync("Account", new { Name = "d" });
        world.OrgTime.Advance(TimeSpan.FromMinutes(1));
        await world.LoadAsync(Filtered);
        (await world.AskAsync(Names)).ShouldBe(["a", "b", "c"]);
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        await world.Org.UpdateAsync("Account", leaves, new { Industry = "Media" });
        await world.Org.UpdateAsync("Account", nulls, new { Industry = (string?)null });
        await world.Org.UpdateAsync("Account", enters, new { NumberOfEmployees = 11 });

        (await world.PollAsync("Account")).ShouldBe(3);

        (await world.AskAsync(Names)).ShouldBe(["c", "d"]);
    }

    [Theory]
    [InlineData("update salesforce.account set industry = 'Media' where name = 'a'")]
    [InlineData("update salesforce.account set industry = null where name = 'a'")]
    [InlineData("insert into salesforce.account (name, industry) values ('c', 'Media')")]
    public async Task A_row_that_the_app_takes_out_of_the_filter_leaves_with_the_next_poll(string statement)
    {
        await using var world = await SyncWorld.StartAsync();
        await world.Org.CreateAsync("Account", new { Name = "a", Industry = "Energy" });
        await world.Org.CreateAsync("Account", new { Name = "b", Industry = "Energy" });
        world.OrgTime.Advance(TimeSpan.FromMinutes(1));
        await world.LoadAsync(Filtered);
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        await world.RunAsync($"begin; {statement}; update salesforce.account set phone = '1' where name = 'b'; commit");
        await world.PushAsync();
        (await world.AskAsync("select distinct _hc_lastop from salesforce.account")).ShouldBe(["SYNCED"]);
        await world.ForgetAsync(Filtered);

        await world.PollAsync("Account");

        (await world.AskAsync(Names)).ShouldBe(statement.StartsWith("insert", StringComparison.Ordinal) ? ["a", "b"] : ["b"]);
        (await world.AskOneAsync("select phone from salesforce.account where name = 'b'")).ShouldBe("1");
        (await world.PollAsync("Account")).ShouldBe(0, "the row that stayed is as new as its record again");
    }

    /// <summary>As when the program was down for a while: polls of the next life pass the record before its insert is settled.</summary>
    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public async Task A_lost_insert_that_polls_have_passed_is_as_its_record_or_leaves(bool isShutOut, bool hasPolled)
    {
        await using var world = await SyncWorld.StartAsync();
        var contacts = SyncWorld.Contacts() with { Filter = "DoNotCall = false" };
        await world.LoadAsync(contacts);
        var hold = world.Proxy.Plan(FaultPlace.HoldAnswer, "POST", "/composite/sobjects");
        await using (world.StartPush())
        {
            await world.RunAsync($"insert into salesforce.contact (lastname, donotcall) values ('lost', {isShutOut})");
            await hold.Reached;
        }

        world.OrgTime.Advance(TimeSpan.FromHours(1));
        await world.Org.CreateAsync("Contact", new { LastName = "later" });
        await world.ForgetAsync(contacts);
        if (hasPolled)
            await world.PollAsync("Contact");

        await world.PushAsync();
        await world.PollAsync("Contact");
        await world.PollAsync("Contact");

        (await world.AskAsync("select lastname, systemmodstamp is not null, _hc_lastop from salesforce.contact order by 1"))
            .ShouldBe(isShutOut ? ["later|True|SYNCED"] : ["later|True|SYNCED", "lost|True|SYNCED"]);
        world.Org.Find("Contact", "LastName", "lost").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_filter_costs_an_idle_poll_no_further_call()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        await world.LoadAsync(Filtered);
        await world.PollAsync("Account");
        world.Server.Control.Calls.Reset();

        (await world.PollAsync("Account")).ShouldBe(0);

        world.Server.Control.Calls.Cost.ShouldBe(1);
    }

    [Fact]
    public async Task A_crash_before_the_leavers_went_does_not_keep_them()
    {
        await using var world = await SyncWorld.StartAsync();
        var first = await world.Org.CreateAsync("Account", new { Name = "a", Industry = "Energy" });
        var second = await world.Org.CreateAsync("Account", new { Name = "b", Industry = "Energy" });
        world.OrgTime.Advance(TimeSpan.FromMinutes(1));
        await world.LoadAsync(Filtered);
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        await world.Org.UpdateAsync("Account", first, new { Industry = "Media" });
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        await world.Org.UpdateAsync("Account", second, new { Name = "b2" });
        using (Failpoints.Listen(name => Cut(name, "removal.deleted")))
            await Should.ThrowAsync<IOException>(() => world.PollAsync("Account"));
        (await world.AskAsync(Names)).ShouldBe(["a", "b2"]);
        await world.ForgetAsync(Filtered);

        await world.PollAsync("Account");

        (await world.AskAsync(Names)).ShouldBe(["b2"]);
    }

    [Fact]
    public async Task The_losers_of_a_merge_go_and_their_children_follow_the_winner()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 30);
        await world.LoadAsync(SyncWorld.Accounts(), SyncWorld.Contacts());
        var contact = world.Org.Live("Contact").First(record => record[record.Type.OrdinalOf("AccountId")] is string);
        var loser = (string)contact[contact.Type.OrdinalOf("AccountId")].ShouldNotBeNull();
        var winner = world.Org.Live("Account").First(record => record.Id != loser).Id;
        world.OrgTime.Advance(TimeSpan.FromHours(1));

        await world.Server.Control.Rows.MergeAsync(new RowMerge { MasterId = winner, Ids = [loser] }, SyncWorld.Token);
        await world.PollAsync("Account");
        await world.PollAsync("Contact");

        (await world.AskOneAsync($"select count(*) from salesforce.account where sfid = '{loser}'")).ShouldBe("0");
        (await world.AskOneAsync($"select accountid from salesforce.contact where sfid = '{contact.Id}'")).ShouldBe(winner);
        await world.ShouldBeEqualAsync("Account", "Contact");
    }

    [Fact]
    public async Task The_children_of_a_deleted_record_go_with_it()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 50);
        await world.LoadAsync(SyncWorld.Accounts(), SyncWorld.Contacts());
        var parents = world.Org.Live("Contact").Select(record => record[record.Type.OrdinalOf("AccountId")]).ToHashSet();
        var deleted = world.Org.DeletableAccounts().First(record => parents.Contains(record.Id)).Id;
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        world.Org.Delete(deleted);

        await world.PollAsync("Account");
        await world.PollAsync("Contact");

        await world.ShouldBeEqualAsync("Account", "Contact");
    }

    [Fact]
    public async Task A_deferrable_foreign_key_passes_and_another_is_named_with_what_to_do()
    {
        await using var world = await SyncWorld.StartAsync();
        var accounts = SyncWorld.Accounts() with { Fields = ["Name", "ParentId"] };
        var parent = await world.Org.CreateAsync("Account", new { Name = "parent" });
        var child = await world.Org.CreateAsync("Account", new { Name = "child", ParentId = parent });
        world.OrgTime.Advance(TimeSpan.FromMinutes(1));
        await world.LoadAsync(accounts);
        await world.RunAsync(
            "alter table salesforce.account add constraint my_parent foreign key (parentid) references salesforce.account (sfid)");
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        await world.Org.UpdateAsync("Account", child, new { ParentId = (string?)null });
        world.Org.Delete(parent);

        var refused = await Should.ThrowAsync<Npgsql.PostgresException>(() => world.PollAsync("Account"));
        await world.RunAsync("alter table salesforce.account alter constraint my_parent deferrable initially immediate");
        (await world.PollAsync("Account")).ShouldBe(2);

        var fault = FaultPolicy.Judge(refused);
        fault.Action.ShouldBe(FaultAction.Retry);
        fault.Sentence.ShouldContain("my_parent");
        fault.Sentence.ShouldContain("deferrable");
        await world.ShouldBeEqualAsync("Account");
    }

    private static void Cut(string reached, string step)
    {
        if (reached == step)
            throw new IOException("cut off");
    }
}
