using System.Net;
using Shouldly;
using Xunit;

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
        BulkV1Client.Value(original, "state").ShouldBe("NotProcessed");

        var list = await bulk.SendAsync(HttpMethod.Get, $"{BulkV1Client.Root}/{jobId}/batch");
        var chunks = BulkV1Client.Xml(list).Elements(BulkV1Client.Ns + "batchInfo").Select(batch => BulkV1Client.Value(batch, "id"))
            .Where(id => id != BulkV1Client.Value(original, "id")).ToList();
        chunks.Count.ShouldBeGreaterThanOrEqualTo((Contacts + ChunkSize - 1) / ChunkSize);
        var ids = new List<string>();
        foreach (var chunk in chunks)
        {
            var batch = BulkV1Client.Xml(await bulk.WaitAsync(jobId, chunk));
            BulkV1Client.Value(batch, "state").ShouldBe("Completed", batch.ToString());
            var path = $"{BulkV1Client.Root}/{jobId}/batch/{chunk}/result";
            var resultId = BulkV1Client.Value(BulkV1Client.Xml(await bulk.SendAsync(HttpMethod.Get, path)), "result");
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
