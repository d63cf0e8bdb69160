using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Shouldly;
using Tandem.Tests.Integration.Simulator.Query;
using Xunit;

namespace Tandem.Tests.Integration.Simulator.Bulk;

/// <summary>Bulk API 2.0's query jobs over HTTP. Source: salesforce-api.md, section 3.2.</summary>
public sealed class BulkQueryEndpointsTests
{
    private const string Jobs = "/services/data/v67.0/jobs/query";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Makes_a_job_and_reads_its_pages_again_and_again()
    {
        await using var host = await SimulatorHost.StartAsync(accounts: 5);
        var made = await CreateAsync(host, "SELECT Id, Name, Parent.Name, CreatedDate FROM Account");
        made.GetProperty("state").GetString().ShouldBe("UploadComplete");
        made.GetProperty("object").GetString().ShouldBe("Account");
        made.GetProperty("apiVersion").GetRawText().ShouldBe("67.0");
        made.TryGetProperty("query", out _).ShouldBeFalse();
        made.TryGetProperty("jobType", out _).ShouldBeFalse();

        var job = $"{Jobs}/{made.GetProperty("id").GetString()}";
        var polled = await host.Client.GetFromJsonAsync<JsonElement>(job, Cancellation);
        polled.GetProperty("state").GetString().ShouldBe("JobComplete");
        polled.GetProperty("jobType").GetString().ShouldBe("V2Query");
        polled.GetProperty("numberRecordsProcessed").GetInt32().ShouldBe(5);

        var (first, firstLocator, firstCount) = await PageAsync(host, $"{job}/results?maxRecords=3");
        const string head = "\"Id\",\"Name\",\"Parent.Name\",\"CreatedDate\"\n";
        first.ShouldStartWith($"{head}\"{SimulatorHost.IdOf(1)}\",\"Café \"\"1\"\"\",\"\",\"2026-01-31T12:00:00.000Z\"\n");
        firstCount.ShouldBe("3");
        var (last, lastLocator, lastCount) = await PageAsync(host, $"{job}/results?maxRecords=3&locator={firstLocator}");
        last.ShouldStartWith(head);
        last.Count(character => character == '\n').ShouldBe(3);
        (lastLocator, lastCount).ShouldBe(("null", "2"));
        (await PageAsync(host, $"{job}/results?maxRecords=3&locator={firstLocator}")).Text.ShouldBe(last);

        using var otherVersion = await host.Client.GetAsync(
            job.Replace("67.0", "66.0", StringComparison.Ordinal) + "/results", Cancellation);
        otherVersion.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        using var badLocator = await host.Client.GetAsync($"{job}/results?locator=xx", Cancellation);
        badLocator.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Lists_pages_for_parallel_readers_five_at_a_time()
    {
        await using var host = await SimulatorHost.StartAsync(accounts: 13, bulk: settings => settings with { DefaultPageRecords = 2 });
        var made = await CreateAsync(host, "SELECT Id FROM Account", "queryAll");
        var address = $"{Jobs}/{made.GetProperty("id").GetString()}/resultPages";
        var answer = await host.Client.GetFromJsonAsync<JsonElement>(address, Cancellation);
        answer.GetProperty("done").GetBoolean().ShouldBeFalse();
        var rest = await host.Client.GetFromJsonAsync<JsonElement>(answer.GetProperty("nextRecordsUrl").GetString(), Cancellation);
        rest.GetProperty("done").GetBoolean().ShouldBeTrue();

        var rows = new List<string>();
        foreach (var page in answer.GetProperty("resultPages").EnumerateArray().Concat(rest.GetProperty("resultPages").EnumerateArray()))
            rows.AddRange((await PageAsync(host, page.GetProperty("resultUrl").GetString() ?? "")).Text.TrimEnd('\n').Split('\n').Skip(1));
        answer.GetProperty("resultPages").GetArrayLength().ShouldBe(5);
        rows.ShouldBe(Enumerable.Range(1, 13).Select(number => $"\"{SimulatorHost.IdOf(number)}\""));
    }

    [Fact]
    public async Task Moves_through_its_states_by_the_clock()
    {
        await using var host = await SimulatorHost.StartAsync(bulk: settings => settings with { JobDelay = TimeSpan.FromSeconds(10) });
        var job = $"{Jobs}/{(await CreateAsync(host, "SELECT Id FROM Account")).GetProperty("id").GetString()}";
        (await StateAsync(host, job)).ShouldBe("UploadComplete");
        host.Time.Advance(TimeSpan.FromSeconds(5));
        (await StateAsync(host, job)).ShouldBe("InProgress");
        using (var early = await host.Client.GetAsync($"{job}/results", Cancellation))
        {
            early.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            early.Headers.GetValues("Sforce-Locator").ShouldBe(["null"]);
        }

        host.Time.Advance(TimeSpan.FromSeconds(5));
        (await StateAsync(host, job)).ShouldBe("JobComplete");
        (await PageAsync(host, $"{job}/results")).ShouldBe(("\"Id\"\n", "null", "0"));
    }

    [Fact]
    public async Task Aborts_lists_and_deletes_jobs()
    {
        await using var host = await SimulatorHost.StartAsync(bulk: settings => settings with { JobDelay = TimeSpan.FromSeconds(10) });
        var job = $"{Jobs}/{(await CreateAsync(host, "SELECT Id FROM Account")).GetProperty("id").GetString()}";
        using (var busy = await host.Client.DeleteAsync(job, Cancellation))
            busy.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using (var aborted = await host.Client.PatchAsJsonAsync(job, new { state = "Aborted" }, Cancellation))
            aborted.StatusCode.ShouldBe(HttpStatusCode.OK);
        var list = await host.Client.GetFromJsonAsync<JsonElement>(Jobs, Cancellation);
        list.GetProperty("records").EnumerateArray().ShouldHaveSingleItem().GetProperty("state").GetString().ShouldBe("Aborted");
        using (var deleted = await host.Client.DeleteAsync(job, Cancellation))
            deleted.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var gone = await host.Client.GetAsync(job, Cancellation);
        gone.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("SELECT COUNT() FROM Account", "API_ERROR")]
    [InlineData("SELECT Id FROM Account OFFSET 1", "API_ERROR")]
    [InlineData("SELECT FIELDS(ALL) FROM Account LIMIT 5", "API_ERROR")]
    [InlineData("SELECT BillingAddress FROM Account", "Selecting compound data not supported in Bulk Query")]
    [InlineData("SELECT Body FROM Account", "API_ERROR")]
    [InlineData("SELECT Id FROM Nothing", "INVALID_TYPE")]
    public async Task Refuses_what_bulk_cannot_answer(string statement, string text)
    {
        await using var host = await SimulatorHost.StartAsync();
        using var response = await host.Client.PostAsJsonAsync(Jobs, new { operation = "query", query = statement }, Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync(Cancellation)).ShouldContain(text);
    }

    private static async Task<JsonElement> CreateAsync(SimulatorHost host, string query, string operation = "query")
    {
        using var response = await host.Client.PostAsJsonAsync(Jobs, new { operation, query }, Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    private static async Task<string?> StateAsync(SimulatorHost host, string job) =>
        (await host.Client.GetFromJsonAsync<JsonElement>(job, Cancellation)).GetProperty("state").GetString();

    private static async Task<(string Text, string Locator, string Count)> PageAsync(SimulatorHost host, string address)
    {
        using var response = await host.Client.GetAsync(address, Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (
            await response.Content.ReadAsStringAsync(Cancellation),
            response.Headers.GetValues("Sforce-Locator").Single(),
            response.Headers.GetValues("Sforce-NumberOfRecords").Single());
    }
}
