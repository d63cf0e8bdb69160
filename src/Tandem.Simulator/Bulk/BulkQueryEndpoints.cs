using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Soql;

namespace Tandem.Simulator.Bulk;

/// <summary>
/// Bulk API 2.0's query jobs: made, polled, read page by page, listed, aborted, deleted. The statement runs when the job is made; pages
/// are rendered from those rows when they are read. Source: salesforce-api.md, section 3.2.
/// </summary>
public sealed class BulkQueryEndpoints
{
    private const int FlushBytes = 256 * 1024;
    private const int PagesPerAnswer = 5;
    private const string JobsRoute = "/services/data/v{version}/jobs/query";

    private readonly Org _org;
    private readonly BulkSettings _settings;
    private readonly BulkQueryStore _jobs;

    private BulkQueryEndpoints(Org org, BulkSettings settings)
    {
        _org = org;
        _settings = settings;
        _jobs = new BulkQueryStore(org.TimeProvider);
    }

    public static void Map(IEndpointRouteBuilder routes, Org org, BulkSettings settings)
    {
        var endpoints = new BulkQueryEndpoints(org, settings);
        routes.MapPost(JobsRoute, endpoints.CreateAsync);
        routes.MapGet(JobsRoute, endpoints.ListAsync);
        routes.MapGet(JobsRoute + "/{id}", context => endpoints.AnswerAsync(context, endpoints.JobOf(context), isNew: false));
        routes.MapPatch(JobsRoute + "/{id}", endpoints.AbortAsync);
        routes.MapDelete(JobsRoute + "/{id}", endpoints.DeleteAsync);
        routes.MapGet(JobsRoute + "/{id}/results", endpoints.ResultsAsync);
        routes.MapGet(JobsRoute + "/{id}/resultPages", endpoints.ResultPagesAsync);
    }

    private DateTimeOffset Now => _org.TimeProvider.GetUtcNow();

    private async Task CreateAsync(HttpContext context)
    {
        var version = VersionOf(context);
        if (!decimal.TryParse(version, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _))
            throw new ApiException(404, "NOT_FOUND", "The requested resource does not exist");

        var request = BulkQueryRequest.Read(await ReadBodyAsync(context));
        var query = QueryBinder.Bind(SoqlParser.Parse(request.Query), QueryContext.Of(_org, ApiRequest.Caller(context)));
        RefuseUnsupported(query);
        var job = new BulkQueryJob(request, query, query.Run(request.IncludesDeleted), _settings)
        {
            Id = _jobs.NextId(),
            CreatedAt = Now,
            Version = version,
        };
        _jobs.Add(job);
        await AnswerAsync(context, job, isNew: true);
    }

    private static void RefuseUnsupported(BoundQuery query)
    {
        if (query.IsCount || query.IsAggregate)
            throw Refusal("Aggregate Relationships not supported in Bulk Query");
        if (query.Children.Count > 0)
            throw Refusal("Queries for children not supported in Bulk Query");
        if (query.HasTypeOf)
            throw Refusal("TYPEOF not supported in Bulk Query");
        if (query.Query.Offset is not null)
            throw Refusal("OFFSET not supported in Bulk Query");
        if (query.Query.Select.Any(item => item.Kind is SelectKind.AllFields or SelectKind.CustomFields))
            throw Refusal("FIELDS(ALL) and FIELDS(CUSTOM) not supported in Bulk Query");
        if (query.Columns.Any(column => column.Field.IsCompound))
            throw Refusal("Selecting compound data not supported in Bulk Query");
        if (query.Columns.Any(column => column.Field.Type == FieldType.Base64))
            throw Refusal("Selecting base64 data not supported in Bulk Query");
    }

    private static ApiException Refusal(string sentence) => new(400, "API_ERROR", sentence);

