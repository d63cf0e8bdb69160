using Tandem.Postgres.ChangeLog;
using Tandem.Salesforce.Bulk;
using Tandem.Sync.Running;

namespace Tandem.Sync.Push;

/// <summary>A Bulk job that the org works on: what it was given, by the key that its results repeat.</summary>
internal sealed class BulkJob(string id, LiveMapping mapping, WriteOperation operation, IReadOnlyDictionary<string, Change> changesByKey)
{
    public string Id => id;

    public LiveMapping Mapping => mapping;

    public WriteOperation Operation => operation;

    /// <summary>Without their values, which only the log keeps as long as the job lasts.</summary>
    public IReadOnlyDictionary<string, Change> ChangesByKey => changesByKey;

    /// <summary>The column of the results that holds the key.</summary>
    public string KeyColumn { get; } = operation == WriteOperation.Upsert && mapping.Mapped.UniqueIdentifier is { } unique
        ? unique.Description.Name
        : "Id";

    public static BulkIngestOperation OperationOf(WriteOperation operation) => operation switch
    {
        WriteOperation.Update => BulkIngestOperation.Update,
        WriteOperation.Upsert => BulkIngestOperation.Upsert,
        WriteOperation.Delete => BulkIngestOperation.Delete,
        _ => throw new InvalidOperationException($"No Bulk job is made of the operation {operation}."),
    };
}
