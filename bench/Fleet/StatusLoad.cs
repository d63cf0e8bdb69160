using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;

namespace Tandem.Bench.Fleet;

/// <summary>
/// Sends requests at a fixed rate, whether or not those before are answered, and measures each from the moment at which it was due: a
/// server that stands still for a while is not flattered by requests that were never sent meanwhile.
/// </summary>
internal sealed class StatusLoad(Uri address, TimeProvider timeProvider) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 256 })
    {
        BaseAddress = address,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", FleetWorld.Token) },
    };

    public async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await _http.GetAsync(path, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode ? text : throw new BenchException($"GET {path}: {(int)answer.StatusCode} {text}");
    }

    /// <summary>The milliseconds of each request, from the shortest to the longest.</summary>
    public async Task<IReadOnlyList<double>> RunAsync(
        IReadOnlyList<string> paths, int rate, TimeSpan length, CancellationToken cancellationToken)
    {
        var count = (int)(rate * length.TotalSeconds);
        var milliseconds = new ConcurrentBag<double>();
        var running = new List<Task>(count);
        var started = timeProvider.GetTimestamp();
        for (var number = 0; number < count; number++)
        {
            var due = TimeSpan.FromSeconds((double)number / rate);
            if (due - timeProvider.GetElapsedTime(started) is { Ticks: > 0 } left)
                await Task.Delay(left, timeProvider, cancellationToken);
            running.Add(AskAsync(paths[number % paths.Count], started, due, milliseconds, cancellationToken));
        }

        await Task.WhenAll(running);
        return [.. milliseconds.Order()];
    }

    /// <summary>Such as 12.3 for 0.99 of the sorted values.</summary>
    public static double Quantile(IReadOnlyList<double> sorted, double share) =>
        sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(sorted.Count * share) - 1)];

    public static string Describe(IReadOnlyList<double> sorted) => string.Create(
        CultureInfo.InvariantCulture,
        $"p50 {Quantile(sorted, 0.5),7:0.00} ms   p99 {Quantile(sorted, 0.99),7:0.00} ms   max {sorted[^1],7:0.00} ms");

    public void Dispose() => _http.Dispose();

    private async Task AskAsync(
        string path, long started, TimeSpan due, ConcurrentBag<double> milliseconds, CancellationToken cancellationToken)
    {
        await ReadAsync(path, cancellationToken);
        milliseconds.Add((timeProvider.GetElapsedTime(started) - due).TotalMilliseconds);
    }
}
