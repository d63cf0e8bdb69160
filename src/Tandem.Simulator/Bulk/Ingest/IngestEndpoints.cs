using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Bulk.Ingest;

/// <summary>
/// Bulk API 2.0's ingest jobs: made, given their rows, closed, polled, read, listed, aborted, deleted. The rows are saved by
/// <see cref="IngestRun"/> on a lane of their own. Source: salesforce-api.md, section 3.1.
/// </summary>
internal sealed class IngestEndpoints
{
    private const string JobsRoute = "/services/data/v{version}/jobs/ingest";

    private readonly BulkJobs _bulk;
    private readonly IngestRun _run;
    private readonly BulkJobStore<IngestJob> _jobs;

    private IngestEndpoints(BulkJobs bulk, IngestRun run)
    {
        _bulk = bulk;
        _run = run;
        _jobs = bulk.Ingest;
    }

    public static void Map(IEndpointRouteBuilder routes, BulkJobs bulk, IngestRun run)
    {
        var endpoints = new IngestEndpoints(bulk, run);
        routes.MapPost(JobsRoute, endpoints.CreateAsync);
        routes.MapGet(JobsRoute, endpoints.ListAsync);
        routes.MapGet(JobsRoute + "/{id}", context => AnswerAsync(context, endpoints.JobOf(context), IngestAnswers.WriteWhole));
        routes.MapPatch(JobsRoute + "/{id}", endpoints.ChangeAsync);
        routes.MapDelete(JobsRoute + "/{id}", endpoints.DeleteAsync);
        routes.MapPut(JobsRoute + "/{id}/batches", endpoints.PutAsync);
        routes.MapGet(JobsRoute + "/{id}/successfulResults", context => endpoints.ResultsAsync(context, (results, outcomes) =>
            results.WriteSuccessfulAsync(context.Response.Body, outcomes, context.RequestAborted)));
        routes.MapGet(JobsRoute + "/{id}/failedResults", context => endpoints.ResultsAsync(context, (results, outcomes) =>
            results.WriteFailedAsync(context.Response.Body, outcomes, context.RequestAborted)));
        routes.MapGet(JobsRoute + "/{id}/unprocessedrecords", context => endpoints.ResultsAsync(context, (results, outcomes) =>
            results.WriteUnprocessedAsync(context.Response.Body, outcomes, context.RequestAborted)));
    }

    private async Task CreateAsync(HttpContext context)
    {
        if (!UploadBody.IsForm(context.Request))
        {
            using var body = await ApiRequest.ReadJsonAsync(context);
            var made = Make(context, body.RootElement);
            _jobs.Add(made);
            await AnswerAsync(context, made, IngestAnswers.WriteMade);
            return;
        }

        var (description, content) = await UploadBody.ReadFormAsync(context);
        using (description)
        {
            var made = Make(context, description.RootElement);
            made.Put(content);
            _jobs.Add(made);
            Close(made);
            await AnswerAsync(context, made, IngestAnswers.WriteMade);
        }
    }

    private IngestJob Make(HttpContext context, JsonElement body)
    {
        // Of the headers of REST's saves a job knows none: it names its rule itself, and duplicates it never saves.
        var caller = ApiRequest.Caller(context) with { Api = "bulk", AllowsDuplicates = false };
        var request = IngestRequest.Read(_bulk.Org, caller, _bulk.Control.Settings, body);
        caller = caller with { Assignment = request.AssignmentRuleId };
        return new IngestJob(request, caller, _bulk.Org.TimeProvider) { Id = _bulk.Ids.Next("750") };
    }

    private async Task PutAsync(HttpContext context)
    {
        var job = JobOf(context);
        job.RefusePut();
        job.Put(await UploadBody.ReadCsvAsync(context, _bulk.Control.Settings));
        context.Response.StatusCode = StatusCodes.Status201Created;
    }

    private async Task ChangeAsync(HttpContext context)
    {
        var job = JobOf(context);
        using var body = await ApiRequest.ReadJsonAsync(context);
        switch (JsonMember.Text(body.RootElement, "state"))
        {
            case "UploadComplete":
                Close(job);
                break;
            case "Aborted":
                job.Abort();
                break;
            default:
                throw new ApiException(400, "INVALIDJOBSTATE", "InvalidJobState : state can be set to UploadComplete or to Aborted");
        }

        await AnswerAsync(context, job, IngestAnswers.WriteChanged);
    }

    private void Close(IngestJob job)
    {
        job.Close();
        _bulk.IngestLane.Add(cancellationToken => _run.RunAsync(job, cancellationToken));
    }

    private Task ListAsync(HttpContext context) => BulkJobList.WriteAsync(context, _jobs.All()
        .Select(job => ("V2Ingest", false, (Action<Utf8JsonWriter>)(writer => IngestAnswers.WriteListed(writer, job))))
        .Concat(_bulk.ListClassic(areQueries: false)));

    private Task DeleteAsync(HttpContext context)
    {
        var job = JobOf(context);
        job.RequireEnd("A job can be deleted");
        _jobs.Remove(job);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private async Task ResultsAsync(HttpContext context, Func<IngestResults, IReadOnlyList<RowOutcome>, Task> write)
    {
        var job = JobOf(context);
        var outcomes = job.Outcomes().ToArray();
        var settings = _bulk.Control.Settings;
        if (settings.ShufflesResults)
            Shuffle.Apply<RowOutcome>(outcomes, settings.Seed);
        context.Response.ContentType = "text/csv";
        await write(new IngestResults(job.Rows()), outcomes);
    }

    private IngestJob JobOf(HttpContext context) => _jobs.Find(ApiRequest.RouteText(context, "id")) ?? throw ApiRequest.NotFound();

    private static Task AnswerAsync(HttpContext context, IngestJob job, Action<Utf8JsonWriter, IngestJob> write) =>
        JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, writer => write(writer, job));
}
