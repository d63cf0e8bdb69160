using Shouldly;
using Tandem.Simulator.Events;
using Xunit;

namespace Tandem.Tests.Conformance.Events;

/// <summary>How long events are kept, which replay ids count, and the limits of clients and deliveries. Source: salesforce-api.md,
/// sections 5.2, 5.4, 6.3 and 11.</summary>
public sealed class EventRetentionTests
{
    private const string All = ChannelDirectory.AllChanges;

    [Fact]
    public async Task Forgets_changes_after_three_days_and_topics_after_one()
    {
        await using var org = await EventOrg.StartAsync();
        await org.CreateAsync("PushTopic", new { Name = "Boxes", Query = "SELECT Id FROM Box__c", ApiVersion = 60 });
        await org.CreateAsync("Box__c", new { Name = "a" });
        org.Clock.Advance(TimeSpan.FromHours(25));
        org.Kept(All).Count.ShouldBe(1);
        org.Kept("/topic/Boxes").ShouldBeEmpty();
        org.Clock.Advance(TimeSpan.FromHours(48));
        org.Kept(All).ShouldBeEmpty();
    }

    [Fact]
    public async Task Refuses_a_replay_id_that_has_aged_out()
    {
        await using var org = await EventOrg.StartAsync();
        await org.CreateAsync("Box__c", new { Name = "a" });
        var old = org.Kept(All)[0].ReplayId;
        org.Clock.Advance(TimeSpan.FromHours(73));
        using var client = await org.ClientAsync();
        (await client.SubscribeAsync(All, old)).GetProperty("error").GetString().ShouldNotBeNull()
            .ShouldStartWith($"400::The replayId {old}");
        await client.SubscribedAsync(All, -2);
    }

    [Fact]
    public async Task Keeps_the_place_of_a_quiet_reader_inside_the_retention()
    {
        await using var org = await EventOrg.StartAsync();
        var channel = org.Events.FindChannel(All).ShouldNotBeNull();
        var before = org.Events.LatestReplayId();
        org.Events.LatestReplayId().ShouldBe(before);
        org.Clock.Advance(TimeSpan.FromHours(80));
        org.Events.IsValidReplayId(channel, before).ShouldBeFalse();
        var now = org.Events.LatestReplayId();
        now.ShouldBeGreaterThan(before);
        org.Events.IsValidReplayId(channel, now).ShouldBeTrue();
        org.Events.IsValidReplayId(channel, now + 1).ShouldBeFalse();
    }

