using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Bulk;

/// <summary>
/// Bulk API 2.0's query jobs: made, polled, read page by page, listed, aborted, deleted. The statement runs when the job is made; pages
/// are rendered from those rows when they are read. Source: salesforce-api.md, section 3.2.
/// </summary>
internal sealed partial class BulkQueryEndpoints
{
    private const int FlushBytes = 256 * 1024;
    private const int PagesPerAnswer = 5;
    private const string JobsRoute = "/services/data/v{version}/jobs/query";

    private readonly BulkJobs _bulk;
    private readonly BulkJobStore<BulkQueryJob> _jobs;
    private readonly ILogger<BulkQueryEndpoints> _logger;

    private BulkQueryEndpoints(BulkJobs bulk, ILogger<BulkQueryEndpoints> logger)
    {
        _bulk = bulk;
        _jobs = bulk.Queries;
        _logger = logger;
    }

    private DateTimeOffset Now => _bulk.Org.TimeProvider.GetUtcNow();

    public static void Map(IEndpointRouteBuilder routes, BulkJobs bulk, ILogger<BulkQueryEndpoints> logger)
    {
        var endpoints = new BulkQueryEndpoints(bulk, logger);
        routes.MapPost(JobsRoute, endpoints.CreateAsync);
        routes.MapGet(JobsRoute, endpoints.ListAsync);
        routes.MapGet(JobsRoute + "/{id}", endpoints.ShowAsync);
        routes.MapPatch(JobsRoute + "/{id}", endpoints.AbortAsync);
        routes.MapDelete(JobsRoute + "/{id}", endpoints.DeleteAsync);
        routes.MapGet(JobsRoute + "/{id}/results", endpoints.ResultsAsync);
        routes.MapGet(JobsRoute + "/{id}/resultPages", endpoints.ResultPagesAsync);
    }

    private async Task CreateAsync(HttpContext context)
    {
        var caller = ApiRequest.Caller(context) with { Api = "bulk" };
        using var document = await ApiRequest.ReadJsonAsync(context);
        var body = document.RootElement;
        if (body.ValueKind != JsonValueKind.Object)
            throw Invalid("A query job is made from a JSON object");
        var includesDeleted = JsonMember.Text(body, "operation") switch
        {
            "query" => false,
            "queryAll" => true,
            _ => throw Invalid("operation of a query job is query or queryAll"),
        };
        var statement = JsonMember.Text(body, "query")
            ?? throw Invalid("A query job needs the member query; it carries the SOQL statement");
        var query = BulkStatement.Bind(statement, _bulk.Org, caller);
        var job = new BulkQueryJob(query, includesDeleted, CsvDialect.Read(body), _bulk.Control.Settings)
        {
            Id = _bulk.Ids.Next("750"),
            CreatedAt = Now,
            Caller = caller,
        };
        _jobs.Add(job);
        _bulk.Usage.NoteQueryJob();
        await AnswerAsync(context, job, isNew: true);
    }

    private Task ListAsync(HttpContext context)
    {
        var now = Now;
        return BulkJobList.WriteAsync(context, _jobs.All().Select(job => ("V2Query", job.IsPkChunkingSupported,
            (Action<Utf8JsonWriter>)(writer => job.Write(writer, now, isNew: false)))).Concat(_bulk.ListClassic(areQueries: true)));
    }

    private async Task ShowAsync(HttpContext context) => await AnswerAsync(context, await ReadyJobAsync(context), isNew: false);

    private async Task AbortAsync(HttpContext context)
    {
        var job = await ReadyJobAsync(context);
        using var body = await ApiRequest.ReadJsonAsync(context);
        if (JsonMember.Text(body.RootElement, "state") is not "Aborted")
            throw WrongState("A query job can be set to the state Aborted and to no other");
        if (job.StateAt(Now) is BulkJobState.JobComplete or BulkJobState.Failed)
            throw WrongState($"Aborting already Completed Job not allowed; the job is in the state {job.StateAt(Now)}");

        job.Abort();
        await AnswerAsync(context, job, isNew: false);
    }

