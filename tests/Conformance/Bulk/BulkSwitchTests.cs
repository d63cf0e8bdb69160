using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Shouldly;
using Tandem.Simulator.Bulk;
using Xunit;

namespace Tandem.Tests.Conformance.Bulk;

/// <summary>What only the simulated org can be brought to do with Bulk jobs: fail, wait, shuffle. Source: salesforce-api.md, sections 3.1,
/// 3.2, 12 (point 10) and 14.</summary>
public sealed class BulkSwitchTests
{
    private static readonly TimeSpan VeryLong = TimeSpan.FromDays(1);

    [Fact]
    public async Task A_failed_job_has_saved_whole_chunks_and_tells_which_rows_it_never_tried()
    {
        await using var org = await StartAsync(settings => settings with { FailAfterChunks = 2, FailMessage = "Error : gave up" });
        var bulk = new BulkClient(org);
        var job = await bulk.RunAsync(new { @object = "Account", operation = "insert" }, Rows(0, 450));
        BulkClient.State(job).ShouldBe("Failed");
        job.GetProperty("errorMessage").GetString().ShouldBe("Error : gave up");
        job.GetProperty("numberRecordsProcessed").GetInt32().ShouldBe(400);
        var id = job.GetProperty("id").GetString() ?? "";
        var saved = (await bulk.ResultsAsync(id, "successfulResults")).Rows;
        saved.Select(row => row[2]).Order(StringComparer.Ordinal).ShouldBe(Names(0, 400));
        (await bulk.ResultsAsync(id, "unprocessedrecords")).Rows.Select(row => row[0]).ShouldBe(Names(400, 50));
        var found = await org.QueryAsync("SELECT COUNT() FROM Account WHERE Name LIKE 'row %'");
        found.GetProperty("totalSize").GetInt32().ShouldBe(400);
    }

    [Fact]
    public async Task Results_come_in_an_order_of_their_own_unless_told_otherwise()
    {
        await using var org = await StartAsync(settings => settings with { Seed = 7 });
        var bulk = new BulkClient(org);
        var id = (await bulk.RunAsync(new { @object = "Account", operation = "insert" }, Rows(0, 100))).GetProperty("id").GetString() ?? "";
        var shuffled = (await bulk.ResultsAsync(id, "successfulResults")).Rows.ConvertAll(row => row[2]);
        shuffled.ShouldNotBe(Names(0, 100));
        (await bulk.ResultsAsync(id, "successfulResults")).Rows.ConvertAll(row => row[2]).ShouldBe(shuffled);
        Change(org, settings => settings with { ShufflesResults = false });
        (await bulk.ResultsAsync(id, "successfulResults")).Rows.ConvertAll(row => row[2]).ShouldBe(Names(0, 100));
    }

    [Fact]
    public async Task Chunks_may_be_saved_in_another_order_than_they_came()
    {
        await using var org = await StartAsync(settings => settings with { ShufflesChunks = true, ShufflesResults = false });
        var bulk = new BulkClient(org);
        var job = await bulk.RunAsync(new { @object = "Account", operation = "insert" }, Rows(0, 1000));
        var id = job.GetProperty("id").GetString() ?? "";
        var rows = (await bulk.ResultsAsync(id, "successfulResults")).Rows;
        rows.ConvertAll(row => row[2]).ShouldNotBe(Names(0, 1000));
        rows.OrderBy(row => row[0], StringComparer.Ordinal).Select(row => row[2]).ShouldBe(rows.Select(row => row[2]));
    }

