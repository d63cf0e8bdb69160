namespace Tandem.Postgres.Conflicts;

/// <summary>How a column's values are compared, and who wins where they conflict.</summary>
public sealed record ConflictRule
{
    public required ConflictPolicy Policy { get; init; }

    /// <summary>
    /// Gives one spelling for all texts that Salesforce stores as the same value: its own answer to what we have sent is no conflict.
    /// </summary>
    public required Func<string?, string?> Spell { get; init; }

    /// <summary>The unique identifier tells which record an insert is, and never what it changes.</summary>
    public bool IsIdentifier { get; init; }
}
