using Tandem.Salesforce.Bulk;

namespace Tandem.Bench.Load;

/// <summary>
/// Reads the Bulk result that the load reads, in the same pages, without a database: into a file for the reference, or to nothing.
/// </summary>
internal sealed class ResultPages(LoadWorld world, int pageRecords)
{
    private const int BufferBytes = 128 * 1024;

    /// <summary>Saves the whole result as one CSV with one header line.</summary>
    /// <returns>The file's length in bytes.</returns>
    public async Task<long> SaveAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, BufferBytes, useAsync: true);
        await ReadAsync(file, cancellationToken);
        return file.Length;
    }

    public Task DropAsync(CancellationToken cancellationToken) => ReadAsync(Stream.Null, cancellationToken);

    private async Task ReadAsync(Stream target, CancellationToken cancellationToken)
    {
        using var client = world.CreateClient();
        var query = await LoadWorld.BuildQueryAsync(client, cancellationToken);
        var job = await client.BulkQuery.CreateAsync(query, includeDeleted: false, cancellationToken);
        await client.BulkQuery.WaitAsync(job.Id, cancellationToken);
        string? locator = null;
        do
        {
            await using var page = await client.BulkQuery.OpenResultsAsync(job.Id, locator, pageRecords, cancellationToken);
            await CopyAsync(page, target, skipsHeader: locator is not null, cancellationToken);
            locator = page.NextLocator;
        }
        while (locator is not null);

        await client.BulkQuery.DeleteAsync(job.Id, cancellationToken);
    }

    /// <summary>Each page begins with the line of column names, which holds no line end of its own.</summary>
    private static async Task CopyAsync(BulkResultPage page, Stream target, bool skipsHeader, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        while (await page.Content.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            var from = 0;
            if (skipsHeader)
            {
                var end = buffer.AsSpan(0, read).IndexOf((byte)'\n');
                from = end < 0 ? read : end + 1;
                skipsHeader = end < 0;
            }

            await target.WriteAsync(buffer.AsMemory(from, read - from), cancellationToken);
        }
    }
}
