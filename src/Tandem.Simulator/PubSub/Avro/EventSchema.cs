using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.PubSub.Avro;

/// <summary>
/// The Avro schema of an object's events at one version of the object, under the id that events carry. Immutable, as the id demands;
/// <see cref="SchemaRegistry"/> makes and keeps them.
/// </summary>
internal sealed class EventSchema
{
    private readonly (int Top, int Part)[] _places;

    public EventSchema(string id, string json, ObjectType type, IReadOnlyList<AvroField> fields, int firstIndex)
    {
        Id = id;
        Json = json;
        Type = type;
        Fields = fields;
        _places = new (int, int)[type.Fields.Count];
        Array.Fill(_places, (-1, -1));
        for (var at = 0; at < fields.Count; at++)
        {
            if (fields[at].Kind != AvroKind.Compound)
                _places[fields[at].Ordinal] = (at + firstIndex, -1);
            for (var part = 0; part < fields[at].Parts.Count; part++)
            {
                if (fields[at].Parts[part].Ordinal is >= 0 and var ordinal)
                    _places[ordinal] = (at + firstIndex, part);
            }
        }

        FirstIndex = firstIndex;
    }

    public string Id { get; }

    public string Json { get; }

    public ObjectType Type { get; }

    /// <summary>The body's fields, after what every event of the kind starts with.</summary>
    public IReadOnlyList<AvroField> Fields { get; }

    /// <summary>The schema's index of the first of <see cref="Fields"/>.</summary>
    public int FirstIndex { get; }

    /// <summary>Where an object's field stands in the schema: its index, and within a compound the part's, else -1. An index of -1 says
    /// that events do not carry the field.</summary>
    public (int Top, int Part) PlaceOf(int ordinal) => _places[ordinal];
}
