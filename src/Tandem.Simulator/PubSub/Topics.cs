using Tandem.Simulator.Data;
using Tandem.Simulator.Events;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.PubSub.Avro;

namespace Tandem.Simulator.PubSub;

/// <summary>
/// What the org's channels are to Pub/Sub: which of them a user can read or write, by which schema, and how their events are written.
/// Source: salesforce-api.md, sections 6.2 to 6.5.
/// </summary>
internal sealed class Topics(Org org, EventBus bus)
{
    public EventBus Bus { get; } = bus;

    public TimeProvider TimeProvider { get; } = org.TimeProvider;

    public SchemaRegistry Schemas { get; } = new(bus.Schemas);

    /// <exception cref="Grpc.GrpcException">There is no such topic, or it is hidden from the user.</exception>
    public EventChannel Find(string name, string userId)
    {
        var channel = Bus.FindChannel(name);
        if (channel is null or { Kind: ChannelKind.PushTopic or ChannelKind.Generic })
            throw PubSubErrors.UnknownTopic(name);
        return SubjectOf(channel) is not { } subject || org.AccessOf(userId).CanSee(subject) ? channel
            : throw PubSubErrors.HiddenTopic(name);
    }

    public static bool CanPublish(EventChannel channel) => channel.Kind == ChannelKind.PlatformEvents;

    /// <summary>The one object whose events the channel carries, in its shape of now; null for a channel of several.</summary>
    public ObjectType? SubjectOf(EventChannel channel) => channel.Subject is { } name ? org.FindTable(name)?.Type : null;

    public string SchemaIdOf(EventChannel channel) =>
        SubjectOf(channel) is { } subject ? Schemas.Of(subject).Id : SchemaRegistry.AnyChange.Id;

    public EventWriter WriterFor(string userId) => new(Schemas, org.AccessOf(userId));
}
