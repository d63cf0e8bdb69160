namespace Tandem.Simulator.Soql;

/// <summary>What a query found: rows as they were at one moment, and how to show them.</summary>
internal sealed record QueryResult
{
    public required RecordShape Shape { get; init; }

    /// <summary>The number of rows, or for <c>COUNT()</c> the number counted, without rows.</summary>
    public required int TotalSize { get; init; }

    public required IReadOnlyList<QueryRow> Rows { get; init; }
}
