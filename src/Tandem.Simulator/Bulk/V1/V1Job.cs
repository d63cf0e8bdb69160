using Tandem.Simulator.Data;

namespace Tandem.Simulator.Bulk.V1;

/// <summary>A job of the older Bulk API: what its batches have in common, and the batches. Source: salesforce-api.md, section
/// 3.3.</summary>
internal sealed class V1Job(TimeProvider timeProvider) : IBulkJob
{
    private readonly Lock _lock = new();
    private readonly List<V1Batch> _batches = [];
    private V1JobState _state = V1JobState.Open;
    private DateTimeOffset _changedAt = timeProvider.GetUtcNow();

    public required string Id { get; init; }

    public required Caller Caller { get; init; }

    /// <summary>The operation as the client spelled it.</summary>
    public required string Operation { get; init; }

    public required string ObjectName { get; init; }

    /// <summary>Where rows go; null for a query.</summary>
    public required BulkTarget? Target { get; init; }

    public required V1Format Format { get; init; }

    public required string ConcurrencyMode { get; init; }

    public string? AssignmentRuleId { get; init; }

    public V1Chunking? Chunking { get; init; }

    public DateTimeOffset CreatedAt { get; } = timeProvider.GetUtcNow();

    public DateTimeOffset ChangedAt
    {
        get
        {
            lock (_lock)
                return _changedAt;
        }
    }

    public V1JobState State
    {
        get
        {
            lock (_lock)
                return _state;
        }
    }

    public IReadOnlyList<V1Batch> Batches
    {
        get
        {
            lock (_lock)
                return [.. _batches];
        }
    }

    /// <summary>Adds a client's batch.</summary>
    public void Add(V1Batch batch)
    {
        lock (_lock)
        {
            if (_state != V1JobState.Open)
                throw new V1Exception("InvalidJobState", $"A job takes batches in the state Open; the job is in the state {_state}");
            _batches.Add(batch);
        }
    }

    /// <summary>Adds what a batch was cut into, whatever the client has done with the job since.</summary>
    public void AddChunks(IEnumerable<V1Batch> batches)
    {
        lock (_lock)
            _batches.AddRange(batches);
    }

    public V1Batch Find(string batchId)
    {
        lock (_lock)
        {
            return _batches.Find(batch => batch.Id.Equals(RecordId.Expand(batchId), StringComparison.Ordinal))
                ?? throw new V1Exception("InvalidBatch", "Unable to find batch for id: " + batchId);
        }
    }

    public void Move(V1JobState state)
    {
        lock (_lock)
        {
            if (_state != V1JobState.Open && _state != state)
                throw new V1Exception("InvalidJobState", $"A job is {state} in the state Open; the job is in the state {_state}");
            _state = state;
            _changedAt = timeProvider.GetUtcNow();
        }
    }
}
