namespace Tandem.Sync.Running;

/// <summary>
/// How many rows of a mapping have come from the org and gone to it since its shift began, for people to look at. Counted in memory only.
/// </summary>
public sealed class FlowTally
{
    private readonly Lock _lock = new();
    private long _read;
    private long _written;
    private long _readToldTo;
    private long _writtenToldTo;
    private DateTimeOffset? _pushedAt;

    /// <summary>Rows that were written to the table.</summary>
    public long Read => Get(() => _read);

    /// <summary>Changes that Salesforce took.</summary>
    public long Written => Get(() => _written);

    /// <summary>When local changes were answered last; null when none were.</summary>
    public DateTimeOffset? PushedAt => Get(() => _pushedAt);

    public void NoteRead(long rows)
    {
        lock (_lock)
            _read += rows;
    }

    public void NotePushed(long taken, DateTimeOffset at)
    {
        lock (_lock)
            (_written, _pushedAt) = (_written + taken, at);
    }

    /// <summary>What polls and pushes have moved since this was asked last.</summary>
    public (long Read, long Written) TakeNew()
    {
        lock (_lock)
        {
            var found = (_read - _readToldTo, _written - _writtenToldTo);
            (_readToldTo, _writtenToldTo) = (_read, _written);
            return found;
        }
    }

    /// <summary>Counts rows that are told of by themselves: those of a load.</summary>
    public void NoteTold(long rows)
    {
        lock (_lock)
            (_read, _readToldTo) = (_read + rows, _readToldTo + rows);
    }

    private T Get<T>(Func<T> read)
    {
        lock (_lock)
            return read();
    }
}
