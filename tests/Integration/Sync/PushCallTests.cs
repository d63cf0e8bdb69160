using Shouldly;
using Tandem.Simulator.Records;
using Tandem.Sync.Push;
using Tandem.Sync.Running;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// Runs of up to 1,000 records in one Composite call, settled beside the next one: salesforce-api.md, sections 2.8 and 9.2;
/// architecture.md, promises 2 and 7.
/// </summary>
public sealed class PushCallTests
{
    private static readonly SyncOptions Calls = new() { Push = new PushOptions { BulkFrom = 0, SettleDelay = TimeSpan.FromMinutes(1) } };

    [Fact]
    public async Task A_thousand_changes_cost_one_call_and_half_a_call_to_read_them_back()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 2_000, sync: Calls);
        await world.LoadAsync(SyncWorld.Contacts());
        var before = world.Server.Control.Calls.Cost;
        await world.RunAsync("update salesforce.contact set firstname = 'new'");

        await world.PushAsync();

        (world.Server.Control.Calls.Cost - before).ShouldBe(3);
        await ShouldAllBeSavedAsync(world, 2_000);
    }

    [Fact]
    public async Task Locked_records_among_a_thousand_go_again_before_anything_behind_them()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 500, sync: Calls);
        await world.LoadAsync(SyncWorld.Contacts());
        world.Server.Saver.Faults.Add(new SaveFault { ObjectName = "Contact", Count = 20 });
        await world.RunAsync(
            "update salesforce.contact set firstname = 'first'; update salesforce.contact set firstname = 'second', "
            + "email = case when id = 3 then 'no address' end");

        await world.PushAsync();

        world.Org.Find("Contact", "FirstName", "second").Count.ShouldBe(499);
        world.Org.Find("Contact", "FirstName", "first").ShouldHaveSingleItem();
        (await world.AskAsync("select state, count(*) from salesforce._trigger_log group by state order by 1"))
            .ShouldBe(["FAILED|1", "SUCCESS|999"]);
    }

    [Theory]
    [InlineData(FaultPlace.CutRequest)]
    [InlineData(FaultPlace.CutAnswer)]
    [InlineData(FaultPlace.CutAnswerHalfway)]
    public async Task Many_creates_whose_answer_is_lost_are_made_once(FaultPlace place)
    {
        await using var world = await SyncWorld.StartAsync(sync: Calls);
        await world.LoadAsync(SyncWorld.Contacts());
        var cut = world.Proxy.Plan(place, "POST", "/composite");
        await world.RunAsync(
            "insert into salesforce.contact (lastname, email) select 'C' || n % 400, case when n = 7 then 'no address' end "
            + "from generate_series(1, 600) n");

        await world.PushAsync();

        await cut.Reached;
        world.Org.Live("Contact").Count.ShouldBe(599);
        (await world.AskAsync("select state, count(*) from salesforce._trigger_log group by state order by 1"))
            .ShouldBe(["FAILED|1", "SUCCESS|599"]);
    }

    [Fact]
    public async Task An_insert_and_an_update_in_two_claims_find_each_other()
    {
        await using var world = await SyncWorld.StartAsync(sync: new SyncOptions { Push = new PushOptions { ClaimRows = 1 } });
        await world.LoadAsync(SyncWorld.Contacts());
        await world.RunAsync(
            "insert into salesforce.contact (lastname) values ('A'), ('B'); update salesforce.contact set firstname = 'x'; "
            + "delete from salesforce.contact where lastname = 'B'; insert into salesforce.contact (lastname) values ('C')");

        await world.PushAsync();

        world.Org.Live("Contact").Count.ShouldBe(2);
        (await world.AskAsync("select distinct state from salesforce._trigger_log where action <> 'DELETE' and record_id = 1"))
            .ShouldBe(["SUCCESS"]);
        await world.ShouldBeEqualAsync("Contact");
    }

    [Fact]
    public async Task A_failure_while_outcomes_are_settled_lets_polls_go_on()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 300, sync: Calls);
        await world.LoadAsync(SyncWorld.Contacts());
        await world.RunAsync(
            "create function public.refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$; "
            + "create trigger refuse before update on salesforce._trigger_log for each row when (new.state = 'SUCCESS') "
            + "execute function public.refuse(); update salesforce.contact set firstname = 'new'");
        await using (var push = world.StartPush())
            await SyncWorld.UntilAsync(() => push.Ended.IsCompleted, "the push has ended");

        using (await world.Find("Contact").Gate.EnterAsync(SyncWorld.Token).WaitAsync(TimeSpan.FromSeconds(10), SyncWorld.Token))
            (await world.AskAsync("select distinct state from salesforce._trigger_log")).ShouldBe(["PENDING"]);

        await world.RunAsync("drop trigger refuse on salesforce._trigger_log");
        await world.ForgetAsync(SyncWorld.Contacts());
        await world.PushAsync();
        await ShouldAllBeSavedAsync(world, 300);
    }

    private static async Task ShouldAllBeSavedAsync(SyncWorld world, int changes)
    {
        (await world.AskAsync("select state, count(*) from salesforce._trigger_log group by state")).ShouldBe([$"SUCCESS|{changes}"]);
        await world.ShouldBeEqualAsync("Contact");
    }
}
