using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Events;

/// <summary>A member of an object's change events: a stored field, or a compound of several.</summary>
internal sealed record EventField
{
    public required Field Field { get; init; }

    /// <summary>The ordinal of the stored field; -1 for a compound, whose values are its parts'.</summary>
    public required int Ordinal { get; init; }

    /// <summary>The parts of an address, a location or a person's name; empty for everything else.</summary>
    public IReadOnlyList<EventPart> Parts { get; init; } = [];

    public string Name => Field.Name;
}
