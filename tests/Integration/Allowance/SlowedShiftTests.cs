using Shouldly;
using Tandem.Salesforce.Limits;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Running.Allowance;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Allowance;

/// <summary>A shift at work where calls run short: architecture.md, "Parts that fail".</summary>
public sealed class SlowedShiftTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private static readonly Mapping Contacts = SyncWorld.Contacts() with { PollInterval = Interval };

    [Fact]
    public async Task A_mapping_that_runs_short_is_polled_seldom_while_others_are_polled_as_asked()
    {
        await using var world = await AllowanceWorld.StartAsync(used: 900, share: 80, AllowanceWorld.Accounts(), Contacts);
        await using var run = new BackgroundRun(world.Shift.RunAsync);
        await UntilLoadedAsync(world);
        var before = world.Sent;

        await AdvanceAsync(world, steps: 18);

        Polls(world, "Contact", before).ShouldBe(18);
        Polls(world, "Account", before).ShouldBeLessThan(3);
        (world.Sent[CallPurpose.Unsaid] - before.GetValueOrDefault(CallPurpose.Unsaid))
            .ShouldBeGreaterThan(15, "the schema is looked at as often as the most frequent poll comes");
    }

    [Fact]
    public async Task Looks_at_the_schema_slow_down_with_the_polls()
    {
        await using var world = await AllowanceWorld.StartAsync(used: 900);
        await using var run = new BackgroundRun(world.Shift.RunAsync);
        await UntilLoadedAsync(world);
        var before = world.Sent.GetValueOrDefault(CallPurpose.Unsaid);

        for (var step = 0; step < 18; step++)
        {
            world.Time.Advance(Interval);
            await world.HearTheOrgAsync();
        }

        (world.Sent[CallPurpose.Unsaid] - before - 18).ShouldBeLessThan(3, "18 calls are the test's own");
    }

    [Fact]
    public async Task Local_changes_go_out_when_no_call_is_left_for_reading()
    {
        await using var world = await AllowanceWorld.StartAsync(used: 0, share: 80, AllowanceWorld.Accounts(calls: 8));
        await using var run = new BackgroundRun(world.Shift.RunAsync);
        await UntilLoadedAsync(world);
        await UntilShortAsync(world);

        await world.Sync.RunAsync("insert into salesforce.account (name, ext_id__c) values ('Urgent', 'U-1')");

        await SyncWorld.UntilAsync(() => world.Sync.Org.Find("Account", "Ext_Id__c", "U-1").Count == 1, "the change is in the org");
        world.Account.HasCallsFor(CallKind.Load).ShouldBeFalse("reading still waits");
    }

    [Fact]
    public async Task A_first_load_waits_until_calls_are_left_for_it()
    {
        await using var world = await AllowanceWorld.StartAsync(used: 2_000);
        await using var run = new BackgroundRun(world.Shift.RunAsync);
        await SyncWorld.UntilAsync(() => world.Account.Fault is { Action: FaultAction.WaitForAllowance }, "the load waits");
        world.Account.Fault.ShouldNotBeNull().Sentence.ShouldStartWith("The load waits: 2,00");
        world.Account.IsLoaded.ShouldBeFalse();

        world.Time.Advance(TimeSpan.FromHours(25));

        await AdvanceUntilAsync(world, run, () => world.Account is { PulledAt: not null, Fault: null }, "it is loaded and polled");
    }

    [Fact]
    public async Task Work_that_the_org_refuses_for_want_of_calls_waits_and_goes_on_and_no_change_is_lost()
    {
        await using var world = await AllowanceWorld.StartAsync(used: 0, share: 80, AllowanceWorld.Accounts(calls: 30_000));
        await using var run = new BackgroundRun(world.Shift.RunAsync);
        await UntilLoadedAsync(world);
        world.Org.Max = world.Org.Used;
        await world.Sync.RunAsync("insert into salesforce.account (name, ext_id__c) values ('Patient', 'P-1')");
        await AdvanceUntilAsync(world, run, () => world.Account.Fault is { Action: FaultAction.WaitForAllowance }, "the poll was refused");

        (await world.Sync.AskOneAsync("select state in ('NEW', 'PENDING') from salesforce._trigger_log")).ShouldBe("True");
        world.Org.Max = 100_000;

        await AdvanceUntilAsync(
            world,
            run,
            () => world.Sync.Org.Find("Account", "Ext_Id__c", "P-1").Count == 1 && world.Account.Fault is null,
            "the change is in the org and polls go on");
        await run.ThrowIfEndedAsync();
        world.Sync.Org.Find("Account", "Ext_Id__c", "P-1").Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_reload_waits_until_calls_are_left_for_it()
    {
        await using var world = await AllowanceWorld.StartAsync(used: 0, share: 80, AllowanceWorld.Accounts(calls: 8));
        await using var run = new BackgroundRun(world.Shift.RunAsync);
        await UntilLoadedAsync(world);
        await UntilShortAsync(world);
        var reload = ShiftRun.AskAsync(world.Sync, RequestKind.Reload, "Account");

        await SyncWorld.UntilAsync(() => world.Account.Fault is { Action: FaultAction.WaitForAllowance }, "the reload waits");
        world.Account.Progress.State.ShouldBe(Tandem.Sync.States.MappingState.ReloadTable);

        // A poll an hour alone spends eight calls a day: a clock that ran on while the program works would leave none to the reload.
        world.Time.Jump(TimeSpan.FromHours(25));

        await SyncWorld.UntilAsync(() => reload.IsCompleted && world.Account.Fault is null, "it is done");
        (await reload).Succeeded.ShouldBeTrue();
    }

    private static Task UntilLoadedAsync(AllowanceWorld world) => SyncWorld.UntilAsync(
        () => world.Shift.Mappings.ShouldNotBeNull().All.All(mapping => mapping is { IsLoaded: true, PulledAt: not null }),
        "all are loaded and polled");

    /// <summary>
    /// Lets polls use up what the mapping may use, one in each hour, however slow the machine: the clock moves when one has ended.
    /// </summary>
    private static async Task UntilShortAsync(AllowanceWorld world)
    {
        for (var hour = 0; hour < 24 && world.Account.HasCallsFor(CallKind.Load); hour++)
        {
            world.Time.Jump(world.Budget.Options.LongestInterval);
            await AllowanceWorld.UntilPulledAsync(world.Account, world.Time.GetUtcNow());
        }

        world.Account.HasCallsFor(CallKind.Load).ShouldBeFalse();
    }

    private static Task AdvanceUntilAsync(
        AllowanceWorld world, BackgroundRun run, Func<bool> condition, string expectation) => SyncWorld.UntilAsync(
        async () =>
        {
            await run.ThrowIfEndedAsync();
            if (condition())
                return true;
            world.Time.Advance(TimeSpan.FromMinutes(2));
            return false;
        },
        expectation);

    /// <summary>Each step waits for the poll of contacts, which never slow, so that one of accounts would have had its time too.</summary>
    private static async Task AdvanceAsync(AllowanceWorld world, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            var since = world.Time.GetUtcNow() + Interval;
            world.Time.Advance(Interval);
            await AllowanceWorld.UntilPulledAsync(world.Find("Contact"), since);
        }
    }

    private static long Polls(AllowanceWorld world, string objectName, IReadOnlyDictionary<CallPurpose, long> before)
    {
        var purpose = new CallPurpose(objectName, CallKinds.ToText(CallKind.Poll));
        return world.Sent.GetValueOrDefault(purpose) - before.GetValueOrDefault(purpose);
    }
}
