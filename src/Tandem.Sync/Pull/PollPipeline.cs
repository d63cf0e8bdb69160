using System.Threading.Channels;

namespace Tandem.Sync.Pull;

/// <summary>Reads and encodes the next batch while the last one is merged; at most two wait or are under way beside it.</summary>
internal static class PollPipeline
{
    /// <param name="read">Hands over batches in their order; a batch that was handed over is no longer its own.</param>
    /// <param name="apply">Applies one; it is disposed afterwards.</param>
    public static async Task RunAsync(
        Func<ChannelWriter<PollBatch>, CancellationToken, Task> read,
        Func<PollBatch, CancellationToken, Task> apply,
        CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var batches = Channel.CreateBounded<PollBatch>(1);
        var reading = ReadAsync(read, batches.Writer, stop.Token);
        try
        {
            await foreach (var batch in batches.Reader.ReadAllAsync(stop.Token))
            {
                using (batch)
                    await apply(batch, stop.Token);
            }

            await reading;
        }
        catch
        {
            await stop.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
        finally
        {
            while (batches.Reader.TryRead(out var left))
                left.Dispose();
        }
    }

    private static async Task ReadAsync(
        Func<ChannelWriter<PollBatch>, CancellationToken, Task> read, ChannelWriter<PollBatch> writer, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            await read(writer, cancellationToken);
            writer.Complete();
        }
        catch (Exception exception)
        {
            writer.Complete(exception);
            throw;
        }
    }
}
