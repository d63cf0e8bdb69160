using Google.Protobuf;
using Tandem.Simulator.Data;
using Tandem.Simulator.Events;
using Tandem.Simulator.PubSub.Avro;
using Tandem.Simulator.PubSub.Messages;

namespace Tandem.Simulator.PubSub;

/// <summary>Writes the bus's events as the messages of one subscriber; what the user may not see is left out.</summary>
internal sealed class EventWriter(SchemaRegistry schemas, UserAccess access)
{
    private readonly AvroEncoder _avro = new(access);

    /// <summary>Null for an event of an object that does not exist for the user.</summary>
    public ConsumerEvent? Write(OrgEvent @event) => @event.Body switch
    {
        ChangeEvent change when access.CanSee(change.Type) => Message(@event, schemas.Of(change.Type), change),
        PlatformEvent published when access.CanSee(published.Type) => Message(@event, schemas.Of(published.Type), published),
        _ => null,
    };

    private ConsumerEvent Message(OrgEvent @event, EventSchema schema, IEventBody body) => new()
    {
        Event = new ProducerEvent { Id = @event.EventUuid.ToString(), SchemaId = schema.Id, Payload = Payload(@event, schema, body) },
        ReplayId = ReplayIdBytes.Of(@event.ReplayId),
    };

    private ByteString Payload(OrgEvent @event, EventSchema schema, IEventBody body) => body switch
    {
        ChangeEvent change => _avro.Encode(schema, change),
        PlatformEvent published => _avro.Encode(schema, published, @event.CreatedAt),
        _ => throw new InvalidOperationException($"A {body.GetType().Name} does not travel by Pub/Sub."),
    };
}
