using System.Text.Json;
using Shouldly;
using Tandem.Simulator.Events;
using Xunit;

namespace Tandem.Tests.Conformance.Events;

/// <summary>Events that get lost, come twice, late, or without their fields. Source: salesforce-api.md, sections 6.3, 6.7 and
/// 12.</summary>
public sealed class EventFaultTests
{
    private const string All = ChannelDirectory.AllChanges;

    [Fact]
    public async Task Loses_the_events_that_it_is_told_to_lose()
    {
        await using var org = await EventOrg.StartAsync();
        var fault = org.Events.Faults.Add(new EventFault { Kind = EventFaultKind.Drop, After = 1, Times = 1 });
        using var client = await org.SubscriberAsync(All);
        var ids = new[] { await BoxAsync(org), await BoxAsync(org), await BoxAsync(org) };
        StreamingClient.RecordIds(await client.NextAsync()).ShouldBe([ids[0]]);
        StreamingClient.RecordIds(await client.NextAsync()).ShouldBe([ids[2]]);
        org.Events.Faults.All.ShouldHaveSingleItem().Hits.ShouldBe(1);
        org.Events.Faults.Remove(fault).ShouldBeTrue();
        org.Events.Faults.Remove(fault).ShouldBeFalse();
    }

    [Fact]
    public async Task Spoils_only_the_channel_that_it_names()
    {
        await using var org = await EventOrg.StartAsync();
        org.Events.Faults.Add(new EventFault { Kind = EventFaultKind.Drop, Channel = "/data/Box__ChangeEvent" });
        await BoxAsync(org);
        org.Changes("/data/Box__ChangeEvent").ShouldBeEmpty();
        org.Changes().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Delivers_an_event_twice_under_one_uuid_and_two_replay_ids()
    {
        await using var org = await EventOrg.StartAsync();
        org.Events.Faults.Add(new EventFault { Kind = EventFaultKind.Duplicate, Times = 1 });
        using var client = await org.SubscriberAsync(All);
        await BoxAsync(org);
        var (first, second) = (await client.NextAsync(), await client.NextAsync());
        Uuid(second).ShouldBe(Uuid(first));
        StreamingClient.ReplayIdOf(second).ShouldBeGreaterThan(StreamingClient.ReplayIdOf(first));

        static string? Uuid(JsonElement found) => found.GetProperty("data").GetProperty("event").GetProperty("EventUuid").GetString();
    }

    [Fact]
    public async Task Puts_a_gap_in_the_place_of_a_change()
    {
        await using var org = await EventOrg.StartAsync();
        org.Events.Faults.Add(new EventFault { Kind = EventFaultKind.Gap });
        using var client = await org.SubscriberAsync(All);
        var id = await BoxAsync(org);
        var found = await client.NextAsync();
        StreamingClient.HeaderOf(found).GetProperty("changeType").GetString().ShouldBe("GAP_CREATE");
        StreamingClient.RecordIds(found).ShouldBe([id]);
        StreamingClient.PayloadOf(found).EnumerateObject().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Delivers_a_delayed_event_behind_later_ones()
    {
        await using var org = await EventOrg.StartAsync();
        org.Events.Faults.Add(new EventFault { Kind = EventFaultKind.Delay, Times = 1, Delay = TimeSpan.FromSeconds(30) });
        using var client = await org.SubscriberAsync(All);
        var (late, early) = (await BoxAsync(org), await BoxAsync(org));
        StreamingClient.RecordIds(await client.NextAsync()).ShouldBe([early]);
        org.Clock.Advance(TimeSpan.FromSeconds(30));
        StreamingClient.RecordIds(await client.NextAsync()).ShouldBe([late]);
    }

    [Fact]
    public async Task Spreads_a_rate_evenly()
    {
        await using var org = await EventOrg.StartAsync();
        org.Events.Faults.Add(new EventFault { Kind = EventFaultKind.Drop, Rate = 0.25 });
        for (var at = 0; at < 8; at++)
            await BoxAsync(org);
        org.Changes().Count.ShouldBe(6);
    }

    [Fact]
    public async Task Refuses_a_fault_that_makes_no_sense()
    {
        await using var org = await EventOrg.StartAsync();
        Should.Throw<ArgumentException>(() => org.Events.Faults.Add(new EventFault { Kind = EventFaultKind.Drop, Rate = 1.5 }));
        Should.Throw<ArgumentException>(() => org.Events.Faults.Add(new EventFault { Kind = EventFaultKind.Drop, Times = -1 }));
    }

    private static Task<string> BoxAsync(SimulatedOrg org) => org.CreateAsync("Box__c", new { Name = TestOrg.Unique() });
}
