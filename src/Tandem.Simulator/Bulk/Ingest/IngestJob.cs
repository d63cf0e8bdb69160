using Tandem.Simulator.Data;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Bulk.Ingest;

/// <summary>
/// An ingest job: its state, its rows and what became of them. Requests and the lane that saves the rows meet here, so every member locks.
/// Source: salesforce-api.md, section 3.1.
/// </summary>
internal sealed class IngestJob(IngestRequest request, Caller caller, TimeProvider timeProvider) : IBulkJob
{
    private readonly Lock _lock = new();
    private readonly List<RowOutcome> _outcomes = [];
    private BulkJobState _state = BulkJobState.Open;
    private DateTimeOffset _changedAt = timeProvider.GetUtcNow();
    private DateTimeOffset? _startedAt;
    private DateTimeOffset? _endedAt;
    private ReadOnlyMemory<byte>? _content;
    private IngestUpload? _upload;
    private string? _errorMessage;
    private int _failed;

    public required string Id { get; init; }

    public DateTimeOffset CreatedAt { get; } = timeProvider.GetUtcNow();

    public IngestRequest Request { get; } = request;

    public Caller Caller { get; } = caller;

    public IngestStatus Status
    {
        get
        {
            lock (_lock)
            {
                return new IngestStatus
                {
                    State = _state,
                    CreatedAt = CreatedAt,
                    ChangedAt = _changedAt,
                    Processed = _outcomes.Count,
                    Failed = _failed,
                    Lasted = _startedAt is { } start ? (_endedAt ?? timeProvider.GetUtcNow()) - start : TimeSpan.Zero,
                    ErrorMessage = _errorMessage,
                };
            }
        }
    }

    /// <summary>Takes the rows; once, while the job is open.</summary>
    public void Put(ReadOnlyMemory<byte> content)
    {
        lock (_lock)
        {
            RefusePut();
            _content = content;
        }
    }

    /// <summary>Says no to rows that would come now, before they are read.</summary>
    public void RefusePut()
    {
        lock (_lock)
        {
            if (_state != BulkJobState.Open)
                throw WrongState($"Rows can be uploaded in the state Open; the job is in the state {_state}");
            if (_content is not null)
            {
                throw new ApiException(400, "INVALIDBATCH", $"InvalidBatch : Found multiple contents for job: <{Id}>, please 'Close' / "
                    + "'Abort' / 'Delete' the current Job then create a new Job and make sure you only do 'PUT' once on a given Job.");
            }
        }
    }

    /// <summary>The client has uploaded all; gives the rows, which may be none.</summary>
    public void Close()
    {
        lock (_lock)
        {
            if (_state != BulkJobState.Open)
                throw WrongState($"A job is closed in the state Open; the job is in the state {_state}");
            Move(BulkJobState.UploadComplete);
        }
    }

    public void Abort()
    {
        lock (_lock)
        {
            if (_state is BulkJobState.JobComplete or BulkJobState.Failed or BulkJobState.Aborted)
                throw WrongState($"Aborting already Completed Job not allowed; the job is in the state {_state}");
            Move(BulkJobState.Aborted);
        }
    }

    /// <summary>The job's turn has come; false when it was aborted meanwhile. The rows are empty when none were uploaded.</summary>
    public bool TryStart(out ReadOnlyMemory<byte> content)
    {
        lock (_lock)
        {
            content = _content ?? ReadOnlyMemory<byte>.Empty;
            if (_state != BulkJobState.UploadComplete)
                return false;
            _startedAt = timeProvider.GetUtcNow();
            Move(BulkJobState.InProgress);
            return true;
        }
    }

    /// <summary>Keeps the rows as they were told apart, for the results.</summary>
    public void Keep(IngestUpload upload)
    {
        lock (_lock)
            _upload = upload;
    }

    /// <summary>Notes what became of a chunk's rows; false when the job was aborted, and no more rows are to be saved.</summary>
    public bool TryAdd(IReadOnlyList<RowOutcome> outcomes)
    {
        lock (_lock)
        {
            _outcomes.AddRange(outcomes);
            _failed += outcomes.Count(outcome => outcome.Error is not null);
            return _state == BulkJobState.InProgress;
        }
    }

    public void End(string? errorMessage)
    {
        lock (_lock)
        {
            if (_state is BulkJobState.Aborted)
                return;
            _errorMessage = errorMessage;
            Move(errorMessage is null ? BulkJobState.JobComplete : BulkJobState.Failed);
        }
    }

    /// <summary>What became of the rows, in the order of saving; only an ended job tells.</summary>
    public IReadOnlyList<RowOutcome> Outcomes()
    {
        lock (_lock)
        {
            RequireEnd("Results can be read");
            return [.. _outcomes];
        }
    }

    /// <summary>The rows as far as they can be told apart: of a job that never ran they are looked at now, and a line ending that is not
    /// what the job said counts for nothing.</summary>
    public IngestUpload Rows()
    {
        lock (_lock)
            return _upload ??= IngestUpload.Of(_content ?? ReadOnlyMemory<byte>.Empty, Request.Dialect);
    }

    /// <summary>Throws unless the job is in a state that it will never leave.</summary>
    public void RequireEnd(string what)
    {
        lock (_lock)
        {
            if (_state is not (BulkJobState.JobComplete or BulkJobState.Failed or BulkJobState.Aborted))
                throw WrongState($"{what} in the states JobComplete, Failed and Aborted; the job is in the state {_state}");
        }
    }

    private void Move(BulkJobState state)
    {
        _state = state;
        _changedAt = timeProvider.GetUtcNow();
        if (state is BulkJobState.JobComplete or BulkJobState.Failed or BulkJobState.Aborted)
            _endedAt = _changedAt;
    }

    private static ApiException WrongState(string sentence) => new(400, "INVALIDJOBSTATE", $"InvalidJobState : {sentence}");
}
