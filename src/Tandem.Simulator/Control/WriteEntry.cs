using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Control;

/// <summary>One record as one commit left it; a line of the <see cref="WriteJournal"/>.</summary>
public sealed record WriteEntry
{
    public required ChangeKind Kind { get; init; }

    public required ObjectType Type { get; init; }

    /// <summary>The 18-character id.</summary>
    public required string Id { get; init; }

    /// <summary>Who wrote.</summary>
    public required string UserId { get; init; }

    /// <summary>The values in the order of the type's fields; of what was deleted the last ones.</summary>
    public required IReadOnlyList<object?> Values { get; init; }

    /// <summary>The value of a field by its name.</summary>
    public object? this[string field] => Values[Type.OrdinalOf(field)];
}
