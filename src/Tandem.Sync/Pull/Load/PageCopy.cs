using System.Threading.Channels;
using Npgsql;
using Tandem.Postgres.Load;
using Tandem.Salesforce.Bulk;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Pull.Load;

/// <summary>
/// Copies one result page into a table: one side parses and encodes, the other feeds the COPY; neither waits while the other has work.
/// Runs in the caller's transaction and within the memory of one of <see cref="PageSlots"/>.
/// </summary>
internal static class PageCopy
{
    /// <param name="report">Is told how many rows have gone in since it was last told.</param>
    /// <returns>The rows that went in; those that do not fit are noted.</returns>
    public static async Task<long> RunAsync(
        MappedObject mapped, NpgsqlConnection connection, BulkResultPage page, Action<int> report, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var loader = await TableLoader.BeginAsync(connection, mapped.Table, mapped.Columns, stop.Token);
        var filled = Channel.CreateBounded<CopyRows>(PageSlots.Buffers);
        var empty = Channel.CreateBounded<CopyRows>(PageSlots.Buffers);
        var buffers = Enumerable.Range(0, PageSlots.Buffers).Select(_ => new CopyRows(2 * PageSlots.BufferBytes)).ToList();
        try
        {
            foreach (var buffer in buffers)
                await empty.Writer.WriteAsync(buffer, stop.Token);
            var encoding = EncodeAsync(mapped, page, empty.Reader, filled.Writer, stop.Token);
            IReadOnlyList<HeldRow> held;
            try
            {
                await foreach (var rows in filled.Reader.ReadAllAsync(stop.Token))
                {
                    await loader.WriteAsync(rows, stop.Token);
                    report(rows.RowCount);
                    rows.Clear();
                    await empty.Writer.WriteAsync(rows, stop.Token);
                }

                held = await encoding;
            }
            catch
            {
                await stop.CancelAsync();
                await ((Task)encoding).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }

            var loaded = await loader.CompleteAsync(stop.Token);
            await new ReadErrors(mapped.Table.Schema).SaveAsync(connection, mapped.Name, held, stop.Token);
            return loaded;
        }
        finally
        {
            buffers.ForEach(buffer => buffer.Dispose());
        }
    }

    private static async Task<IReadOnlyList<HeldRow>> EncodeAsync(
        MappedObject mapped,
        BulkResultPage page,
        ChannelReader<CopyRows> empty,
        ChannelWriter<CopyRows> filled,
        CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            using var source = await PageRows.OpenAsync(mapped, page, cancellationToken);
            var hasMore = true;
            while (hasMore)
            {
                var rows = await empty.ReadAsync(cancellationToken);
                hasMore = await source.FillAsync(rows, PageSlots.BufferBytes, int.MaxValue, takes: null, cancellationToken);
                await filled.WriteAsync(rows, cancellationToken);
            }

            filled.Complete();
            return source.Held;
        }
        catch (Exception exception)
        {
            filled.Complete(exception);
            throw;
        }
    }
}
