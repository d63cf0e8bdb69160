using Tandem.Postgres.ChangeLog;
using Tandem.Salesforce;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Push;

/// <summary>
/// A Bulk job while its changes are gathered from the log. What they set goes into the CSV at once, so that of each change only its ids
/// stay in memory; of a run that proves too short for a job everything is kept.
/// </summary>
internal sealed class JobDraft(MappedObject mapped, WriteOperation operation, PushOptions options)
{
    private static readonly Dictionary<string, string?> None = [];

    private readonly RunMembers _members = new(mapped, operation);
    private readonly List<Change> _first = [];
    private readonly Dictionary<string, Change> _changesByKey = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Outcome> _settled = [];

    public MappedObject Mapped => mapped;

    public WriteOperation Operation => operation;

    public CsvUpload Csv { get; } = new(mapped, operation);

    public IReadOnlyDictionary<string, Change> ChangesByKey => _changesByKey;

    /// <summary>What needs no call or cannot be sent.</summary>
    public IReadOnlyList<Outcome> Settled => _settled;

    public bool IsWorthwhile => _changesByKey.Count >= options.BulkFrom;

    /// <summary>The changes as they came, of a draft that is not worthwhile.</summary>
    public IReadOnlyList<Change> First => _first;

    /// <summary>False for the change that ends the job: it belongs to another run, the job is full, or no CSV can hold it.</summary>
    public bool TryAdd(Change change)
    {
        if (_changesByKey.Count >= options.BulkJobRecords || Csv.Bytes >= options.BulkJobBytes || !_members.TryAdd(change))
            return false;
        var prepared = Preparation.Prepare(
            new ChangeBatch { Mapped = mapped, Operation = operation, Changes = [change] }, options, _settled);
        if (prepared is [var sendable])
        {
            if (Csv.TryAdd(sendable.Row) is not { } key)
                return false;
            _changesByKey.Add(key, change with { Values = None, Old = None });
        }

        if (IsWorthwhile)
            _first.Clear();
        else
            _first.Add(change);
        return true;
    }

    /// <summary>The key under which the results of a job name the change; null when the log does not tell it any more.</summary>
    public static string? KeyOf(MappedObject mapped, WriteOperation operation, Change change) => operation == WriteOperation.Upsert
        ? ChangeBatches.IdentifierOf(mapped, change)
        : SalesforceId.TryParse(change.Sfid, out var id) ? id.Value : null;
}
