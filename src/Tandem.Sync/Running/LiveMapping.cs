using Tandem.Sync.Faults;
using Tandem.Sync.Pull;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Running;

/// <summary>
/// What lives of a mapping during a shift: its gate, how far it has come, what holds it. Shared by its worker, the push and the status.
/// </summary>
public sealed class LiveMapping(MappedObject mapped, Action becamePushable) : IDisposable
{
    private readonly Lock _lock = new();
    private Progress _progress = new() { ObjectName = mapped.Name };
    private DateTimeOffset? _lastChange;
    private Fault? _pullFault;
    private Fault? _pushFault;

    public MappedObject Mapped { get; } = mapped;

    public MappingGate Gate { get; } = new();

    public Progress Progress => Read(() => _progress);

    /// <summary>When a row was last written, either way.</summary>
    public DateTimeOffset? LastChange => Read(() => _lastChange);

    /// <summary>What holds or delays the mapping; null when all is well.</summary>
    public Fault? Fault => Read(() => _pushFault ?? _pullFault);

    public bool IsLoaded => Read(() => _progress.CursorStamp is not null);

    /// <summary>Changes go out only once the table is loaded, and not while a person must act first.</summary>
    public bool IsPushable => Read(() => _progress.CursorStamp is not null && _pushFault is null);

    public void Note(Progress progress)
    {
        bool becameLoaded;
        lock (_lock)
        {
            becameLoaded = _progress.CursorStamp is null && progress.CursorStamp is not null;
            _progress = progress;
        }

        if (becameLoaded)
            becamePushable();
    }

    public void NoteChange(DateTimeOffset at)
    {
        lock (_lock)
            _lastChange = at;
    }

    /// <summary>Shows what holds the pull; null when it goes on.</summary>
    public void NotePullFault(Fault? fault)
    {
        lock (_lock)
            _pullFault = fault;
    }

    /// <summary>Stops the push of this mapping until the next shift.</summary>
    public void HoldPush(Fault fault)
    {
        lock (_lock)
            _pushFault = fault;
    }

    public void Dispose() => Gate.Dispose();

    private T Read<T>(Func<T> read)
    {
        lock (_lock)
            return read();
    }
}
