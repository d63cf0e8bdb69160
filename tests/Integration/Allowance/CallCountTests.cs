using Shouldly;
using Tandem.Salesforce.Limits;
using Tandem.Sync.Running.Allowance;
using Tandem.Sync.Verify;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Allowance;

/// <summary>What calls are counted for, and that a restart remembers them.</summary>
public sealed class CallCountTests
{
    [Fact]
    public async Task Every_call_is_counted_once_for_its_mapping_and_its_work()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 5);
        await world.LoadAsync(SyncWorld.Accounts(), SyncWorld.Contacts());
        await world.PollWithDeletesAsync("Contact");
        await world.ReconcileAsync("Account");
        await world.RunAsync("insert into salesforce.account (name, ext_id__c) values ('New', 'N-1')");
        await world.PushAsync();
        await world.VerifyAsync("Contact", new VerifyRequest(VerifyLevel.Values, Repairs: false));

        var calls = world.Salesforce.CountCalls();

        calls.Values.Sum().ShouldBe(world.Salesforce.CallCount);
        calls.Values.Sum().ShouldBe(world.Server.Control.Calls.Cost, "the org counts the same");
        Of("Contact", CallKind.Load).ShouldBeGreaterThan(0);
        Of("Account", CallKind.Load).ShouldBeGreaterThan(0);
        Of("Contact", CallKind.Poll).ShouldBe(1);
        Of("Account", CallKind.Poll).ShouldBe(0);
        Of("Account", CallKind.Push).ShouldBe(2, "one to write and one to read back");
        Of("Contact", CallKind.Push).ShouldBe(0);
        Of("Contact", CallKind.Verify).ShouldBeGreaterThan(0);

        long Of(string objectName, CallKind kind) => calls.GetValueOrDefault(new CallPurpose(objectName, CallKinds.ToText(kind)));
    }

    [Fact]
    public async Task An_attempt_that_is_repeated_counts_twice()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 1);
        await world.LoadAsync(SyncWorld.Contacts());
        var poll = world.Salesforce.For("Contact", CallKind.Poll);
        world.Server.Control.Faults.Add(new Simulator.Control.FaultRule
        {
            Path = "/services/data/*", Kind = Simulator.Control.FaultKind.RestError, Times = 1,
        });

        await world.PollAsync("Contact");

        poll.OwnCallCount.ShouldBe(2);
    }

    [Fact]
    public async Task A_new_shift_knows_what_the_one_before_has_used()
    {
        await using var world = await AllowanceWorld.StartAsync();
        await using (new BackgroundRun(world.Shift.RunAsync))
            await AllowanceWorld.UntilPulledAsync(world.Account, world.Time.GetUtcNow());
        var before = world.Sent;
        before.Values.Sum().ShouldBeGreaterThan(3);

        await world.RestartAsync();

        world.Budget.Read().Used.ShouldBe(before.Values.Sum() + world.Sent.Values.Sum());
        world.Budget.Read(world.Account).Used.ShouldBe(
            before.Concat(world.Sent).Where(pair => pair.Key.ObjectName == "Account").Sum(pair => pair.Value));
    }

    [Fact]
    public async Task Calls_are_saved_once_a_minute_by_hour_and_forgotten_after_two_days()
    {
        await using var world = await AllowanceWorld.StartAsync(used: 7);
        await using var run = new BackgroundRun(world.Shift.RunAsync);
        await AllowanceWorld.UntilPulledAsync(world.Account, world.Time.GetUtcNow());

        await AdvanceAsync(TimeSpan.FromMinutes(1));
        await UntilSavedAsync("select count(*) > 1 and sum(calls) > 10 from tandem.api_calls");

        await AdvanceAsync(TimeSpan.FromHours(50));
        await UntilSavedAsync($"select bool_and(hour > timestamptz '{world.Time.GetUtcNow().AddDays(-2):u}') from tandem.api_calls");

        async Task AdvanceAsync(TimeSpan by)
        {
            world.Time.Advance(by);
            var since = world.Time.GetUtcNow();
            await SyncWorld.UntilAsync(
                () =>
                {
                    world.Time.Advance(TimeSpan.FromSeconds(10));
                    return world.Account.PulledAt > since;
                },
                "it was polled after that");
        }

        Task UntilSavedAsync(string sql) => SyncWorld.UntilAsync(
            async () =>
            {
                await run.ThrowIfEndedAsync();
                world.Time.Advance(TimeSpan.FromSeconds(10));
                return await world.Sync.AskOneAsync(sql) is "True";
            },
            sql);
    }
}
