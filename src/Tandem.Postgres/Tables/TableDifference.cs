namespace Tandem.Postgres.Tables;

/// <summary>What an existing table has otherwise than its definition asks for.</summary>
public sealed record TableDifference
{
    public required IReadOnlyList<ColumnDefinition> Missing { get; init; }

    public required IReadOnlyList<NarrowColumn> TooNarrow { get; init; }

    public required IReadOnlyList<ColumnMismatch> Mismatched { get; init; }

    /// <summary>The user's columns that refuse every new row: not null, without a default.</summary>
    public required IReadOnlyList<string> Unfillable { get; init; }
}
