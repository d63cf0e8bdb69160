using System.Net.Http.Headers;
using System.Text.Json;
using Tandem.Salesforce.Http;
using Tandem.Salesforce.Soql;

namespace Tandem.Salesforce.Bulk;

/// <summary>
/// Bulk API 2.0 ingest: create a job, upload its CSV once, declare the upload complete, ask until it has ended, read the results, delete
/// it. Nothing is saved before the upload is declared complete, and a job can be asked for by its id at any time within seven days; so
/// whoever stores the id before that moment never loses an answer. Source: salesforce-api.md, section 3.1.
/// </summary>
public sealed class BulkIngestClient
{
    private readonly ApiConnection _connection;

    internal BulkIngestClient(ApiConnection connection) => _connection = connection;

    private string JobsPath => $"{_connection.Root}/jobs/ingest";

    /// <param name="externalIdField">For an upsert.</param>
    /// <param name="assignmentRule">The rule that gives the records their owners; null for none. A job cannot ask for the active one, and
    /// cannot save what a duplicate rule alerts to.</param>
    public async Task<BulkIngestJob> CreateAsync(
        string objectName,
        BulkIngestOperation operation,
        string? externalIdField,
        SalesforceId? assignmentRule,
        CancellationToken cancellationToken)
    {
        using var request = ApiRequest.CreateJson(HttpMethod.Post, JobsPath, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("object", SoqlText.Identifier(objectName));
            writer.WriteString("operation", WordOf(operation));
            if (externalIdField is not null)
                writer.WriteString("externalIdFieldName", SoqlText.Identifier(externalIdField));
            if (assignmentRule is { } rule)
                writer.WriteString("assignmentRuleId", rule.Value);
            writer.WriteString("contentType", "CSV");
            writer.WriteString("columnDelimiter", "COMMA");
            writer.WriteString("lineEnding", "LF");
            writer.WriteEndObject();
        });
        return await _connection.ReadAsync(request, ReadJob, cancellationToken);
    }

    /// <summary>Uploads the rows, header included. It can be done once; a cut one is tried again as long as the org took nothing.</summary>
    public async Task UploadAsync(string jobId, IReadOnlyList<ReadOnlyMemory<byte>> csv, CancellationToken cancellationToken)
    {
        using var request = ApiRequest.Create(HttpMethod.Put, $"{JobPath(jobId)}/batches");
        request.Content = new SegmentContent(csv) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv", "utf-8") } };
        using var response = await _connection.SendAsync(request, cancellationToken);
    }

    /// <summary>From here on the org works on the job. When its answer is lost, the job's state tells.</summary>
    public Task<BulkIngestJob> CompleteUploadAsync(string jobId, CancellationToken cancellationToken) =>
        ChangeStateAsync(jobId, "UploadComplete", cancellationToken);

    public Task<BulkIngestJob> AbortAsync(string jobId, CancellationToken cancellationToken) =>
        ChangeStateAsync(jobId, "Aborted", cancellationToken);

    /// <returns>Null when the org has no such job, or none any more.</returns>
    public async Task<BulkIngestJob?> FindAsync(string jobId, CancellationToken cancellationToken)
    {
        using var request = ApiRequest.Create(HttpMethod.Get, JobPath(jobId));
        try
        {
            return await _connection.ReadAsync(request, ReadJob, cancellationToken);
        }
        catch (SalesforceException exception) when (exception.Status == 404)
        {
            return null;
        }
    }

    /// <summary>The rows that were saved: <c>sf__Id</c>, <c>sf__Created</c> and the uploaded columns, in any order of rows.</summary>
    public Task<BulkResultPage> OpenSuccessfulAsync(string jobId, CancellationToken cancellationToken) =>
        OpenAsync(jobId, "successfulResults", cancellationToken);

    /// <summary>The rows that were refused: <c>sf__Id</c>, <c>sf__Error</c> and the uploaded columns, in any order of rows.</summary>
    public Task<BulkResultPage> OpenFailedAsync(string jobId, CancellationToken cancellationToken) =>
        OpenAsync(jobId, "failedResults", cancellationToken);

    /// <summary>Deletes a job that has ended, and its results.</summary>
    public async Task DeleteAsync(string jobId, CancellationToken cancellationToken)
    {
        using var request = ApiRequest.Create(HttpMethod.Delete, JobPath(jobId));
        using var response = await _connection.SendAsync(request, cancellationToken);
    }

    private async Task<BulkIngestJob> ChangeStateAsync(string jobId, string state, CancellationToken cancellationToken)
    {
        using var request = ApiRequest.CreateJson(HttpMethod.Patch, JobPath(jobId), writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("state", state);
            writer.WriteEndObject();
        });
        return await _connection.ReadAsync(request, ReadJob, cancellationToken);
    }

    private async Task<BulkResultPage> OpenAsync(string jobId, string results, CancellationToken cancellationToken)
    {
        using var request = ApiRequest.Create(HttpMethod.Get, $"{JobPath(jobId)}/{results}");
        request.Headers.Accept.Clear();
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/csv"));
        request.MarkStreamed();
        var response = await _connection.SendAsync(request, cancellationToken);
        try
        {
            var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            var content = new ResultStream(body, request, _connection.RequestTimeout, _connection.TimeProvider);
            return new BulkResultPage(response, content, nextLocator: null, numberOfRecords: -1);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private string JobPath(string jobId) => $"{JobsPath}/{Uri.EscapeDataString(jobId)}";

    private static string WordOf(BulkIngestOperation operation) => operation switch
    {
        BulkIngestOperation.Update => "update",
        BulkIngestOperation.Upsert => "upsert",
        _ => "delete",
    };

    private static BulkIngestJob ReadJob(JsonElement root) => new()
    {
        Id = root.RequiredText("id"),
        State = root.RequiredText("state"),
        Object = root.Text("object") ?? "",
        NumberRecordsProcessed = root.LongNumber("numberRecordsProcessed"),
        NumberRecordsFailed = root.LongNumber("numberRecordsFailed"),
        ErrorMessage = root.Text("errorMessage"),
    };
}