    [Fact]
    public async Task Keeps_no_more_events_than_it_is_set_to_and_refuses_the_place_before_them()
    {
        await using var org = await EventOrg.StartAsync(new EventSettings { MaxRetained = 3 });
        var first = org.Events.LatestReplayId();
        for (var at = 0; at < 5; at++)
            await org.CreateAsync("Box__c", new { Name = $"b{at}" });
        var kept = org.Kept(All);
        kept.Count.ShouldBe(3);
        var channel = org.Events.FindChannel(All).ShouldNotBeNull();
        org.Events.IsValidReplayId(channel, first).ShouldBeFalse();
        org.Events.IsValidReplayId(channel, kept[0].ReplayId).ShouldBeTrue();
        org.Events.ReadAfter(channel, org.Events.EarliestReplayId(channel), 10).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Issues_one_growing_sequence_with_gaps_below_2_to_53()
    {
        await using var org = await EventOrg.StartAsync();
        for (var at = 0; at < 10; at++)
            await org.CreateAsync(at % 2 == 0 ? "Box__c" : "Account", new { Name = $"b{at}" });
        var ids = org.Kept(All).Select(found => found.ReplayId).ToList();
        ids.ShouldBeInOrder(SortDirection.Ascending);
        ids.ShouldBeUnique();
        (ids[^1] - ids[0]).ShouldBeGreaterThan(ids.Count - 1);
        ids[^1].ShouldBeLessThan(1L << 53);
    }

    [Fact]
    public async Task Ends_the_session_of_a_client_that_stays_away_for_40_seconds()
    {
        await using var org = await EventOrg.StartAsync();
        using var client = await org.ClientAsync();
        org.Clock.Advance(TimeSpan.FromSeconds(20));
        (await client.ConnectAsync(timeout: 0)).GetProperty("successful").GetBoolean().ShouldBeTrue();
        org.Clock.Advance(TimeSpan.FromSeconds(41));
        var reply = await client.ConnectAsync(timeout: 0);
        reply.GetProperty("error").GetString().ShouldBe("403::Unknown client");
        reply.GetProperty("advice").GetProperty("reconnect").GetString().ShouldBe("handshake");
    }

    [Fact]
    public async Task Answers_a_held_connect_when_its_time_is_up()
    {
        await using var org = await EventOrg.StartAsync(new EventSettings { ConnectTimeout = TimeSpan.FromMilliseconds(100) });
        using var client = await org.SubscriberAsync(All);
        var reply = await client.ConnectAsync();
        reply.GetProperty("successful").GetBoolean().ShouldBeTrue();
        client.Events.ShouldBeEmpty();
    }

    [Fact]
    public async Task Lets_go_of_a_held_connect_when_the_client_sends_another()
    {
        await using var org = await EventOrg.StartAsync();
        using var client = await org.SubscriberAsync(All);
        var held = client.ConnectAsync();
        var id = await org.CreateAsync("Account", new { Name = "a" });
        var reply = await held;
        reply.GetProperty("successful").GetBoolean().ShouldBeTrue();
        StreamingClient.RecordIds(await client.NextAsync()).ShouldBe([id]);

        var first = client.ConnectAsync();
        while (!first.IsCompleted)
            await client.ConnectAsync(timeout: 0);
        (await first).GetProperty("successful").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Wakes_a_held_connect_for_a_subscription_that_came_later()
    {
        await using var org = await EventOrg.StartAsync();
        using var client = await org.ClientAsync();
        var held = client.ConnectAsync();
        await client.SubscribedAsync("/data/AccountChangeEvent");
        await org.CreateAsync("Account", new { Name = "a" });
        (await held).GetProperty("successful").GetBoolean().ShouldBeTrue();
        client.Events.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Refuses_a_held_connect_whose_session_was_revoked()
    {
        await using var org = await EventOrg.StartAsync();
        using var client = await org.SubscriberAsync(All);
        var held = client.ConnectAsync();
        org.Server.Sessions.RevokeAll();
        await org.Server.Saver.DeleteAsync([org.Server.Org.FindTable("Contact").ShouldNotBeNull().Records.First().Id], true, org.Admin,
            TestContext.Current.CancellationToken);
        var reply = await held;
        reply.GetProperty("error").GetString().ShouldBe("401::Authentication invalid");
        reply.GetProperty("advice").GetProperty("reconnect").GetString().ShouldBe("none");
        client.Events.ShouldBeEmpty();
    }

    [Fact]
    public async Task Counts_its_clients()
    {
        await using var org = await EventOrg.StartAsync(new EventSettings { ConcurrentClients = 1 });
        using var first = await org.ClientAsync();
        using var second = StreamingClient.Of(org.Server);
        (await second.HandshakeAsync()).GetProperty("error").GetString().ShouldBe("403::Organization concurrent user limit exceeded");
        await first.SendOneAsync(new { channel = "/meta/disconnect", clientId = first.ClientId });
        (await second.HandshakeAsync()).GetProperty("successful").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Stops_delivering_when_the_days_events_are_used_up()
    {
        await using var org = await EventOrg.StartAsync(new EventSettings { DailyDeliveries = 2 });
        using var client = await org.SubscriberAsync(All);
        for (var at = 0; at < 3; at++)
            await org.CreateAsync("Box__c", new { Name = $"b{at}" });
        await client.NextAsync();
        await client.NextAsync();
        (await client.ConnectAsync()).GetProperty("error").GetString().ShouldBe("403::Organization total events daily limit exceeded");
        using var other = await org.ClientAsync();
        (await other.SubscribeAsync(All)).GetProperty("error").GetString().ShouldBe("403::Organization total events daily limit exceeded");
    }
}
