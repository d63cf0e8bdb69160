using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Tandem.Salesforce.Http;

namespace Tandem.Salesforce.Bulk;

/// <summary>
/// Bulk API 2.0 queries: create a job, wait, list its pages or follow their locators, delete it. A create whose answer was lost is
/// uncertain but harms nothing: the job is left over and expires after seven days. Source: salesforce-api.md, section 3.2.
/// </summary>
public sealed class BulkQueryClient
{
    private const string LocatorHeader = "Sforce-Locator";
    private const string CountHeader = "Sforce-NumberOfRecords";

    private static readonly TimeSpan FirstPollInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPollInterval = TimeSpan.FromSeconds(5);

    private readonly ApiConnection _connection;

    internal BulkQueryClient(ApiConnection connection) => _connection = connection;

    private string JobsPath => $"{_connection.Root}/jobs/query";

    public async Task<BulkQueryJob> CreateAsync(string soql, bool includeDeleted, CancellationToken cancellationToken)
    {
        using var request = ApiRequest.CreateJson(HttpMethod.Post, JobsPath, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("operation", includeDeleted ? "queryAll" : "query");
            writer.WriteString("query", soql);
            writer.WriteString("contentType", "CSV");
            writer.WriteString("columnDelimiter", "COMMA");
            writer.WriteString("lineEnding", "LF");
            writer.WriteEndObject();
        });
        return await _connection.ReadAsync(request, ReadJob, cancellationToken);
    }

    public async Task<BulkQueryJob> GetAsync(string jobId, CancellationToken cancellationToken)
    {
        using var request = ApiRequest.Create(HttpMethod.Get, JobPath(jobId));
        return await _connection.ReadAsync(request, ReadJob, cancellationToken);
    }

    /// <summary>
    /// Asks at growing intervals until the job is complete. A failed or aborted one throws with BULK_JOB_FAILED or BULK_JOB_ABORTED and
    /// the job's own message.
    /// </summary>
    public async Task<BulkQueryJob> WaitAsync(string jobId, CancellationToken cancellationToken)
    {
        var interval = FirstPollInterval;
        while (true)
        {
            var job = await GetAsync(jobId, cancellationToken);
            switch (job.State)
            {
                case "JobComplete": return job;
                case "Failed": throw Ended(job, SalesforceErrorCodes.BulkJobFailed);
                case "Aborted": throw Ended(job, SalesforceErrorCodes.BulkJobAborted);
            }

            await Task.Delay(interval, _connection.TimeProvider, cancellationToken);
            interval = interval * 2 < LongestPollInterval ? interval * 2 : LongestPollInterval;
        }
    }

    /// <summary>
    /// Lists pages that may be read side by side. The org decides how many rows each has.
    /// </summary>
    /// <param name="path">What the last part named as the next; null for the first part.</param>
    /// <returns>Null when the org does not serve the list; its pages then name one another.</returns>
    public async Task<BulkPageList?> ListPagesAsync(string jobId, string? path, CancellationToken cancellationToken)
    {
        using var request = ApiRequest.Create(HttpMethod.Get, path ?? $"{JobPath(jobId)}/resultPages");
        try
        {
            return await _connection.ReadAsync(request, ReadPageList, cancellationToken);
        }
        catch (SalesforceException exception) when (path is null && exception.Status is 404 or 405)
        {
            return null;
        }
    }

    /// <summary>Opens the first page, or the one that the locator names. Locators stay good, so a page can be opened again.</summary>
    public async Task<BulkResultPage> OpenResultsAsync(
        string jobId,
        string? locator,
        int? maxRecords,
        CancellationToken cancellationToken)
    {
        var parameters = new List<string>();
        if (maxRecords is { } most)
            parameters.Add(string.Create(CultureInfo.InvariantCulture, $"maxRecords={most}"));
        if (locator is not null)
            parameters.Add($"locator={Uri.EscapeDataString(locator)}");
        var question = parameters.Count == 0 ? "" : "?" + string.Join('&', parameters);
        using var request = ApiRequest.Create(HttpMethod.Get, $"{JobPath(jobId)}/results{question}");
        request.Headers.Accept.Clear();
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/csv"));
        request.MarkStreamed();

        var response = await _connection.SendAsync(request, cancellationToken);
        try
        {
            // Without the locator header the end of the result is unknown; guessing it would lose rows in silence.
            var count = Header(response, CountHeader);
            var next = Header(response, LocatorHeader);
            if (next is not { Length: > 0 } || !long.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var rows))
            {
                throw Failure.Unexpected(
                    request, response, $"the headers {LocatorHeader} and {CountHeader} were expected; is the job complete?", inner: null);
            }

            var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            var content = new ResultStream(body, request, _connection.RequestTimeout, _connection.TimeProvider);
            return new BulkResultPage(response, content, next is "null" ? null : next, rows);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>Deletes a job that has ended, and its result.</summary>
    public async Task DeleteAsync(string jobId, CancellationToken cancellationToken)
    {
        using var request = ApiRequest.Create(HttpMethod.Delete, JobPath(jobId));
        using var response = await _connection.SendAsync(request, cancellationToken);
    }

    private string JobPath(string jobId) => $"{JobsPath}/{Uri.EscapeDataString(jobId)}";

    private static BulkQueryJob ReadJob(JsonElement root) => new()
    {
        Id = root.RequiredText("id"),
        State = root.RequiredText("state"),
        Object = root.Text("object") ?? "",
        CreatedDate = root.RequiredDateTime("createdDate"),
        NumberRecordsProcessed = root.LongNumber("numberRecordsProcessed"),
        ErrorMessage = root.Text("errorMessage"),
    };

    private static BulkPageList ReadPageList(JsonElement root)
    {
        var isLast = root.Flag("done");

        // The documentation has both spellings.
        var next = root.Text("nextRecordsUrl") ?? root.Text("nextRecordUrl");
        if (!isLast && next is not ['/', not '/', ..])
            throw new JsonException("The list of result pages is not done and names no next part.");
        return new BulkPageList
        {
            Locators = [.. root.RequiredArray("resultPages").EnumerateArray().Select(page => LocatorOf(page.RequiredText("resultUrl")))],
            NextPath = isLast ? null : next,
        };
    }

    private static string? LocatorOf(string resultUrl)
    {
        const string Parameter = "locator=";
        var parameters = resultUrl[(resultUrl.IndexOf('?', StringComparison.Ordinal) + 1)..].Split('&');
        return Array.Find(parameters, parameter => parameter.StartsWith(Parameter, StringComparison.Ordinal)) is { } found
            ? Uri.UnescapeDataString(found[Parameter.Length..])
            : null;
    }

    private static SalesforceException Ended(BulkQueryJob job, string code) => new(
        code,
        $"The bulk query job {job.Id} on {job.Object} ended as {job.State}: {job.ErrorMessage ?? "Salesforce gives no reason"}.")
    {
        Detail = job.ErrorMessage,
    };

    private static string? Header(HttpResponseMessage response, string name)
        => response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
