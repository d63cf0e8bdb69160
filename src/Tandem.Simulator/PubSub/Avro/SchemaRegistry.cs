using System.Runtime.CompilerServices;
using Tandem.Simulator.Events;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.PubSub.Avro;

/// <summary>
/// The Avro schemas of the org's events by the ids that the bus gives out. GetTopic and GetSchema answer from it, subscriptions write by
/// it. Source: salesforce-api.md, section 6.5.
/// </summary>
internal sealed class SchemaRegistry(EventSchemas schemas)
{
    private readonly ConditionalWeakTable<ObjectType, EventSchema> _known = [];

    /// <summary>The schema that stands for channels of several objects: the header that all their events share.</summary>
    public static (string Id, string Json) AnyChange { get; } = MakeAnyChange();

    public EventSchema Of(ObjectType type) => _known.GetValue(type, Make);

    /// <summary>The JSON of a schema; null for an id that was never given out.</summary>
    public string? FindJson(string schemaId) =>
        schemaId == AnyChange.Id ? AnyChange.Json : schemas.Find(schemaId) is { } type ? Of(type).Json : null;

    private EventSchema Make(ObjectType type)
    {
        var id = schemas.IdOf(type);
        if (ChannelDirectory.IsPlatformEvent(type))
        {
            var published = AvroLayout.OfPlatformEvent(type);
            return new EventSchema(id, SchemaJson.OfPlatformEvent(type.Name, published), type, published, firstIndex: 2);
        }

        var changes = AvroLayout.OfChanges(type);
        var name = ChannelDirectory.ChangeEventName(type.Name);
        return new EventSchema(id, SchemaJson.OfChanges(name, changes), type, changes, firstIndex: 1);
    }

    private static (string Id, string Json) MakeAnyChange()
    {
        var json = SchemaJson.OfChanges("ChangeEvent", []);
        return (EventSchemas.IdOf(json), json);
    }
}
