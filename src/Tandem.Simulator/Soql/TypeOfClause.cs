namespace Tandem.Simulator.Soql;

/// <summary><c>TYPEOF relationship WHEN object THEN fields .. ELSE fields END</c> in a select list.</summary>
internal sealed record TypeOfClause
{
    public required FieldPath Relationship { get; init; }

    public required IReadOnlyList<TypeOfBranch> Branches { get; init; }

    /// <summary>The fields of any other object; empty without ELSE.</summary>
    public IReadOnlyList<FieldPath> OtherFields { get; init; } = [];
}
