using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Bulk;

/// <summary>Bulk API 2.0's query jobs, from their making to their pages. Source: salesforce-api.md, section 3.2.</summary>
public sealed class BulkQueryTests(TestOrg org)
{
    private readonly BulkClient _bulk = new(org);

    [Fact]
    public async Task Pages_follow_stable_locators_and_repeat_their_head()
    {
        var site = TestOrg.Unique();
        foreach (var number in Enumerable.Range(0, 5))
            await org.CreateAsync("Account", new { Name = $"{site} {number}, \"q\"", Site = site });
        var id = await _bulk.QueryAsync($"SELECT Name, Id, Parent.Name, CreatedDate FROM Account WHERE Site = '{site}' ORDER BY Name");

        var names = new List<string>();
        var locators = new List<string>();
        for (var locator = ""; locator != "null"; locators.Add(locator))
        {
            var address = $"/jobs/query/{id}/results?maxRecords=2{(locator.Length > 0 ? $"&locator={locator}" : "")}";
            var page = await org.SendAsync(HttpMethod.Get, address);
            page.Status.ShouldBe(HttpStatusCode.OK, page.Text);
            var lines = page.Text.TrimEnd('\n').Split('\n');
            lines[0].ShouldBe("\"Name\",\"Id\",\"Parent.Name\",\"CreatedDate\"");
            page.Headers["Sforce-NumberOfRecords"].ShouldBe((lines.Length - 1).ToString(System.Globalization.CultureInfo.InvariantCulture));
            names.AddRange(lines[1..].Select(line => line[..line.IndexOf("\",\"", StringComparison.Ordinal)]));
            (await org.SendAsync(HttpMethod.Get, address)).Text.ShouldBe(page.Text);
            locator = page.Headers["Sforce-Locator"];
        }

        names.ShouldBe(Enumerable.Range(0, 5).Select(number => $"\"{site} {number}, \"\"q\"\""));
        locators.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_job_shows_its_progress_and_answers_to_its_own_version_only()
    {
        await org.CreateAsync("Account", new { Name = TestOrg.Unique() });
        var made = await org.SendAsync(HttpMethod.Post, "/jobs/query",
            """{"operation":"queryAll","query":"SELECT Id FROM Account","columnDelimiter":"PIPE","lineEnding":"CRLF"}""");
        made.Status.ShouldBe(HttpStatusCode.OK, made.Text);
        BulkClient.State(made.Json).ShouldBe("UploadComplete");
        made.Json.GetProperty("operation").GetString().ShouldBe("queryAll");
        made.Json.GetProperty("columnDelimiter").GetString().ShouldBe("PIPE");
        made.Json.TryGetProperty("query", out _).ShouldBeFalse();
        var id = made.Json.GetProperty("id").GetString().ShouldNotBeNull();
        var job = await _bulk.WaitAsync(id, "query");
        job.GetProperty("jobType").GetString().ShouldBe("V2Query");
        job.GetProperty("isPkChunkingSupported").GetBoolean().ShouldBeTrue();
        job.GetProperty("numberRecordsProcessed").GetInt32().ShouldBePositive();
        var other = await org.SendAsync(HttpMethod.Get, $"/services/data/v60.0/jobs/query/{id}/results");
        other.ShouldBeError(HttpStatusCode.Conflict, "INVALIDJOB");
        (await org.SendAsync(HttpMethod.Get, $"/jobs/query/{id}/results?maxRecords=1")).Text.ShouldStartWith("\"Id\"\r\n");
        (await org.AskAsync($"/jobs/query/{id}/results?locator=xx")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await _bulk.ChangeAsync(id, "Aborted", "query")).ShouldBeError(HttpStatusCode.BadRequest, "INVALIDJOBSTATE");
        (await org.SendAsync(HttpMethod.Delete, $"/jobs/query/{id}")).Status.ShouldBe(HttpStatusCode.NoContent);
        var gone = await org.SendAsync(HttpMethod.Get, $"/jobs/query/{id}/results");
        gone.Status.ShouldBe(HttpStatusCode.NotFound);
        gone.Headers["Sforce-Locator"].ShouldBe("null");
    }

    [Fact]
    public async Task A_result_is_compressed_for_whoever_asks()
    {
        var name = TestOrg.Unique();
        await org.CreateAsync("Account", new { Name = name });
        var id = await _bulk.QueryAsync($"SELECT Id, Name FROM Account WHERE Name = '{name}'");
        var plain = await org.SendAsync(HttpMethod.Get, $"/jobs/query/{id}/results");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/services/data/{TestOrg.Version}/jobs/query/{id}/results");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
        using var response = await org.Http.SendAsync(request, TestContext.Current.CancellationToken);
        response.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        await using var unpacked = new GZipStream(
            await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked);
        (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldBe(plain.Text);
    }

    [Theory]
    [InlineData("SELECT COUNT() FROM Account", "API_ERROR")]
    [InlineData("SELECT MAX(CreatedDate) FROM Account", "API_ERROR")]
    [InlineData("SELECT Name FROM Account GROUP BY Name", "API_ERROR")]
    [InlineData("SELECT Id FROM Account LIMIT 1 OFFSET 1", "API_ERROR")]
    [InlineData("SELECT FIELDS(ALL) FROM Account LIMIT 5", "API_ERROR")]
    [InlineData("SELECT Id, (SELECT Id FROM Contacts) FROM Account", "API_ERROR")]
    [InlineData("SELECT TYPEOF Owner WHEN User THEN Name END FROM Case", "API_ERROR")]
    [InlineData("SELECT BillingAddress FROM Account", "API_ERROR")]
    [InlineData("SELECT Id FROM Account OFFSET 1", "API_ERROR")]
    [InlineData("SELECT Body FROM Attachment", "API_ERROR")]
    [InlineData("SELECT Nothing FROM Account", "INVALID_FIELD")]
    [InlineData("SELECT Id FROM Nothing", "INVALID_TYPE")]
    [InlineData("SELECT FROM", "MALFORMED_QUERY")]
    public async Task Refuses_what_bulk_cannot_answer(string query, string code) => await org.FailAsync(HttpMethod.Post, "/jobs/query",
        JsonSerializer.Serialize(new { operation = "query", query }), HttpStatusCode.BadRequest, code);

    [Theory]
    [InlineData("""{"operation":"query"}""")]
    [InlineData("""{"operation":"select","query":"SELECT Id FROM Account"}""")]
    [InlineData("""{"operation":"query","query":"SELECT Id FROM Account","contentType":"XML"}""")]
    public async Task Refuses_jobs_that_mean_nothing(string body) =>
        await org.FailAsync(HttpMethod.Post, "/jobs/query", body, HttpStatusCode.BadRequest, "INVALIDJOB");

    [Fact]
    public async Task A_session_that_is_none_is_told_so_in_the_words_that_clients_look_for()
    {
        using var http = new HttpClient { BaseAddress = org.Http.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new("Bearer", "nobody");
        using var response = await http.GetAsync(
            new Uri($"/services/data/{TestOrg.Version}/jobs/query", UriKind.Relative), TestContext.Current.CancellationToken);
        (await OrgAnswer.ReadAsync(response)).ShouldBeError(HttpStatusCode.Unauthorized, "INVALID_SESSION_ID");
    }
}
