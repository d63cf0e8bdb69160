using Tandem.Simulator.Records;

namespace Tandem.Simulator.Bulk.V1;

/// <summary>
/// One batch: its data, its state and its results. The lane writes it, requests read it: a change of state comes after what belongs
/// to it.
/// </summary>
internal sealed class V1Batch(DateTimeOffset createdAt)
{
    private readonly Lock _lock = new();
    private volatile V1BatchState _state = V1BatchState.Queued;
    private DateTimeOffset _changedAt = createdAt;
    private TimeSpan _lasted;

    public required string Id { get; init; }

    public required string JobId { get; init; }

    /// <summary>The data as they came: rows, or a statement.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>The ids that a chunk of a query covers; null for a batch that covers all.</summary>
    public (string From, string? To)? Range { get; init; }

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public DateTimeOffset ChangedAt
    {
        get
        {
            lock (_lock)
                return _changedAt;
        }
    }

    public TimeSpan Lasted
    {
        get
        {
            lock (_lock)
                return _lasted;
        }
    }

    public V1BatchState State => _state;

    /// <summary>Why the batch failed as a whole.</summary>
    public string? StateMessage { get; private set; }

    /// <summary>What became of each row, in the order of the rows.</summary>
    public IReadOnlyList<SaveResult> Rows { get; private set; } = [];

    public V1QueryResult? QueryResult { get; private set; }

    public int Processed => QueryResult?.Rows.Count ?? Rows.Count;

    public int Failed => Rows.Count(row => !row.IsSuccess);

    public void Start(DateTimeOffset now)
    {
        lock (_lock)
        {
            _changedAt = now;
            _state = V1BatchState.InProgress;
        }
    }

    public void Complete(IReadOnlyList<SaveResult> rows, DateTimeOffset now)
    {
        Rows = rows;
        End(V1BatchState.Completed, now);
    }

    public void Complete(V1QueryResult result, DateTimeOffset now)
    {
        QueryResult = result;
        End(V1BatchState.Completed, now);
    }

    public void Fail(string message, DateTimeOffset now)
    {
        StateMessage = message;
        End(V1BatchState.Failed, now);
    }

    public void Skip(DateTimeOffset now) => End(V1BatchState.NotProcessed, now);

    private void End(V1BatchState state, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_state == V1BatchState.InProgress)
                _lasted = now - _changedAt;
            _changedAt = now;
            _state = state;
        }
    }
}
