using Tandem.Simulator.Data;

namespace Tandem.Simulator.Control;

/// <summary>
/// Every write that the org commits, in the order of the commits, from the moment it is switched on: what a record was, one state after
/// the other, and how often it was made. Tests use it to tell what only the end does not show.
/// </summary>
public sealed class WriteJournal
{
    private readonly Lock _lock = new();
    private List<WriteEntry>? _entries;

    internal WriteJournal(Org org) => org.Listen(Take);

    /// <summary>What was written since the start; empty while it is off.</summary>
    public IReadOnlyList<WriteEntry> Entries
    {
        get
        {
            lock (_lock)
                return _entries is null ? [] : [.. _entries];
        }
    }

    /// <summary>Begins with an empty page; the journal grows until it is stopped.</summary>
    public void Start()
    {
        lock (_lock)
            _entries = [];
    }

    public void Stop()
    {
        lock (_lock)
            _entries = null;
    }

    private void Take(CommittedTransaction transaction)
    {
        lock (_lock)
        {
            _entries?.AddRange(transaction.Changes.Select(change => new WriteEntry
            {
                Kind = change.Kind, Type = change.Table.Type, Id = change.Id, UserId = transaction.Caller.UserId, Values = change.After,
            }));
        }
    }
}
