namespace Tandem.Simulator.PubSub.Avro;

/// <summary>A field of an event's body: where its value stands in a record of the org, and how it is written.</summary>
internal sealed record AvroField
{
    public required string Name { get; init; }

    public required AvroKind Kind { get; init; }

    /// <summary>The role and the data type, and for a custom field its id, separated by colons.</summary>
    public required string Doc { get; init; }

    /// <summary>The ordinal of the object's field; -1 for a compound, and for a part that this org has no field for.</summary>
    public required int Ordinal { get; init; }

    /// <summary>The Avro record that a compound is; null for every other field.</summary>
    public string? RecordName { get; init; }

    /// <summary>The parts of a compound, in the record's order.</summary>
    public IReadOnlyList<AvroField> Parts { get; init; } = [];

    /// <summary>A business account's name: text, in a union that would also take a person's.</summary>
    public bool IsSwitchableName { get; init; }
}
