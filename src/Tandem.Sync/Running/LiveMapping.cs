using System.Threading.Channels;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Pull;
using Tandem.Sync.Running.Allowance;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Running;

/// <summary>
/// What lives of a mapping during a shift: its gate, how far it has come, what holds it. Shared by its worker, the push and the status.
/// </summary>
/// <param name="changed">Is called when the mapping may push again, or for the first time, or has another model.</param>
public sealed class LiveMapping(Mapping asked, MappedObject mapped, Action changed) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Channel<bool> _recovered = NewSignal();
    private readonly Channel<bool> _work = NewSignal();
    private Guid _id = asked.Id;
    private MappedObject _mapped = mapped;
    private Progress _progress = new() { ObjectName = mapped.Name };
    private DateTimeOffset? _lastChange;
    private DateTimeOffset? _pulledAt;
    private Fault? _pullFault;
    private Fault? _pushFault;
    private Refresh? _refresh;
    private IReadOnlyList<SchemaChange> _schemaChanges = [];
    private IReadOnlyList<string> _indexProblems = [];
    private string? _stop;
    private TaskCompletionSource<RequestOutcome> _reload = NewReload();

    /// <summary>What limits its API calls; null where nothing does.</summary>
    public CallBudget? Budget { get; set; }

    /// <summary>How often it is polled now: as it was asked for, or less often where API calls run short.</summary>
    public TimeSpan PollInterval => Budget?.IntervalOf(this) ?? Asked.PollInterval;

    /// <summary>As it was asked for; the model may lack fields that the org lost.</summary>
    public Mapping Asked { get; } = asked;

    /// <summary>In the catalogue; empty until what was asked for at a start is stored.</summary>
    public Guid Id => Read(() => _id);

    /// <summary>The present model; each unit of work takes it once and keeps it to its end.</summary>
    public MappedObject Mapped => Read(() => _mapped);

    public MappingGate Gate { get; } = new();

    /// <summary>What has moved.</summary>
    public FlowTally Flow { get; } = new();

    public Progress Progress => Read(() => _progress);

    /// <summary>When a row was last written, either way.</summary>
    public DateTimeOffset? LastChange => Read(() => _lastChange);

    /// <summary>When the last pull that came to its end began: what the org had committed by then has been asked for.</summary>
    public DateTimeOffset? PulledAt => Read(() => _pulledAt);

    /// <summary>What holds or delays the mapping; null when all is well.</summary>
    public Fault? Fault => Read(() => _pushFault ?? _pullFault);

    public bool IsLoaded => Read(() => _progress.CursorStamp is not null);

    /// <summary>
    /// Changes go out only once the table is loaded, and not while a person must act first: without its unique identifier an insert
    /// would be sent as a plain create and could double a record.
    /// </summary>
    public bool IsPushable => Read(() => _progress.CursorStamp is not null
        && _pushFault is null
        && (Asked.UpsertField is not { Length: > 0 } || _mapped.UniqueIdentifier is not null));

    /// <summary>Whether API calls are left for work of the kind to begin.</summary>
    public bool HasCallsFor(CallKind kind) => Budget?.Allows(kind, this) ?? true;

    /// <summary>Why a load may not begin now; null when it may.</summary>
    public Fault? FindWait() => Budget is { } budget && !budget.Allows(CallKind.Load, this)
        ? new Fault(FaultAction.WaitForAllowance, budget.DescribeWait(this))
        : null;

    public void NoteStored(Guid id)
    {
        lock (_lock)
            _id = id;
    }

    public void Note(Progress progress)
    {
        bool becameLoaded;
        lock (_lock)
        {
            becameLoaded = _progress.CursorStamp is null && progress.CursorStamp is not null;
            _progress = progress;
        }

        if (becameLoaded)
            changed();
    }

    public void NoteChange(DateTimeOffset at)
    {
        lock (_lock)
            _lastChange = at;
    }

    /// <summary>A pull has ended well that began then.</summary>
    public void NotePulled(DateTimeOffset begunAt)
    {
        lock (_lock)
            _pulledAt = begunAt;
    }

    /// <summary>Shows what holds the pull; null when it goes on.</summary>
    public void NotePullFault(Fault? fault)
    {
        lock (_lock)
            _pullFault = fault;
        if (fault is { Action: FaultAction.PauseMapping })
            EndReload(new RequestOutcome(false, fault.Sentence));
    }

    /// <summary>Stops the push of this mapping until the next shift.</summary>
    public void HoldPush(Fault fault)
    {
        lock (_lock)
            _pushFault = fault;
    }

    /// <summary>Changes of the org's schema that wait for a person.</summary>
    public IReadOnlyList<SchemaChange> SchemaChanges => Read(() => _schemaChanges);

    /// <summary>Why the schema does not let the mapping go on; null when it does.</summary>
    public string? StopSentence => Read(() => _stop);

    public void NoteSchemaChanges(IReadOnlyList<SchemaChange> open)
    {
        lock (_lock)
            _schemaChanges = open;
    }

    /// <summary>Indexes that the rows as they are do not let be built, one sentence each; nothing waits for them.</summary>
    public IReadOnlyList<string> IndexProblems => Read(() => _indexProblems);

    /// <summary>The first of them; null when there is none.</summary>
    public string? IndexProblem => IndexProblems is [var first, ..] ? first : null;

    public void NoteIndexProblems(IReadOnlyList<string> sentences)
    {
        lock (_lock)
            _indexProblems = sentences;
    }

    /// <summary>Stops the worker before its next pull, or with null lets it go on where it had stopped for that.</summary>
    public void Stop(string? sentence)
    {
        bool isOver;
        lock (_lock)
            (isOver, _stop) = (_stop is not null && sentence is null, sentence);
        Wake();
        if (!isOver)
            return;
        Recover();

        // The worker may be about to wait for this.
        _recovered.Writer.TryWrite(true);
    }

    /// <exception cref="SchemaDriftException">The schema does not let the mapping go on.</exception>
    public void ThrowIfStopped()
    {
        if (StopSentence is { } sentence)
            throw new SchemaDriftException(sentence);
    }

    /// <summary>What the table is owed and how far that has come; null when nothing.</summary>
    public Refresh? Refresh => Read(() => _refresh);

    public void NoteRefresh(Refresh? refresh)
    {
        lock (_lock)
            _refresh = refresh;
    }

    /// <summary>Until the next reload has ended, or has stopped because a person must act.</summary>
    public Task<RequestOutcome> WhenReloadedAsync(CancellationToken cancellationToken) =>
        Read(() => _reload.Task).WaitAsync(cancellationToken);

    public void EndReload(RequestOutcome outcome)
    {
        TaskCompletionSource<RequestOutcome> ended;
        lock (_lock)
            (ended, _reload) = (_reload, NewReload());
        ended.SetResult(outcome);
    }

    /// <summary>Gives the next units of work another model, and a push that was held for the old one another try.</summary>
    public void Swap(MappedObject next)
    {
        lock (_lock)
            (_mapped, _pushFault) = (next, null);
        changed();
        Wake();
    }

    /// <summary>A person says that what stopped the mapping is mended.</summary>
    /// <returns>False when nothing had stopped.</returns>
    public bool Recover()
    {
        bool isPullStopped;
        bool isPushHeld;
        bool lacksIndex;
        lock (_lock)
        {
            (isPullStopped, isPushHeld) = (_pullFault is { Action: FaultAction.PauseMapping }, _pushFault is not null);
            lacksIndex = _indexProblems.Count > 0;
            (_pullFault, _pushFault) = (isPullStopped ? null : _pullFault, null);
        }

        if (isPullStopped)
            _recovered.Writer.TryWrite(true);
        if (isPushHeld || lacksIndex)
            changed();
        return isPullStopped || isPushHeld || lacksIndex;
    }

    public async Task WaitForRecoverAsync(CancellationToken cancellationToken) => await _recovered.Reader.ReadAsync(cancellationToken);

    /// <summary>Tells the worker that there is something to do before its next tick.</summary>
    public void Wake() => _work.Writer.TryWrite(true);

    public async Task WaitForWorkAsync(CancellationToken cancellationToken) => await _work.Reader.ReadAsync(cancellationToken);

    public void Dispose() => Gate.Dispose();

    private static TaskCompletionSource<RequestOutcome> NewReload() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static Channel<bool> NewSignal() => Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private T Read<T>(Func<T> read)
    {
        lock (_lock)
            return read();
    }
}
