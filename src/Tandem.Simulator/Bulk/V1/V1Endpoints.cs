using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Query;

namespace Tandem.Simulator.Bulk.V1;

/// <summary>The older Bulk API: jobs, their batches and results, in XML, JSON and CSV. Batches are worked off by <see cref="V1Run"/> on a
/// lane of their own. Source: salesforce-api.md, section 3.3.</summary>
internal sealed class V1Endpoints
{
    private const string JobRoute = "/services/async/{version}/job";
    private const string BatchRoute = JobRoute + "/{id}/batch";
    private const int FlushBytes = 256 * 1024;

    private readonly BulkJobs _bulk;
    private readonly V1Run _run;

    private V1Endpoints(BulkJobs bulk, V1Run run)
    {
        _bulk = bulk;
        _run = run;
    }

    public static void Map(IEndpointRouteBuilder routes, V1Door door, BulkJobs bulk, V1Run run)
    {
        var endpoints = new V1Endpoints(bulk, run);
        routes.MapPost(JobRoute, door.Behind(endpoints.CreateAsync));
        routes.MapGet(JobRoute + "/{id}", door.Behind((context, _) => endpoints.ShowJobAsync(context)));
        routes.MapPost(JobRoute + "/{id}", door.Behind((context, _) => endpoints.ChangeAsync(context)));
        routes.MapPost(BatchRoute, door.Behind((context, _) => endpoints.AddAsync(context)));
        routes.MapGet(BatchRoute, door.Behind((context, _) => endpoints.ListAsync(context)));
        routes.MapGet(BatchRoute + "/{batchId}", door.Behind((context, _) => endpoints.ShowBatchAsync(context)));
        routes.MapGet(BatchRoute + "/{batchId}/request", door.Behind((context, _) => endpoints.ShowRequestAsync(context)));
        routes.MapGet(BatchRoute + "/{batchId}/result", door.Behind((context, _) => endpoints.ResultAsync(context)));
        routes.MapGet(BatchRoute + "/{batchId}/result/{resultId}", door.Behind((context, _) => endpoints.QueryResultAsync(context)));
    }

    private async Task CreateAsync(HttpContext context, Caller caller)
    {
        var members = await V1Request.ReadMembersAsync(context);
        var operation = members.GetValueOrDefault("operation") ?? "";
        var objectName = members.GetValueOrDefault("object") ?? "";
        var isQuery = operation is "query" or "queryAll";
        if (isQuery && (_bulk.Org.FindTable(objectName) is not { } table || !BulkObjects.Supports(table.Type)))
            throw BulkObjects.Refuse(objectName);
        var target = isQuery ? null : BulkTarget.Read(
            _bulk.Org, caller, _bulk.Control.Settings, operation, objectName, members.GetValueOrDefault("externalIdFieldName"));
        var job = new V1Job(_bulk.Org.TimeProvider)
        {
            Id = _bulk.Ids.Next("750"),
            Caller = caller with { Assignment = members.GetValueOrDefault("assignmentRuleId") },
            Operation = operation,
            ObjectName = _bulk.Org.FindTable(objectName)?.Type.Name ?? objectName,
            Target = target,
            Format = (members.GetValueOrDefault("contentType") ?? "XML") switch
            {
                "CSV" => V1Format.Csv,
                "XML" => V1Format.Xml,
                "JSON" => V1Format.Json,
                var other => throw new V1Exception("InvalidJob", $"contentType of a job is CSV, XML or JSON; found {other}"),
            },
            ConcurrencyMode = members.GetValueOrDefault("concurrencyMode") ?? "Parallel",
            AssignmentRuleId = members.GetValueOrDefault("assignmentRuleId"),
            Chunking = isQuery ? V1Chunking.Read(context.Request.Headers["Sforce-Enable-PKChunking"].ToString()) : null,
        };
        _bulk.Classic.Add(job);
        await AnswerJobAsync(context, job, StatusCodes.Status201Created);
    }

    private Task ShowJobAsync(HttpContext context) => AnswerJobAsync(context, JobOf(context), StatusCodes.Status200OK);

    private async Task ChangeAsync(HttpContext context)
    {
        var job = JobOf(context);
        var members = await V1Request.ReadMembersAsync(context);
        job.Move(members.GetValueOrDefault("state") switch
        {
            "Closed" => V1JobState.Closed,
            "Aborted" => V1JobState.Aborted,
            _ => throw new V1Exception("InvalidJob", "The state of a job can be set to Closed or to Aborted"),
        });
        await AnswerJobAsync(context, job, StatusCodes.Status200OK);
    }

    private async Task AddAsync(HttpContext context)
    {
        var job = JobOf(context);
        var batch = new V1Batch(_bulk.Org.TimeProvider.GetUtcNow())
        {
            Id = _bulk.Ids.Next("751"),
            JobId = job.Id,
            Content = await V1Request.ReadBatchAsync(context),
        };
        job.Add(batch);
        _bulk.Usage.NoteBatch();
        _bulk.BatchLane.Add(cancellationToken => _run.RunAsync(job, batch, cancellationToken));
        await V1Answer.WriteAsync(context, FormatOf(context, job), StatusCodes.Status201Created, "batchInfo", V1Members.Of(batch));
    }

    private Task ListAsync(HttpContext context)
    {
        var job = JobOf(context);
        return V1Answer.WriteListAsync(context, FormatOf(context, job), "batchInfo", job.Batches.Select(V1Members.Of));
    }

