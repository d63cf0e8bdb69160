using Tandem.Simulator.Data;

namespace Tandem.Simulator.Records;

/// <summary>A parent that a request names by the value of a look-up field instead of its id; resolved when the record is saved.</summary>
internal sealed record ParentReference
{
    /// <summary>The place of the reference in the child.</summary>
    public required int Ordinal { get; init; }

    public required ObjectTable Parent { get; init; }

    /// <summary>The place of the look-up field in the parent.</summary>
    public required int KeyOrdinal { get; init; }

    public required object Key { get; init; }
}
