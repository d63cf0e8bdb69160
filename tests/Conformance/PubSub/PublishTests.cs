using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;
using Shouldly;
using Tandem.Simulator.PubSub.Messages;
using Xunit;

namespace Tandem.Tests.Conformance.PubSub;

/// <summary>Publishing platform events. Source: salesforce-api.md, sections 6.2 and 6.5.</summary>
public sealed class PublishTests : IAsyncLifetime
{
    private const string Orders = "/event/Order_Placed__e";

    private const string Metadata = """
        { "objects": [ { "name": "Order_Placed__e", "label": "Order Placed", "owner": false, "recycleBin": false, "fields": [
          { "name": "Number__c", "type": "text", "length": 10, "required": true },
          { "name": "Amount__c", "type": "number", "precision": 16, "scale": 2 },
          { "name": "Is_Paid__c", "type": "boolean" },
          { "name": "Placed_At__c", "type": "datetime" } ] } ] }
        """;

    private SimulatedOrg? _org;

    private SimulatedOrg Org => _org ?? throw new InvalidOperationException("The org is not started.");

    public async ValueTask InitializeAsync() => _org = await SimulatedOrg.StartAsync(metadata: Metadata);

    public ValueTask DisposeAsync() => Org.DisposeAsync();

    [Fact]
    public async Task The_schema_starts_with_the_time_and_the_user()
    {
        using var client = PubSubClient.Of(Org.Server);
        var topic = await client.TopicAsync(Orders);
        topic.CanPublish.ShouldBeTrue();
        topic.CanSubscribe.ShouldBeTrue();
        var schema = await client.SchemaAsync(topic.SchemaId);
        schema.Root["name"]?.GetValue<string>().ShouldBe("Order_Placed__e");
        schema.FieldNames.ShouldBe(["CreatedDate", "CreatedById", "Number__c", "Amount__c", "Is_Paid__c", "Placed_At__c"]);
        schema.Field("CreatedDate")["type"]?.GetValue<string>().ShouldBe("long");
        schema.Field("CreatedById")["type"]?.GetValue<string>().ShouldBe("string");
    }

    [Fact]
    public async Task What_is_published_arrives()
    {
        using var client = PubSubClient.Of(Org.Server);
        using var subscription = await client.SubscribeAsync(Orders);
        Org.Clock.Freeze();
        var schemaId = (await client.TopicAsync(Orders)).SchemaId;
        var response = await client.CallAsync("Publish", Request(Event("one", schemaId, Payload("4711"))), PublishResponse.Parser);
        response.SchemaId.ShouldBe(schemaId);
        var result = response.Results.ShouldHaveSingleItem();
        result.Error.ShouldBeNull();
        result.CorrelationKey.ShouldBe("one");
        var (_, body, replayId) = await subscription.NextAsync();
        replayId.ShouldBe(result.ReplayId);
        body["Number__c"]?.GetValue<string>().ShouldBe("4711");
        body["Amount__c"]?.GetValue<double>().ShouldBe(12.35);
        body["Is_Paid__c"]?.GetValue<bool>().ShouldBeTrue();
        body["Placed_At__c"].ShouldBeNull();
        body["CreatedById"]?.GetValue<string>().ShouldBe(Org.Server.Org.AdminUserId);
        body["CreatedDate"]?.GetValue<long>().ShouldBe(Org.Clock.GetUtcNow().ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task Each_event_of_a_request_has_its_own_result()
    {
        using var client = PubSubClient.Of(Org.Server);
        var schemaId = (await client.TopicAsync(Orders)).SchemaId;
        var response = await client.CallAsync("Publish", Request(
            Event("good", schemaId, Payload("1")), Event("empty", schemaId, Payload(null)), Event("long", schemaId, Payload("12345678901")),
            Event("cut", schemaId, Payload("1")[..^3]), Event("other", "AAAA", Payload("1"))), PublishResponse.Parser);
        response.Results.Select(result => result.CorrelationKey).ShouldBe(["good", "empty", "long", "cut", "other"]);
        response.Results[0].Error.ShouldBeNull();
        foreach (var refused in response.Results.Skip(1))
        {
            refused.Error.Code.ShouldBe(ErrorCode.Publish);
            refused.Error.Msg.ShouldNotBeEmpty();
            refused.ReplayId.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_stream_answers_request_after_request()
    {
        using var client = PubSubClient.Of(Org.Server);
        var schemaId = (await client.TopicAsync(Orders)).SchemaId;
        using var stream = client.Open("PublishStream");
        foreach (var key in (string[])["a", "b", "c"])
        {
            stream.Send(Request(Event(key, schemaId, Payload(key))));
            (await stream.NextAsync(PublishResponse.Parser)).Results.ShouldHaveSingleItem().CorrelationKey.ShouldBe(key);
        }

        stream.Complete();
        (await stream.EndAsync(PublishResponse.Parser)).Status.ShouldBe(0);
    }

    [Fact]
    public async Task A_stream_that_is_quiet_for_seventy_seconds_is_closed()
    {
        using var client = PubSubClient.Of(Org.Server);
        using var stream = client.Open("PublishStream");
        stream.Send(Request());
        await stream.NextAsync(PublishResponse.Parser);
        (await Org.PassAsync(stream.EndAsync(PublishResponse.Parser), TimeSpan.FromSeconds(71))).Status.ShouldBe(0);
    }

    [Fact]
    public async Task Change_events_are_the_orgs_own()
    {
        using var client = PubSubClient.Of(Org.Server);
        (await client.FailAsync("Publish", new PublishRequest { TopicName = "/data/AccountChangeEvent" })).Status.ShouldBe(3);
    }

    private static PublishRequest Request(params ProducerEvent[] events) => new() { TopicName = Orders, Events = { events } };

    private static ProducerEvent Event(string key, string schemaId, byte[] payload) =>
        new() { Id = key, SchemaId = schemaId, Payload = ByteString.CopyFrom(payload) };

    /// <summary>An order by the schema that the tests expect: written by hand, so that reader and writer do not share a mistake.</summary>
    private static byte[] Payload(string? number)
    {
        var bytes = new List<byte> { 0 };
        AddText(bytes, "005000000000001AAA");
        bytes.Add(number is null ? (byte)0 : (byte)2);
        if (number is not null)
            AddText(bytes, number);
        bytes.Add(2);
        var amount = new byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(amount, 12.345);
        bytes.AddRange(amount);
        bytes.AddRange([2, 1]);
        bytes.Add(0);
        return [.. bytes];
    }

    private static void AddText(List<byte> bytes, string text)
    {
        bytes.Add((byte)(text.Length * 2));
        bytes.AddRange(Encoding.ASCII.GetBytes(text));
    }
}
