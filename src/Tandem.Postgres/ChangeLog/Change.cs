namespace Tandem.Postgres.ChangeLog;

/// <summary>
/// A claimed entry of the change log: what a user did to one row, on its way to Salesforce. Values are in PostgreSQL's output form:
/// t and f, ISO dates, null for NULL.
/// </summary>
public sealed record Change
{
    public required ChangeId Id { get; init; }

    public required ChangeAction Action { get; init; }

    public required string Table { get; init; }

    /// <summary>The row's local id.</summary>
    public required int RecordId { get; init; }

    /// <summary>
    /// The log's, else the row's present one, else one that another entry of this record tells; null before the insert was sent.
    /// </summary>
    public required string? Sfid { get; init; }

    /// <summary>INSERT: all columns; UPDATE: the changed ones; DELETE: none.</summary>
    public required IReadOnlyDictionary<string, string?> Values { get; init; }

    /// <summary>The row before an update whose record had no Salesforce id yet; otherwise empty, for nobody needs it then.</summary>
    public required IReadOnlyDictionary<string, string?> Old { get; init; }

    /// <summary>UTC, by the database's clock. A record that Salesforce created before it is not the result of this claim.</summary>
    public required DateTime ClaimedAt { get; init; }

    /// <summary>What is wrong with the log entry itself, as one sentence, when a user wrote it by hand; null when it can be read.</summary>
    public string? Problem { get; init; }
}
