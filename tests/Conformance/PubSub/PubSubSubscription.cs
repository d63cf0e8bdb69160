using System.Text.Json.Nodes;
using Google.Protobuf;
using Tandem.Simulator.PubSub.Messages;

namespace Tandem.Tests.Conformance.PubSub;

/// <summary>A Subscribe stream that hands out its events one by one, read by their own schemas.</summary>
public sealed class PubSubSubscription(PubSubClient client, GrpcStream stream) : IDisposable
{
    private readonly Dictionary<string, AvroSchema> _schemas = [];
    private readonly Queue<ConsumerEvent> _waiting = [];

    public GrpcStream Stream { get; } = stream;

    public Task StandAsync() => Stream.StandAsync();

    public void Ask(int credit) => Stream.Send(new FetchRequest { NumRequested = credit });

    public Task<FetchResponse> AnswerAsync() => Stream.NextAsync(FetchResponse.Parser);

    /// <summary>The next event, as it came.</summary>
    public async Task<ConsumerEvent> NextRawAsync()
    {
        while (_waiting.Count == 0)
        {
            foreach (var @event in (await AnswerAsync()).Events)
                _waiting.Enqueue(@event);
        }

        return _waiting.Dequeue();
    }

    public async Task<(AvroSchema Schema, JsonObject Body, ByteString ReplayId)> NextAsync()
    {
        var raw = await NextRawAsync();
        if (!_schemas.TryGetValue(raw.Event.SchemaId, out var schema))
            _schemas[raw.Event.SchemaId] = schema = await client.SchemaAsync(raw.Event.SchemaId);
        return (schema, schema.Decode(raw.Event.Payload.Span), raw.ReplayId);
    }

    /// <summary>The next change event of a record; those of others are passed over.</summary>
    public async Task<(AvroSchema Schema, JsonObject Body, ByteString ReplayId)> NextOfAsync(string recordId)
    {
        while (true)
        {
            var next = await NextAsync();
            if (next.Body["ChangeEventHeader"]?["recordIds"] is JsonArray ids && ids.Any(id => id?.GetValue<string>() == recordId))
                return next;
        }
    }

    public void Dispose() => Stream.Dispose();
}
