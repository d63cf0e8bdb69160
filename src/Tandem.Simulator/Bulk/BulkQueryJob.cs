using System.Globalization;
using System.Text.Json;
using Tandem.Simulator.Data;
using Tandem.Simulator.Soql;

namespace Tandem.Simulator.Bulk;

/// <summary>
/// A query job: what was asked, and the rows as they were when it was made. The statement runs beside the requests; the clock says when
/// the job shows that it is complete, and who asks after that waits for the rows. Source: salesforce-api.md, section 3.2.
/// </summary>
internal sealed class BulkQueryJob : IBulkJob
{
    private const int HalvesOfDelay = 2;

    private readonly BoundQuery _query;
    private readonly CsvDialect _dialect;
    private readonly BulkSettings _settings;
    private readonly bool _includesDeleted;
    private readonly Task<QueryResult> _run;
    private volatile bool _isAborted;

    public BulkQueryJob(BoundQuery query, bool includesDeleted, CsvDialect dialect, BulkSettings settings)
    {
        _query = query;
        _dialect = dialect;
        _settings = settings;
        _includesDeleted = includesDeleted;
        Renderer = new CsvRenderer(query.Columns, dialect.Delimiter, dialect.EndsLinesWithCarriageReturn, settings.EndsDatetimesWithOffset);
        _run = Task.Run(() => query.Run(includesDeleted));
    }

    public required string Id { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who made the job, with the API version that its results answer to.</summary>
    public required Caller Caller { get; init; }

    public IReadOnlyList<QueryRow> Rows => _run.IsCompletedSuccessfully ? _run.Result.Rows : [];

    /// <summary>Why the statement could not run; null unless it could not.</summary>
    public AggregateException? Failure => _run.Exception;

    public CsvRenderer Renderer { get; }

    public bool IsPkChunkingSupported => _query.Query.OrderBy.Count == 0 && _query.Query.Limit is null;

    /// <summary>Waits for the rows when the job is due.</summary>
    public Task ReadyAsync(DateTimeOffset now, CancellationToken cancellationToken) => _isAborted || now - CreatedAt < _settings.JobDelay
        ? Task.CompletedTask
        : Task.WhenAny(_run).WaitAsync(cancellationToken);

    public BulkJobState StateAt(DateTimeOffset now)
    {
        if (_isAborted)
            return BulkJobState.Aborted;
        var age = now - CreatedAt;
        if (age < _settings.JobDelay / HalvesOfDelay)
            return BulkJobState.UploadComplete;
        if (age < _settings.JobDelay || !_run.IsCompleted)
            return BulkJobState.InProgress;
        return _settings.FailsQueries || !_run.IsCompletedSuccessfully ? BulkJobState.Failed : BulkJobState.JobComplete;
    }

    public void Abort() => _isAborted = true;

    /// <summary>Waits for the statement to end, however it ends: the server does not go before its work.</summary>
    public Task EndAsync() => Task.WhenAny(_run);

    /// <summary>
    /// Writes the job as an object; the answer to its making shows neither type nor progress, and its state as it was then.
    /// </summary>
    public void Write(Utf8JsonWriter writer, DateTimeOffset now, bool isNew)
    {
        var state = isNew ? BulkJobState.UploadComplete : StateAt(now);
        var createdAt = CreatedAt.UtcDateTime.ToString(ValueText.RestDateTime, CultureInfo.InvariantCulture);
        writer.WriteStartObject();
        writer.WriteString("id", Id);
        writer.WriteString("operation", _includesDeleted ? "queryAll" : "query");
        writer.WriteString("object", _query.Table.Type.Name);
        writer.WriteString("createdById", Caller.UserId);
        writer.WriteString("createdDate", createdAt);
        writer.WriteString("systemModstamp", createdAt);
        writer.WriteString("state", state.ToString());
        writer.WriteString("concurrencyMode", "Parallel");
        writer.WriteString("contentType", "CSV");
        writer.WritePropertyName("apiVersion");
        writer.WriteRawValue(string.Create(CultureInfo.InvariantCulture, $"{Caller.Version}.0"), skipInputValidation: true);
        if (!isNew)
            writer.WriteString("jobType", "V2Query");
        writer.WriteString("lineEnding", _dialect.LineEndingName);
        writer.WriteString("columnDelimiter", _dialect.DelimiterName);
        if (!isNew)
            WriteProgress(writer, now, state);
        writer.WriteEndObject();
    }

    private void WriteProgress(Utf8JsonWriter writer, DateTimeOffset now, BulkJobState state)
    {
        var lasted = now - CreatedAt < _settings.JobDelay ? now - CreatedAt : _settings.JobDelay;
        writer.WriteNumber("numberRecordsProcessed", state == BulkJobState.JobComplete ? Rows.Count : 0);
        writer.WriteNumber("retries", 0);
        writer.WriteNumber("totalProcessingTime", (long)lasted.TotalMilliseconds);
        writer.WriteBoolean("isPkChunkingSupported", IsPkChunkingSupported);
        if (state == BulkJobState.Failed)
            writer.WriteString("errorMessage", _settings.FailsQueries ? _settings.FailMessage
                : "InternalServerError : An unexpected error occurred");
    }
}
