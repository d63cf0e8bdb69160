namespace Tandem.Postgres.Tables;

/// <summary>What a table holds, counted in one look.</summary>
public sealed record TableContents
{
    public required long Rows { get; init; }

    /// <summary>Those that have an sfid.</summary>
    public required long Records { get; init; }

    /// <summary>0 for an empty table.</summary>
    public required long LastId { get; init; }

    /// <summary>The newest time in the column that tells of changes, of the rows that have an sfid. UTC; null when there is none.</summary>
    public required DateTime? Newest { get; init; }
}