    private Task ShowBatchAsync(HttpContext context)
    {
        var (job, batch) = BatchOf(context);
        return V1Answer.WriteAsync(context, FormatOf(context, job), StatusCodes.Status200OK, "batchInfo", V1Members.Of(batch));
    }

    private async Task ShowRequestAsync(HttpContext context)
    {
        var (job, batch) = BatchOf(context);
        context.Response.ContentType = ContentTypeOf(job.Format);
        await context.Response.Body.WriteAsync(batch.Content, context.RequestAborted);
    }

    /// <summary>The rows' results, or the list of a query's results.</summary>
    private async Task ResultAsync(HttpContext context)
    {
        var (job, batch) = CompleteBatchOf(context);
        if (batch.QueryResult is { } result)
        {
            await (FormatOf(context, job) == V1Format.Json
                ? JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, writer =>
                {
                    writer.WriteStartArray();
                    writer.WriteStringValue(result.Id);
                    writer.WriteEndArray();
                })
                : V1Answer.WriteXmlAsync(context, StatusCodes.Status200OK, writer =>
                {
                    writer.WriteStartElement("result-list", V1Answer.Namespace);
                    writer.WriteElementString("result", V1Answer.Namespace, result.Id);
                    writer.WriteEndElement();
                }));
            return;
        }

        switch (job.Format)
        {
            case V1Format.Json:
                await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, writer => V1Results.WriteJson(writer, batch.Rows));
                break;
            case V1Format.Xml:
                await V1Answer.WriteXmlAsync(context, StatusCodes.Status200OK, writer => V1Results.WriteXml(writer, batch.Rows));
                break;
            default:
                var page = new ArrayBufferWriter<byte>();
                V1Results.WriteCsv(page, batch.Rows);
                context.Response.ContentType = ContentTypeOf(job.Format);
                await context.Response.Body.WriteAsync(page.WrittenMemory, context.RequestAborted);
                break;
        }
    }

    private async Task QueryResultAsync(HttpContext context)
    {
        var (job, batch) = CompleteBatchOf(context);
        if (batch.QueryResult is not { } result
            || !result.Id.Equals(RecordId.Expand(ApiRequest.RouteText(context, "resultId")), StringComparison.Ordinal))
            throw new V1Exception("InvalidBatch", "Unable to find result for id: " + ApiRequest.RouteText(context, "resultId"));
        switch (job.Format)
        {
            case V1Format.Json:
                var root = ApiVersions.RootOf(job.Caller.Version);
                await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, writer => WriteJson(writer, result, root));
                break;
            case V1Format.Xml:
                await V1Answer.WriteXmlAsync(context, StatusCodes.Status200OK,
                    writer => V1QueryXml.Write(writer, result.Query.Shape, result.Rows));
                break;
            default:
                await WriteCsvAsync(context, result);
                break;
        }
    }

    private static void WriteJson(Utf8JsonWriter writer, V1QueryResult result, string root)
    {
        writer.WriteStartArray();
        foreach (var row in result.Rows)
            RecordJson.Write(writer, result.Query.Shape, row, root);
        writer.WriteEndArray();
    }

    private static async Task WriteCsvAsync(HttpContext context, V1QueryResult result)
    {
        context.Response.ContentType = ContentTypeOf(V1Format.Csv);
        var body = context.Response.Body;
        if (result.Rows.Count == 0)
        {
            await body.WriteAsync("Records not found for this query"u8.ToArray(), context.RequestAborted);
            return;
        }

        var renderer = new CsvRenderer(result.Query.Columns, CsvDialect.Standard.Delimiter, endsLinesWithCarriageReturn: false);
        var page = new ArrayBufferWriter<byte>(FlushBytes * 2);
        page.Write(renderer.Head);
        for (var place = 0; place < result.Rows.Count;)
        {
            place = renderer.Write(page, result.Rows, place, result.Rows.Count, FlushBytes);
            await body.WriteAsync(page.WrittenMemory, context.RequestAborted);
            page.ResetWrittenCount();
        }
    }

    private static string ContentTypeOf(V1Format format) => format switch
    {
        V1Format.Csv => "text/csv",
        V1Format.Xml => "application/xml; charset=UTF-8",
        _ => JsonAnswer.ContentType,
    };

    private static V1Format FormatOf(HttpContext context, V1Job job) =>
        job.Format == V1Format.Json ? V1Format.Json : V1Request.FormatOf(context.Request);

    private static Task AnswerJobAsync(HttpContext context, V1Job job, int status) =>
        V1Answer.WriteAsync(context, V1Request.FormatOf(context.Request), status, "jobInfo", V1Members.Of(job));

    private V1Job JobOf(HttpContext context) => _bulk.Classic.Find(ApiRequest.RouteText(context, "id"))
        ?? throw new V1Exception("InvalidJob", "Unable to find job for id: " + ApiRequest.RouteText(context, "id"));

    private (V1Job Job, V1Batch Batch) BatchOf(HttpContext context)
    {
        var job = JobOf(context);
        return (job, job.Find(ApiRequest.RouteText(context, "batchId")));
    }

    private (V1Job Job, V1Batch Batch) CompleteBatchOf(HttpContext context)
    {
        var (job, batch) = BatchOf(context);
        return batch.State == V1BatchState.Completed
            ? (job, batch)
            : throw new V1Exception("InvalidBatch", $"Batch not completed; it is in the state {batch.State}");
    }
}