    [Fact]
    public async Task A_job_waits_as_long_as_it_is_told_and_can_be_aborted_meanwhile()
    {
        await using var org = await StartAsync(settings => settings with { JobDelay = VeryLong });
        var bulk = new BulkClient(org);
        var id = await bulk.CreateAsync(new { @object = "Account", operation = "insert" });
        await bulk.PutAsync(id, Rows(0, 3));
        await bulk.ChangeAsync(id, "UploadComplete");
        BulkClient.State(await org.GetAsync($"/jobs/ingest/{id}")).ShouldBe("UploadComplete");
        BulkClient.State((await bulk.ChangeAsync(id, "Aborted")).Json).ShouldBe("Aborted");
        (await bulk.ResultsAsync(id, "unprocessedrecords")).Rows.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Results_of_a_query_that_still_runs_are_an_error_or_nothing()
    {
        await using var org = await StartAsync(settings => settings with { JobDelay = VeryLong });
        var made = await org.SendAsync(HttpMethod.Post, "/jobs/query", """{"operation":"query","query":"SELECT Id FROM Account"}""");
        var id = made.Json.GetProperty("id").GetString() ?? "";
        var early = await org.SendAsync(HttpMethod.Get, $"/jobs/query/{id}/results");
        early.ShouldBeError(HttpStatusCode.BadRequest, "INVALIDJOBSTATE");
        early.Headers["Sforce-Locator"].ShouldBe("null");
        (await org.SendAsync(HttpMethod.Delete, $"/jobs/query/{id}")).ShouldBeError(HttpStatusCode.BadRequest, "INVALIDJOBSTATE");
        Change(org, settings => settings with { AnswersEarlyResultsWithNothing = true });
        (await org.SendAsync(HttpMethod.Get, $"/jobs/query/{id}/results")).Status.ShouldBe(HttpStatusCode.NoContent);
        BulkClient.State((await new BulkClient(org).ChangeAsync(id, "Aborted", "query")).Json).ShouldBe("Aborted");
        (await org.SendAsync(HttpMethod.Get, $"/jobs/query/{id}/results")).ShouldBeError(HttpStatusCode.BadRequest, "INVALIDJOBSTATE");
    }

    [Fact]
    public async Task A_query_moves_through_its_states_by_the_clock_of_the_org()
    {
        await using var org = await StartAsync(settings => settings with { JobDelay = TimeSpan.FromMinutes(10) });
        org.Clock.Freeze();
        var made = await org.SendAsync(HttpMethod.Post, "/jobs/query", """{"operation":"query","query":"SELECT Id FROM Account"}""");
        var path = $"/jobs/query/{made.Json.GetProperty("id").GetString()}";
        BulkClient.State(await org.GetAsync(path)).ShouldBe("UploadComplete");
        org.Clock.Advance(TimeSpan.FromMinutes(5));
        BulkClient.State(await org.GetAsync(path)).ShouldBe("InProgress");
        org.Clock.Advance(TimeSpan.FromMinutes(5));
        BulkClient.State(await org.GetAsync(path)).ShouldBe("JobComplete");
    }

    [Fact]
    public async Task Queries_fail_when_told_to()
    {
        await using var org = await StartAsync(settings => settings with { FailsQueries = true });
        var made = await org.SendAsync(HttpMethod.Post, "/jobs/query", """{"operation":"query","query":"SELECT Id FROM Account"}""");
        var job = await new BulkClient(org).WaitAsync(made.Json.GetProperty("id").GetString() ?? "", "query");
        BulkClient.State(job).ShouldBe("Failed");
        job.GetProperty("errorMessage").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Pages_for_parallel_readers_come_five_at_a_time()
    {
        await using var org = await StartAsync(settings => settings with { DefaultPageRecords = 7 });
        var bulk = new BulkClient(org);
        var id = await bulk.QueryAsync("SELECT Id FROM Contact");
        var ids = new List<string>();
        for (var address = $"/jobs/query/{id}/resultPages"; address is not null;)
        {
            var answer = await org.GetAsync(address);
            var pages = answer.GetProperty("resultPages").EnumerateArray().ToList();
            pages.Count.ShouldBeInRange(1, 5);
            foreach (var page in pages)
            {
                var rows = await org.SendAsync(HttpMethod.Get, page.GetProperty("resultUrl").GetString() ?? "");
                ids.AddRange(rows.Text.TrimEnd('\n').Split('\n')[1..]);
            }

            var isDone = answer.GetProperty("done").GetBoolean();
            address = isDone ? null : answer.GetProperty("nextRecordsUrl").GetString();
            answer.TryGetProperty("nextRecordsUrl", out _).ShouldBe(!isDone);
        }

        ids.Count.ShouldBe(50);
        ids.Distinct(StringComparer.Ordinal).Count().ShouldBe(50);
    }

    [Fact]
    public async Task Datetimes_may_end_as_in_rest()
    {
        await using var org = await StartAsync(settings => settings with { EndsDatetimesWithOffset = true });
        var id = await new BulkClient(org).QueryAsync("SELECT CreatedDate, Id FROM Contact LIMIT 1");
        (await org.SendAsync(HttpMethod.Get, $"/jobs/query/{id}/results")).Text.Split('\n')[1].ShouldMatch(
            @"^""\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000"",""003");
    }

    [Fact]
    public async Task A_page_holds_more_than_25000_rows_by_itself()
    {
        new BulkSettings().DefaultPageRecords.ShouldBeGreaterThan(25_000);
        await using var org = await StartAsync(settings => settings);
        org.Server.Bulk.Settings.DefaultPageRecords.ShouldBe(new BulkSettings().DefaultPageRecords);
    }

    [Fact]
    public async Task Hard_deletes_leave_nothing_and_need_their_permission()
    {
        await using var org = await StartAsync(settings => settings);
        var bulk = new BulkClient(org);
        var id = await org.CreateAsync("Account", new { Name = "gone" });
        var contact = await org.CreateAsync("Contact", new { LastName = "stays" });
        var job = await bulk.RunAsync(new { @object = "Account", operation = "hardDelete" }, $"Id\n{id}\n{contact}\n");
        job.GetProperty("operation").GetString().ShouldBe("hardDelete");
        job.GetProperty("numberRecordsFailed").GetInt32().ShouldBe(1);
        (await bulk.ResultsAsync(job.GetProperty("id").GetString() ?? "", "successfulResults")).Rows.ShouldHaveSingleItem()[0].ShouldBe(id);
        var left = await org.GetAsync($"/queryAll?q={Uri.EscapeDataString($"SELECT Id FROM Account WHERE Id = '{id}'")}");
        left.GetProperty("totalSize").GetInt32().ShouldBe(0);
        Change(org, settings => settings with { MayHardDelete = false });
        await org.FailAsync(HttpMethod.Post, "/jobs/ingest", """{"object":"Account","operation":"hardDelete"}""",
            HttpStatusCode.BadRequest, "FEATURENOTENABLED");
    }

    [Fact]
    public async Task An_upload_is_measured_after_base64_and_may_be_compressed()
    {
        await using var org = await StartAsync(settings => settings with { MaxEncodedBytes = 4_000 });
        var bulk = new BulkClient(org);
        var id = await bulk.CreateAsync(new { @object = "Account", operation = "insert" });
        (await bulk.PutAsync(id, new byte[3_001])).ShouldBeError(HttpStatusCode.BadRequest, "LIMIT_EXCEEDED");
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(Rows(0, 2)), TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/services/data/{TestOrg.Version}/jobs/ingest/{id}/batches");
        request.Content = new ByteArrayContent(packed.ToArray());
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        request.Content.Headers.ContentEncoding.Add("gzip");
        (await org.SendAsync(request)).Status.ShouldBe(HttpStatusCode.Created);
        await bulk.ChangeAsync(id, "UploadComplete");
        (await bulk.WaitAsync(id)).GetProperty("numberRecordsProcessed").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task An_object_without_bulk_support_is_refused_in_every_door()
    {
        await using var org = await SimulatedOrg.StartAsync(
            metadata: """{"objects":[{"name":"Slow__c","label":"Slow","bulk":false,"fields":[]}]}""");
        await org.FailAsync(HttpMethod.Post, "/jobs/ingest", """{"object":"Slow__c","operation":"insert"}""", HttpStatusCode.BadRequest,
            "INVALIDENTITY");
        await org.FailAsync(HttpMethod.Post, "/jobs/query", """{"operation":"query","query":"SELECT Id FROM Slow__c"}""",
            HttpStatusCode.BadRequest, "INVALIDENTITY");
    }

    private static async Task<SimulatedOrg> StartAsync(Func<BulkSettings, BulkSettings> change)
    {
        var org = await SimulatedOrg.StartAsync(SimulatedOrg.Small with { Rows = 50 });
        Change(org, change);
        return org;
    }

    private static void Change(SimulatedOrg org, Func<BulkSettings, BulkSettings> change)
    {
        var control = org.Server.Bulk;
        control.Settings = change(control.Settings);
    }

    private static IEnumerable<string> Names(int first, int count) =>
        Enumerable.Range(first, count).Select(number => $"row {number:0000}");

    private static string Rows(int first, int count) => "Name\n" + string.Concat(Names(first, count).Select(name => name + "\n"));
}
