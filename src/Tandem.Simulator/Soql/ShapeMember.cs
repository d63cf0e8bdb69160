using System.Text.Json;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Soql;

/// <summary>One member of a record in an answer: a field, a compound of fields, or a parent.</summary>
internal sealed record ShapeMember
{
    public required JsonEncodedText Name { get; init; }

    /// <summary>The field; null for a parent, an aggregate, and a field that this one of several possible parents has not.</summary>
    public Field? Field { get; init; }

    /// <summary>The place of the value in the record's values; -1 when there is none.</summary>
    public int Ordinal { get; init; } = -1;

    /// <summary>The place of the children in the row's; -1 when this is no list of children.</summary>
    public int Children { get; init; } = -1;

    /// <summary>Makes the shown value of the stored one; null shows what is stored.</summary>
    public Func<object?, object?>? Transform { get; init; }

    /// <summary>Reads a value that no single field holds from the whole row; null for everything else.</summary>
    public Func<QueryRow, object?>? Compute { get; init; }

    /// <summary>The parts of an address or a location; empty for everything else.</summary>
    public IReadOnlyList<CompoundPart> Parts { get; init; } = [];

    /// <summary>The shapes that the parent may have, by slot; empty when this is no parent.</summary>
    public IReadOnlyList<(int Slot, RecordShape Shape)> Parents { get; init; } = [];

    /// <summary>True for a parent, even one that no shape fits.</summary>
    public bool IsParent { get; init; }

    public static ShapeMember Of(ObjectType type, int ordinal) => new()
    {
        Name = JsonEncodedText.Encode(type.Fields[ordinal].Name),
        Field = type.Fields[ordinal],
        Ordinal = ordinal,
        Parts = CompoundPart.Of(type, type.Fields[ordinal]),
    };
}
