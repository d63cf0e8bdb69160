using System.Buffers.Binary;
using Shouldly;
using Tandem.Simulator.Events;
using Tandem.Simulator.PubSub.Messages;
using Xunit;

namespace Tandem.Tests.Conformance.PubSub;

/// <summary>What time, limits and faults do to streams; only a simulated org can be brought to it. Source: salesforce-api.md, sections
/// 6.3, 6.4, 6.7 and 11.</summary>
public sealed class QuietStreamTests
{
    private const string Accounts = "/data/AccountChangeEvent";

    [Fact]
    public async Task A_quiet_stream_tells_the_place_that_it_has_reached()
    {
        await using var server = await SimulatedOrg.StartAsync();
        using var client = PubSubClient.Of(server.Server);
        using var subscription = await client.SubscribeAsync(Accounts, credit: 5);
        await server.CreateAccountsAsync(1);
        var first = await subscription.NextRawAsync();
        await server.CreateAsync("Contact", new { LastName = "Elsewhere" });
        var answer = await server.PassAsync(subscription.AnswerAsync(), TimeSpan.FromSeconds(61));
        answer.Events.ShouldBeEmpty();
        answer.PendingNumRequested.ShouldBe(4);
        answer.LatestReplayId.Length.ShouldBe(8);
        BinaryPrimitives.ReadInt64BigEndian(answer.LatestReplayId.Span)
            .ShouldBeGreaterThan(BinaryPrimitives.ReadInt64BigEndian(first.ReplayId.Span));

        using var resumed = await client.SubscribeAsync(Accounts, preset: ReplayPreset.Custom, replayId: answer.LatestReplayId);
        var id = (await server.CreateAccountsAsync(1))[0];
        (await resumed.NextAsync()).Body["ChangeEventHeader"]?["recordIds"]?[0]?.GetValue<string>().ShouldBe(id);
    }

    [Fact]
    public async Task A_client_that_asks_nothing_for_seventy_seconds_is_let_go()
    {
        await using var server = await SimulatedOrg.StartAsync();
        using var client = PubSubClient.Of(server.Server);
        using var subscription = await client.SubscribeAsync(Accounts, credit: 1);
        await server.CreateAccountsAsync(1);
        await subscription.NextRawAsync();
        (await server.PassAsync(subscription.Stream.EndAsync(FetchResponse.Parser), TimeSpan.FromSeconds(71))).Status.ShouldBe(0);
    }

    [Fact]
    public async Task A_place_older_than_the_retention_is_refused()
    {
        await using var server = await SimulatedOrg.StartAsync();
        using var client = PubSubClient.Of(server.Server);
        using var live = await client.SubscribeAsync(Accounts, credit: 1);
        await server.CreateAccountsAsync(2);
        var first = await live.NextRawAsync();
        server.Clock.Advance(TimeSpan.FromHours(73));
        using var stream = client.Open("Subscribe");
        stream.Send(new FetchRequest { TopicName = Accounts, NumRequested = 1, ReplayPreset = ReplayPreset.Custom,
            ReplayId = first.ReplayId });
        (await stream.EndAsync(FetchResponse.Parser)).ShouldBe(3, "subscription.fetch.replayid.corrupted");
    }

    [Fact]
    public async Task The_day_of_deliveries_has_an_end()
    {
        await using var server = await SimulatedOrg.StartAsync(
            SimulatedOrg.Small with { Events = new EventSettings { DailyDeliveries = 2 } });
        using var client = PubSubClient.Of(server.Server);
        using var subscription = await client.SubscribeAsync(Accounts);
        await server.CreateAccountsAsync(1);
        await subscription.NextRawAsync();
        await server.CreateAccountsAsync(1);
        await subscription.NextRawAsync();
        await server.CreateAccountsAsync(1);
        var outcome = await subscription.Stream.EndAsync(FetchResponse.Parser);
        outcome.ShouldBe(8, "subscription.limit.exceeded");
        outcome.Message.ShouldStartWith("You have exceeded the event delivery limit for your org.");
    }

    [Fact]
    public async Task A_gap_names_the_record_and_nothing_else()
    {
        await using var server = await SimulatedOrg.StartAsync();
        server.Server.Events.Faults.Add(new EventFault { Kind = EventFaultKind.Gap, Times = 1 });
        using var client = PubSubClient.Of(server.Server);
        using var subscription = await client.SubscribeAsync(Accounts);
        var id = (await server.CreateAccountsAsync(1))[0];
        var (_, body, _) = await subscription.NextAsync();
        body["ChangeEventHeader"]?["changeType"]?.GetValue<string>().ShouldBe("GAP_CREATE");
        body["ChangeEventHeader"]?["recordIds"]?[0]?.GetValue<string>().ShouldBe(id);
        body.Where(field => field.Key != "ChangeEventHeader").ShouldAllBe(field => field.Value == null);
    }

    [Fact]
    public async Task Too_many_changes_in_one_transaction_overflow()
    {
        await using var server = await SimulatedOrg.StartAsync(
            SimulatedOrg.Small with { Events = new EventSettings { OverflowAfter = 0 } });
        using var client = PubSubClient.Of(server.Server);
        using var subscription = await client.SubscribeAsync(Accounts);
        await server.CreateAccountsAsync(1);
        var (_, body, _) = await subscription.NextAsync();
        body["ChangeEventHeader"]?["changeType"]?.GetValue<string>().ShouldBe("GAP_OVERFLOW");
        body["ChangeEventHeader"]?["entityName"]?.GetValue<string>().ShouldBe("Account");
    }

    [Fact]
    public async Task A_duplicate_has_the_same_event_id_and_another_replay_id()
    {
        await using var server = await SimulatedOrg.StartAsync();
        server.Server.Events.Faults.Add(new EventFault { Kind = EventFaultKind.Duplicate, Times = 1 });
        using var client = PubSubClient.Of(server.Server);
        using var subscription = await client.SubscribeAsync(Accounts);
        await server.CreateAccountsAsync(1);
        var (one, other) = (await subscription.NextRawAsync(), await subscription.NextRawAsync());
        other.Event.Id.ShouldBe(one.Event.Id);
        other.Event.Payload.ShouldBe(one.Event.Payload);
        other.ReplayId.ShouldNotBe(one.ReplayId);
    }
}
