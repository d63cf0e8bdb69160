namespace Tandem.Postgres.Conflicts;

/// <summary>The rules of a table's columns: of those that can be sent to Salesforce, for no other can be in conflict.</summary>
public sealed record ConflictRules
{
    public required IReadOnlyDictionary<string, ConflictRule> Columns { get; init; }

    /// <summary>For what is said of a whole record.</summary>
    public required ConflictPolicy Policy { get; init; }

    /// <summary>A row whose record is gone goes at once and its queued changes end; otherwise they are sent first and fail.</summary>
    public bool YieldsToDeletion { get; init; }

    /// <summary>What the org's clock shows; null while that is not known, and then it is taken for the database's.</summary>
    public Func<DateTimeOffset?> OrgClock { get; init; } = () => null;
}
