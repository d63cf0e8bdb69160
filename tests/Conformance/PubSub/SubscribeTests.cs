using System.Buffers.Binary;
using Google.Protobuf;
using Shouldly;
using Tandem.Simulator.PubSub.Messages;
using Xunit;

namespace Tandem.Tests.Conformance.PubSub;

/// <summary>Credit, replay and the requests that a stream refuses. Source: salesforce-api.md, sections 6.3 and 6.4.</summary>
public sealed class SubscribeTests(TestOrg org)
{
    private const string Accounts = "/data/AccountChangeEvent";

    [Fact]
    public async Task Sends_no_more_than_was_asked_for_and_adds_up_what_is_asked()
    {
        await using var server = await SimulatedOrg.StartAsync();
        using var client = PubSubClient.Of(server.Server);
        using var subscription = await client.SubscribeAsync(Accounts, credit: 1);
        subscription.Ask(2);
        await server.CreateAccountsAsync(5);
        var pending = new List<int>();
        var received = 0;
        while (received < 3)
        {
            var answer = await subscription.AnswerAsync();
            received += answer.Events.Count;
            pending.Add(answer.PendingNumRequested);
        }

        received.ShouldBe(3);
        pending[^1].ShouldBe(0);

        // The rest comes only when it is asked for: whatever had been sent too early would arrive before this answer.
        subscription.Ask(100);
        received = 0;
        while (received < 2)
        {
            var answer = await subscription.AnswerAsync();
            received += answer.Events.Count;
            answer.PendingNumRequested.ShouldBe(100 - received);
        }

        received.ShouldBe(2);
    }

    [Fact]
    public async Task Replays_what_came_after_the_id_in_the_order_of_the_commits()
    {
        using var client = PubSubClient.Of(org);
        using var live = await client.SubscribeAsync(Accounts);
        var first = await org.CreateAsync("Account", new { Name = TestOrg.Unique() });
        var (_, _, replayId) = await live.NextOfAsync(first);
        var second = await org.CreateAsync("Account", new { Name = TestOrg.Unique() });
        var third = await org.CreateAsync("Account", new { Name = TestOrg.Unique() });
        await live.NextOfAsync(third);

        using var replay = await client.SubscribeAsync(Accounts, preset: ReplayPreset.Custom, replayId: replayId);
        List<string> ids = [];
        while (!ids.Contains(third))
            ids.Add((await replay.NextAsync()).Body["ChangeEventHeader"]?["recordIds"]?[0]?.GetValue<string>() ?? "");
        ids.ShouldNotContain(first);
        ids.IndexOf(second).ShouldBeInRange(0, ids.IndexOf(third));
    }

    [Fact]
    public async Task Replay_ids_are_eight_bytes_that_grow_and_fit_a_double()
    {
        using var client = PubSubClient.Of(org);
        using var subscription = await client.SubscribeAsync(Accounts);
        var first = await org.CreateAsync("Account", new { Name = TestOrg.Unique() });
        var (_, _, one) = await subscription.NextOfAsync(first);
        var second = await org.CreateAsync("Account", new { Name = TestOrg.Unique() });
        var (_, _, other) = await subscription.NextOfAsync(second);
        one.Length.ShouldBe(8);
        var (low, high) = (BinaryPrimitives.ReadInt64BigEndian(one.Span), BinaryPrimitives.ReadInt64BigEndian(other.Span));
        low.ShouldBeLessThan(high);
        high.ShouldBeLessThan(1L << 53);
    }

    [Fact]
    public async Task Starts_at_the_earliest_event_that_is_kept()
    {
        await using var server = await SimulatedOrg.StartAsync();
        using var client = PubSubClient.Of(server.Server);
        var ids = await server.CreateAccountsAsync(3);
        using var subscription = await client.SubscribeAsync(Accounts, preset: ReplayPreset.Earliest);
        foreach (var id in ids)
            (await subscription.NextAsync()).Body["ChangeEventHeader"]?["recordIds"]?[0]?.GetValue<string>().ShouldBe(id);
    }

    [Fact]
    public async Task Refuses_a_replay_id_that_was_never_issued()
    {
        using var client = PubSubClient.Of(org);
        var unknown = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(unknown, 7);
        (await RefusalAsync(client, new FetchRequest { TopicName = Accounts, NumRequested = 1, ReplayPreset = ReplayPreset.Custom,
            ReplayId = ByteString.CopyFrom(unknown) })).ShouldBe(3, "subscription.fetch.replayid.corrupted");
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    public async Task Refuses_a_replay_id_of_another_form(string replayId)
    {
        using var client = PubSubClient.Of(org);
        (await RefusalAsync(client, new FetchRequest { TopicName = Accounts, NumRequested = 1, ReplayPreset = ReplayPreset.Custom,
            ReplayId = ByteString.CopyFromUtf8(replayId) })).ShouldBe(3, "subscription.fetch.replayid.validation.failed");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(101)]
    public async Task Refuses_to_be_asked_for_none_or_for_more_than_a_hundred(int credit)
    {
        using var client = PubSubClient.Of(org);
        (await RefusalAsync(client, new FetchRequest { TopicName = Accounts, NumRequested = credit }))
            .ShouldBe(3, "subscription.fetch.requested.events.invalid");
    }

    [Fact]
    public async Task Stays_with_the_topic_of_the_first_request()
    {
        using var client = PubSubClient.Of(org);
        using var subscription = await client.SubscribeAsync(Accounts);
        subscription.Stream.Send(new FetchRequest { TopicName = "/data/ContactChangeEvent", NumRequested = 1 });
        (await EndAsync(subscription)).Status.ShouldBe(3);
    }

    [Fact]
    public async Task Does_not_know_every_topic()
    {
        using var client = PubSubClient.Of(org);
        (await RefusalAsync(client, new FetchRequest { TopicName = "/data/NothingChangeEvent", NumRequested = 1 })).Status.ShouldBe(5);
    }

    [Fact]
    public async Task A_client_that_asks_for_nothing_more_still_gets_what_it_has_asked_for()
    {
        await using var server = await SimulatedOrg.StartAsync();
        using var client = PubSubClient.Of(server.Server);
        using var subscription = await client.SubscribeAsync(Accounts, credit: 2);
        subscription.Stream.Complete();
        await server.CreateAccountsAsync(3);
        await subscription.NextRawAsync();
        await subscription.NextRawAsync();
        (await subscription.Stream.EndAsync(FetchResponse.Parser)).Status.ShouldBe(0);
    }

    [Fact]
    public async Task Many_subscribers_of_one_connection_each_get_every_event()
    {
        await using var server = await SimulatedOrg.StartAsync();
        using var client = PubSubClient.Of(server.Server);
        var subscriptions = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => client.SubscribeAsync(Accounts)));
        var id = (await server.CreateAccountsAsync(1))[0];
        foreach (var subscription in subscriptions)
        {
            (await subscription.NextAsync()).Body["ChangeEventHeader"]?["recordIds"]?[0]?.GetValue<string>().ShouldBe(id);
            subscription.Dispose();
        }
    }

    private static async Task<GrpcOutcome> RefusalAsync(PubSubClient client, FetchRequest request)
    {
        using var stream = client.Open("Subscribe");
        stream.Send(request);
        return await stream.EndAsync(FetchResponse.Parser);
    }

    private static async Task<GrpcOutcome> EndAsync(PubSubSubscription subscription)
    {
        FetchResponse? answer;
        do
        {
            answer = await subscription.Stream.ReadAsync(FetchResponse.Parser);
        }
        while (answer is not null);
        return subscription.Stream.Outcome();
    }
}
