namespace Tandem.Simulator.Soql;

/// <summary>The fields to show when a polymorphic reference leads to one object.</summary>
internal sealed record TypeOfBranch
{
    public required string ObjectName { get; init; }

    public required int Position { get; init; }

    public required IReadOnlyList<FieldPath> Fields { get; init; }
}