    private async Task DeleteAsync(HttpContext context)
    {
        var job = await ReadyJobAsync(context);
        if (job.StateAt(Now) is BulkJobState.UploadComplete or BulkJobState.InProgress)
            throw WrongState($"A job can be deleted in the states JobComplete, Failed and Aborted; it is in the state {job.StateAt(Now)}");

        _jobs.Remove(job);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task ResultsAsync(HttpContext context)
    {
        if (await CompleteJobAsync(context) is not { } job)
            return;
        var rows = job.Rows;
        var start = ReadLocator(context, job);
        var end = (int)Math.Min(rows.Count, start + (long)ReadMaxRecords(context));

        var response = context.Response;
        response.ContentType = "text/csv";
        response.Headers["Sforce-Locator"] = end < rows.Count ? ResultLocator.For(end) : "null";
        response.Headers["Sforce-NumberOfRecords"] = (end - start).ToString(CultureInfo.InvariantCulture);

        var page = new ArrayBufferWriter<byte>(FlushBytes * 2);
        page.Write(job.Renderer.Head);
        for (var place = start; place < end;)
        {
            place = job.Renderer.Write(page, rows, place, end, FlushBytes);
            await response.Body.WriteAsync(page.WrittenMemory, context.RequestAborted);
            page.ResetWrittenCount();
        }

        await response.Body.WriteAsync(page.WrittenMemory, context.RequestAborted);
    }

    private async Task ResultPagesAsync(HttpContext context)
    {
        if (await CompleteJobAsync(context) is not { } job)
            return;
        var start = ReadLocator(context, job);
        var path = $"{ApiVersions.RootOf(job.Caller.Version)}/jobs/query/{job.Id}";
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("resultPages");
            long next = start;
            for (var page = 0; page < PagesPerAnswer && (next < job.Rows.Count || next == 0); page++)
            {
                writer.WriteStartObject();
                writer.WriteString("resultUrl", $"{path}/results?locator={ResultLocator.For((int)next)}");
                writer.WriteEndObject();
                next += _bulk.Control.Settings.DefaultPageRecords;
            }

            writer.WriteEndArray();
            var isDone = next >= job.Rows.Count;
            if (!isDone)
                writer.WriteString("nextRecordsUrl", $"{path}/resultPages?locator={ResultLocator.For((int)next)}");
            writer.WriteBoolean("done", isDone);
            writer.WriteEndObject();
        });
    }

    private async Task<BulkQueryJob> ReadyJobAsync(HttpContext context)
    {
        // jsforce asks for pages until it reads "null" here, so that an error must carry the header too.
        context.Response.Headers["Sforce-Locator"] = "null";
        var job = _jobs.Find(ApiRequest.RouteText(context, "id")) ?? throw ApiRequest.NotFound();
        await job.ReadyAsync(Now, context.RequestAborted);
        if (job.Failure is { } failure)
            LogFailure(failure, job.Id);
        return job;
    }

    /// <summary>The job whose results are asked for; null when the answer is already that there are none yet.</summary>
    private async Task<BulkQueryJob?> CompleteJobAsync(HttpContext context)
    {
        var job = await ReadyJobAsync(context);
        var version = ApiRequest.Version(context);
        if (job.Caller.Version != version)
        {
            throw new ApiException(409, "INVALIDJOB",
                $"InvalidJob : The job was made with API version {job.Caller.Version}.0; its results were asked with version {version}.0");
        }

        var state = job.StateAt(Now);
        if (state == BulkJobState.JobComplete)
            return job;
        if (!_bulk.Control.Settings.AnswersEarlyResultsWithNothing || state is BulkJobState.Failed or BulkJobState.Aborted)
            throw WrongState($"Results can be read in the state JobComplete; the job is in the state {state}");
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return null;
    }

    private static int ReadLocator(HttpContext context, BulkQueryJob job)
    {
        if (context.Request.Query["locator"] is not [{ Length: > 0 } locator])
            return 0;
        return ResultLocator.Read(locator) is { } row && (row < job.Rows.Count || row == 0)
            ? row
            : throw new ApiException(400, "INVALID_QUERY_LOCATOR", "invalid query locator");
    }

    private int ReadMaxRecords(HttpContext context)
    {
        if (context.Request.Query["maxRecords"] is not [{ Length: > 0 } text])
            return _bulk.Control.Settings.DefaultPageRecords;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most > 0
            ? most
            : throw new ApiException(400, "API_ERROR", "maxRecords is a whole number above 0.");
    }

    private static ApiException Invalid(string sentence) => new(400, "INVALIDJOB", $"InvalidJob : {sentence}");

    private static ApiException WrongState(string sentence) => new(400, "INVALIDJOBSTATE", $"InvalidJobState : {sentence}");

    private Task AnswerAsync(HttpContext context, BulkQueryJob job, bool isNew)
    {
        var now = Now;
        context.Response.Headers["Sforce-Locator"] = "null";
        return JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, writer => job.Write(writer, now, isNew));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The statement of the query job {JobId} failed in a way that nobody foresaw.")]
    private partial void LogFailure(Exception exception, string jobId);
}
