using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Tandem.Salesforce;
using Xunit;

namespace Tandem.Tests.Unit.Salesforce;

/// <summary>Bulk query jobs on the wire. Source: salesforce-api.md, section 3.2.</summary>
public sealed class BulkQueryClientTests
{
    private const string JobId = "750xx0000000005AAA";
    private const string Results = $"/services/data/v67.0/jobs/query/{JobId}/results";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Creates_a_job()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(200, Job("UploadComplete"));
        using var client = org.Connect();
        var job = await client.BulkQuery.CreateAsync("SELECT Id FROM Account", includeDeleted: true, Cancellation);
        (job.Id, job.State, job.Object).ShouldBe((JobId, "UploadComplete", "Account"));
        job.CreatedDate.ShouldBe(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var request = org.Requests.ShouldHaveSingleItem();
        request.Line.ShouldBe("POST /services/data/v67.0/jobs/query");
        JsonNode.DeepEquals(JsonNode.Parse(request.Body), JsonNode.Parse("""
            {"operation":"queryAll","query":"SELECT Id FROM Account","contentType":"CSV","columnDelimiter":"COMMA","lineEnding":"LF"}
            """)).ShouldBeTrue(request.Body);
    }

    [Fact]
    public async Task Waits_at_growing_intervals_until_complete()
    {
        await using var org = await ScriptedOrg.StartAsync();
        for (var poll = 0; poll < 9; poll++)
            org.Answer(200, Job("InProgress"));
        org.Answer(200, Job("JobComplete"));
        var time = new FakeTime();
        using var client = org.Connect(time);
        var job = await client.BulkQuery.WaitAsync(JobId, Cancellation);
        job.NumberRecordsProcessed.ShouldBe(5_000_000_000);
        time.Delays.Select(delay => delay.TotalMilliseconds).ShouldBe([50, 100, 200, 400, 800, 1600, 3200, 5000, 5000]);
    }

