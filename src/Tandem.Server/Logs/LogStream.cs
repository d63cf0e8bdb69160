using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Tandem.Server.Logs;

/// <summary>
/// Sends a connection's log to one follower as server-sent events. Entries have the event id RUN-NUMBER, by which a follower goes on
/// where it was cut off; after a new start of the program it gets what is kept since. A follower that falls behind what is kept gets an
/// event lost with the number of entries it missed. Silence is broken by a comment, so that both sides notice a broken line.
/// </summary>
internal sealed class LogStream(LogRing ring, LogFilter filter, string run, TimeProvider timeProvider)
{
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>Where a follower goes on.</summary>
    /// <returns>Null when it names no place.</returns>
    public long? Find(string? lastEventId)
    {
        if (lastEventId is not { Length: > 0 })
            return null;
        var isOfThisRun = lastEventId.StartsWith($"{run}-", StringComparison.Ordinal);
        var number = lastEventId[(lastEventId.IndexOf('-', StringComparison.Ordinal) + 1)..];
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var last))
            return null;
        return isOfThisRun ? Math.Min(last, ring.Last) : 0;
    }

    /// <summary>Runs until cancelled, which is the only way that it ends.</summary>
    public async Task RunAsync(HttpContext http, long from, CancellationToken cancellationToken)
    {
        // Whoever reads slowly loses entries and not the line.
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        try
        {
            await http.Response.StartAsync(cancellationToken);
            await SendAsync(http, ": the log of a connection\n\n"u8.ToArray(), cancellationToken);
            for (var at = from; ;)
            {
                at = await SendAfterAsync(http, at, cancellationToken);
                await WaitAsync(http, at, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is IOException || cancellationToken.IsCancellationRequested)
        {
            // The follower has gone, or the server stops.
        }
    }

    private async Task<long> SendAfterAsync(HttpContext http, long at, CancellationToken cancellationToken)
    {
        var (lines, lost) = ring.ReadAfter(at);
        if (lost > 0)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"event: lost\ndata: {{\"lost\":{lost}}}\n\n");
            await SendAsync(http, Encoding.UTF8.GetBytes(text), cancellationToken);
        }

        foreach (var line in lines)
        {
            at = line.Number;
            if (filter.Takes(line))
                await SendAsync(http, Event(line), cancellationToken);
        }

        return at;
    }

    private async Task WaitAsync(HttpContext http, long at, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var more = ring.WaitAsync(at, enough.Token);
        var silence = Task.Delay(Heartbeat, timeProvider, enough.Token);
        var first = await Task.WhenAny(more, silence);
        await enough.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (first == silence)
            await SendAsync(http, ": still there\n\n"u8.ToArray(), cancellationToken);
    }

    private byte[] Event(KeptLine line)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {run}-{line.Number}\ndata: "));
        return [.. head, .. line.Json, (byte)'\n', (byte)'\n'];
    }

    private static async Task SendAsync(HttpContext http, byte[] bytes, CancellationToken cancellationToken)
    {
        await http.Response.Body.WriteAsync(bytes, cancellationToken);
        await http.Response.Body.FlushAsync(cancellationToken);
    }
}
