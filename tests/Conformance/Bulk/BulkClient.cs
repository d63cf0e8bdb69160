using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Bulk;

/// <summary>Bulk API 2.0 as a client works with it: makes jobs, waits for their end, reads their results.</summary>
internal sealed class BulkClient(IOrg org)
{
    private static readonly string[] Ended = ["JobComplete", "Failed", "Aborted"];

    /// <summary>Makes an ingest job and gives its id.</summary>
    public async Task<string> CreateAsync(object job)
    {
        var answer = await org.SendAsync(HttpMethod.Post, "/jobs/ingest", JsonSerializer.Serialize(job));
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        return answer.Json.GetProperty("id").GetString().ShouldNotBeNull();
    }

    public Task<OrgAnswer> PutAsync(string id, string csv) => PutAsync(id, Encoding.UTF8.GetBytes(csv));

    public async Task<OrgAnswer> PutAsync(string id, byte[] csv)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/services/data/{TestOrg.Version}/jobs/ingest/{id}/batches");
        request.Content = new ByteArrayContent(csv);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        return await org.SendAsync(request);
    }

    public Task<OrgAnswer> ChangeAsync(string id, string state, string kind = "ingest") =>
        org.SendAsync(HttpMethod.Patch, $"/jobs/{kind}/{id}", JsonSerializer.Serialize(new { state }));

    /// <summary>Makes a job, uploads the rows, closes it, and waits for its end; gives the job as it stands then.</summary>
    public async Task<JsonElement> RunAsync(object job, string csv)
    {
        var id = await CreateAsync(job);
        var put = await PutAsync(id, csv);
        put.Status.ShouldBe(HttpStatusCode.Created, put.Text);
        put.Text.ShouldBeEmpty();
        var closed = await ChangeAsync(id, "UploadComplete");
        closed.Status.ShouldBe(HttpStatusCode.OK, closed.Text);
        return await WaitAsync(id);
    }

    /// <summary>Polls a job until it has ended; on a real org with a pause, which the simulated one does not need.</summary>
    public async Task<JsonElement> WaitAsync(string id, string kind = "ingest")
    {
        while (true)
        {
            var job = await org.GetAsync($"/jobs/{kind}/{id}");
            if (Ended.Contains(job.GetProperty("state").GetString()))
                return job;
            if (org.Simulator is null)
                await PauseAsync();
        }
    }

    /// <summary>The lines of a result with their head, sorted, because their order is open; every value must be in quotes.</summary>
    public async Task<(string Head, List<string[]> Rows)> ResultsAsync(string id, string resource)
    {
        var answer = await org.SendAsync(HttpMethod.Get, $"/jobs/ingest/{id}/{resource}");
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        answer.Headers["Content-Type"].ShouldStartWith("text/csv");
        var lines = answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.ShouldAllBe(line => line.StartsWith('"') && line.EndsWith('"'));
        return (lines[0], [.. lines.Skip(1).Select(line => line[1..^1].Split("\",\""))]);
    }

    /// <summary>Makes a query job, waits for its end and gives its id.</summary>
    public async Task<string> QueryAsync(string query, string operation = "query")
    {
        var answer = await org.SendAsync(HttpMethod.Post, "/jobs/query", JsonSerializer.Serialize(new { operation, query }));
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        var id = answer.Json.GetProperty("id").GetString().ShouldNotBeNull();
        (await WaitAsync(id, "query")).GetProperty("state").GetString().ShouldBe("JobComplete");
        return id;
    }

    /// <summary>The time between two questions to a real org, whose answers cost something.</summary>
    public static async Task PauseAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }

    public static string State(JsonElement job) => job.GetProperty("state").GetString().ShouldNotBeNull();
}