    private async Task ListAsync(HttpContext context)
    {
        var now = Now;
        await WriteJsonAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("done", true);
            writer.WriteStartArray("records");
            foreach (var job in _jobs.All())
                job.Write(writer, now, isNew: false);
            writer.WriteEndArray();
            writer.WriteNull("nextRecordsUrl");
            writer.WriteEndObject();
        });
    }

    private async Task AbortAsync(HttpContext context)
    {
        var job = JobOf(context);
        var body = await ReadBodyAsync(context);
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("state", out var state) || !state.ValueEquals("Aborted"))
            throw new ApiException(400, "INVALIDJOBSTATE", "A query job can be set to the state Aborted and to no other.");
        if (job.StateAt(Now) == BulkQueryState.JobComplete)
            throw new ApiException(400, "INVALIDJOBSTATE", "Aborting a job that is in the state JobComplete is not allowed.");

        job.Abort();
        await AnswerAsync(context, job, isNew: false);
    }

    private Task DeleteAsync(HttpContext context)
    {
        var job = JobOf(context);
        if (job.StateAt(Now) is BulkQueryState.UploadComplete or BulkQueryState.InProgress)
        {
            throw new ApiException(400, "INVALIDJOBSTATE",
                "A job can be deleted in the state JobComplete or Aborted; this one is still at work.");
        }

        _jobs.Remove(job);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private async Task ResultsAsync(HttpContext context)
    {
        var job = CompleteJobOf(context);
        var start = ReadLocator(context, job);
        var end = (int)Math.Min(job.Rows.Count, start + (long)ReadMaxRecords(context));

        var response = context.Response;
        response.ContentType = "text/csv; charset=UTF-8";
        response.Headers["Sforce-Locator"] = end < job.Rows.Count ? ResultLocator.For(end) : "null";
        response.Headers["Sforce-NumberOfRecords"] = (end - start).ToString(CultureInfo.InvariantCulture);

        await response.BodyWriter.WriteAsync(job.Renderer.Head, context.RequestAborted);
        for (var place = start; place < end;)
        {
            place = job.Renderer.Write(response.BodyWriter, job.Rows, place, end, FlushBytes);
            await response.BodyWriter.FlushAsync(context.RequestAborted);
        }
    }

    private async Task ResultPagesAsync(HttpContext context)
    {
        var job = CompleteJobOf(context);
        var start = ReadLocator(context, job);
        var path = $"/services/data/v{job.Version}/jobs/query/{job.Id}";
        await WriteJsonAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("resultPages");
            long next = start;
            for (var page = 0; page < PagesPerAnswer && (next < job.Rows.Count || next == 0); page++)
            {
                writer.WriteStartObject();
                writer.WriteString("resultUrl", $"{path}/results?locator={ResultLocator.For((int)next)}");
                writer.WriteEndObject();
                next += _settings.DefaultPageRecords;
            }

            writer.WriteEndArray();
            var isDone = next >= job.Rows.Count;
            if (!isDone)
                writer.WriteString("nextRecordsUrl", $"{path}/resultPages?locator={ResultLocator.For((int)next)}");
            writer.WriteBoolean("done", isDone);
            writer.WriteEndObject();
        });
    }

    private BulkQueryJob JobOf(HttpContext context) => _jobs.Find(context.Request.RouteValues["id"] as string ?? "");

    private BulkQueryJob CompleteJobOf(HttpContext context)
    {
        // jsforce asks for pages until it reads "null" here, so that an error must carry the header too.
        context.Response.Headers["Sforce-Locator"] = "null";
        var job = JobOf(context);
        var version = VersionOf(context);
        if (!job.Version.Equals(version, StringComparison.Ordinal))
        {
            throw new ApiException(409, "INVALIDJOB",
                $"The job was made with API version {job.Version}; its results were asked with version {version}.");
        }

        var state = job.StateAt(Now);
        return state == BulkQueryState.JobComplete
            ? job
            : throw new ApiException(400, "INVALIDJOBSTATE",
                $"Results can be read in the state JobComplete; the job is in the state {state}.");
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
            return _settings.DefaultPageRecords;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most > 0
            ? most
            : throw new ApiException(400, "API_ERROR", "maxRecords is a whole number above 0.");
    }

    private static string VersionOf(HttpContext context) => context.Request.RouteValues["version"] as string ?? "";

    private static async Task<JsonElement> ReadBodyAsync(HttpContext context)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw new ApiException(400, "JSON_PARSER_ERROR",
                $"The body is no JSON; reading it failed on line {error.LineNumber + 1} at byte {error.BytePositionInLine + 1}.");
        }
    }

    private Task AnswerAsync(HttpContext context, BulkQueryJob job, bool isNew)
    {
        var now = Now;
        return WriteJsonAsync(context, writer => job.Write(writer, now, isNew));
    }

    private static async Task WriteJsonAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json;charset=UTF-8";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        write(writer);
        await writer.FlushAsync(context.RequestAborted);
    }
}
