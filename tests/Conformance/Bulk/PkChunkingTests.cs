using System.Net;
using Shouldly;
using Xunit;
using static Tandem.Tests.Conformance.Bulk.BulkV1Client;

namespace Tandem.Tests.Conformance.Bulk;

/// <summary>Queries of the older Bulk API that are cut by ranges of ids; in an org whose rows are known, because the ranges go over all
/// of them. Source: salesforce-api.md, section 3.3.</summary>
public sealed class PkChunkingTests
{
    private const int Contacts = 50;
    private const int ChunkSize = 20;

    [Fact]
    public async Task Replaces_a_batch_by_ranges_of_ids()
    {
        await using var org = await SimulatedOrg.StartAsync(SimulatedOrg.Small with { Rows = Contacts });
        var bulk = new BulkV1Client(org);
        var jobId = await bulk.CreateAsync("""{"operation":"query","object":"Contact","contentType":"CSV"}""",
            ("Sforce-Enable-PKChunking", $"chunkSize={ChunkSize}"));
        var original = await bulk.RunBatchAsync(jobId, "text/csv", "SELECT Id FROM Contact");
        Value(original, "state").ShouldBe("NotProcessed");

        var list = await bulk.SendAsync(HttpMethod.Get, $"{Root}/{jobId}/batch");
        var chunks = Xml(list).Elements(Ns + "batchInfo").Select(batch => Value(batch, "id"))
            .Where(id => id != Value(original, "id")).ToList();
        chunks.Count.ShouldBeGreaterThanOrEqualTo((Contacts + ChunkSize - 1) / ChunkSize);
        var ids = new List<string>();
        foreach (var chunk in chunks)
        {
            var batch = Xml(await bulk.WaitAsync(jobId, chunk));
            Value(batch, "state").ShouldBe("Completed", batch.ToString());
            var path = $"{Root}/{jobId}/batch/{chunk}/result";
            var resultId = Value(Xml(await bulk.SendAsync(HttpMethod.Get, path)), "result");
            var page = await bulk.SendAsync(HttpMethod.Get, $"{path}/{resultId}");
            page.Status.ShouldBe(HttpStatusCode.OK, page.Text);
            var lines = page.Text.TrimEnd('\n').Split('\n')[1..];
            lines.Length.ShouldBeLessThanOrEqualTo(ChunkSize);
            ids.AddRange(lines);
        }

        ids.ShouldBeUnique();
        ids.Count.ShouldBe(Contacts);
    }
}
