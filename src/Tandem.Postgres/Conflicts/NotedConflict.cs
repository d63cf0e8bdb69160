namespace Tandem.Postgres.Conflicts;

/// <summary>A conflict that was decided, as it stands in the log.</summary>
public sealed record NotedConflict
{
    public required long Id { get; init; }

    public required string Table { get; init; }

    public required string Sfid { get; init; }

    /// <summary>Null when the record was deleted in Salesforce; then the local value is its row as JSON.</summary>
    public required string? Column { get; init; }

    public required string? LocalValue { get; init; }

    public required string? SalesforceValue { get; init; }

    public required bool SalesforceWins { get; init; }

    public required DateTimeOffset DecidedAt { get; init; }
}
