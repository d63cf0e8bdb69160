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
    /// The log's, else the row's present one, else one that another entry of this record tells; null before the insert was sent. A delete
    /// has the log's, where the settled insert writes it.
    /// </summary>
    public required string? Sfid { get; init; }

    /// <summary>INSERT: all columns; UPDATE: the changed ones; DELETE: none.</summary>
    public required IReadOnlyDictionary<string, string?> Values { get; init; }

    /// <summary>The row before an update whose record had no Salesforce id yet; otherwise empty, for nobody needs it then.</summary>
    public required IReadOnlyDictionary<string, string?> Old { get; init; }

    /// <summary>UTC, by the database's clock. A record that Salesforce created before it is not the result of this claim.</summary>
    public required DateTime ClaimedAt { get; init; }

    /// <summary>
    /// The insert of this record failed and was not made good, so that there is nothing to change or delete, and a change alone must not
    /// make a record of its few columns.
    /// </summary>
    public bool HasFailedInsert { get; init; }

    /// <summary>Other changes of the record whose values this one brings along; they end with it. Empty with ordered writes.</summary>
    public IReadOnlyList<Change> Carried { get; init; } = [];

    /// <summary>
    /// Of an insert that an earlier run may have sent: what it sent if it had made one change of this and of others. Null when that is the
    /// same.
    /// </summary>
    public IReadOnlyDictionary<string, string?>? ValuesWithCarried { get; init; }

    /// <summary>All log entries that end with this change.</summary>
    public IEnumerable<ChangeId> EntryIds => Carried.Select(carried => carried.Id).Prepend(Id);

    /// <summary>What is wrong with the log entry itself, as one sentence, when a user wrote it by hand; null when it can be read.</summary>
    public string? Problem { get; init; }
}