    [Theory]
    [InlineData("Failed", SalesforceErrorCodes.BulkJobFailed)]
    [InlineData("Aborted", SalesforceErrorCodes.BulkJobAborted)]
    public async Task Tells_why_a_job_ended_without_result(string state, string code)
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(200, Job(state, "InvalidBatch : Field name not found : Foo__c"));
        using var client = org.Connect();
        var failure = await Should.ThrowAsync<SalesforceException>(() => client.BulkQuery.WaitAsync(JobId, Cancellation));
        failure.Code.ShouldBe(code);
        failure.Message.ShouldBe($"The bulk query job {JobId} on Account ended as {state}: InvalidBatch : Field name not found : Foo__c.");
    }

    [Fact]
    public async Task Pages_by_locator_until_the_header_says_null()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(200, "\"Id\"\n\"a\"\n", ("Sforce-Locator", "MjA="), ("Sforce-NumberOfRecords", "1"));
        org.Answer(200, "\"Id\"\n\"b\"\n", ("Sforce-Locator", "null"), ("Sforce-NumberOfRecords", "1"));
        using var client = org.Connect();
        var text = new StringBuilder();
        string? locator = null;
        do
        {
            await using var page = await client.BulkQuery.OpenResultsAsync(JobId, locator, maxRecords: 1, Cancellation);
            page.NumberOfRecords.ShouldBe(1);
            using var reader = new StreamReader(page.Content);
            text.Append(await reader.ReadToEndAsync(Cancellation));
            locator = page.NextLocator;
        }
        while (locator is not null);

        text.ToString().ShouldBe("\"Id\"\n\"a\"\n\"Id\"\n\"b\"\n");
        org.Requests.Select(request => request.Line)
            .ShouldBe([$"GET {Results}?maxRecords=1", $"GET {Results}?maxRecords=1&locator=MjA%3D"]);
        org.Requests.First().Headers.Accept.ToString().ShouldBe("text/csv");
    }

    [Theory]
    [InlineData("nextRecordsUrl")]
    [InlineData("nextRecordUrl")]
    public async Task Lists_pages_part_by_part_whichever_way_the_next_part_is_spelled(string member)
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(200, $$"""
            {"resultPages":[{"resultUrl":"{{Results}}"},{"resultUrl":"{{Results}}?locator=MjA%3D"}],
             "{{member}}":"{{Results}}Pages?locator=NDA","done":false}
            """);
        org.Answer(200, $$"""{"resultPages":[{"resultUrl":"{{Results}}?maxRecords=5&locator=NDA"}],"done":true}""");
        using var client = org.Connect();

        var first = (await client.BulkQuery.ListPagesAsync(JobId, null, Cancellation)).ShouldNotBeNull();
        var second = (await client.BulkQuery.ListPagesAsync(JobId, first.NextPath, Cancellation)).ShouldNotBeNull();

        first.Locators.ShouldBe([null, "MjA="]);
        second.Locators.ShouldBe(["NDA"]);
        second.NextPath.ShouldBeNull();
        org.Requests.Select(request => request.Line)
            .ShouldBe([$"GET /services/data/v67.0/jobs/query/{JobId}/resultPages", $"GET {Results}Pages?locator=NDA"]);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    public async Task An_org_that_lists_no_pages_is_no_failure(int status)
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(status, """[{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]""");
        using var client = org.Connect();
        (await client.BulkQuery.ListPagesAsync(JobId, null, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task A_list_of_pages_that_ends_nowhere_is_refused()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(200, """{"resultPages":[],"done":false}""");
        using var client = org.Connect();
        (await Should.ThrowAsync<SalesforceException>(() => client.BulkQuery.ListPagesAsync(JobId, null, Cancellation))).Code
            .ShouldBe(SalesforceErrorCodes.UnexpectedAnswer);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    public async Task Refuses_a_page_that_does_not_say_what_follows(int status)
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(status, "\"Id\"\n", ("Sforce-NumberOfRecords", "0"));
        using var client = org.Connect();
        var failure = await Should.ThrowAsync<SalesforceException>(
            () => client.BulkQuery.OpenResultsAsync(JobId, null, null, Cancellation));
        failure.Code.ShouldBe(SalesforceErrorCodes.UnexpectedAnswer);
    }

    [Fact]
    public async Task A_result_that_breaks_off_is_a_fault_of_the_transport()
    {
        await using var org = await ScriptedOrg.StartAsync();

        // A cut may overtake what was sent before it, so it waits until the client holds the page.
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        org.Answer(async context =>
        {
            await SendPartAsync(context);
            await opened.Task.WaitAsync(context.RequestAborted);
            context.Abort();
        });
        using var client = org.Connect();
        await using var page = await client.BulkQuery.OpenResultsAsync(JobId, null, null, Cancellation);
        var copy = page.Content.CopyToAsync(Stream.Null, Cancellation);
        opened.SetResult();
        var failure = await Should.ThrowAsync<SalesforceException>(() => copy);
        (failure.Code, failure.IsUncertain).ShouldBe((SalesforceErrorCodes.Unreachable, false));
    }

    [Fact]
    public async Task A_result_that_stalls_times_out()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(async context =>
        {
            await SendPartAsync(context);
            await ScriptedOrg.HoldAsync(context);
        });
        var time = new FakeTime();
        using var client = org.Connect(time);
        await using var page = await client.BulkQuery.OpenResultsAsync(JobId, null, null, Cancellation);
        await page.Content.ReadExactlyAsync(new byte[5], Cancellation);
        var read = page.Content.ReadAsync(new byte[1], Cancellation);
        time.Advance(TimeSpan.FromSeconds(120));
        (await Should.ThrowAsync<SalesforceException>(() => read.AsTask())).Code.ShouldBe(SalesforceErrorCodes.Timeout);
    }

    [Fact]
    public async Task Deletes_a_job()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(204, "");
        using var client = org.Connect();
        await client.BulkQuery.DeleteAsync(JobId, Cancellation);
        org.Requests.ShouldHaveSingleItem().Line.ShouldBe($"DELETE /services/data/v67.0/jobs/query/{JobId}");
    }

    private static async Task SendPartAsync(HttpContext context)
    {
        context.Response.Headers["Sforce-Locator"] = "null";
        context.Response.Headers["Sforce-NumberOfRecords"] = "1";
        await context.Response.WriteAsync("\"Id\"\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static string Job(string state, string? error = null) => $$"""
        {"id":"{{JobId}}","operation":"query","object":"Account","createdDate":"2026-01-01T00:00:00.000+0000","state":"{{state}}",
         "numberRecordsProcessed":5000000000,"apiVersion":67.0,"errorMessage":{{(error is null ? "null" : $"\"{error}\"")}}}
        """;
}
