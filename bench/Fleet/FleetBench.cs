using System.Globalization;
using System.Text;
using System.Text.Json;
using Tandem.Bench.Serve;

namespace Tandem.Bench.Fleet;

/// <summary>
/// A server of many idle connections: what it costs while nothing happens, and how fast it tells of them. The reference of the requests
/// is the same server's health check, which knows nothing of connections, at the same rate in turn.
/// </summary>
internal sealed class FleetBench(FleetBenchOptions options, TimeProvider timeProvider, Action<string> say)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public async Task<(string Table, BenchResult Result)> RunAsync(CancellationToken cancellationToken)
    {
        await using var world = await FleetWorld.StartAsync(options, timeProvider, say, cancellationToken);
        say("Loading...");
        while (await world.CountAsync("Fleet/count_unloaded.sql", cancellationToken) > 0)
            await Task.Delay(Look, timeProvider, cancellationToken);
        using var load = new StatusLoad(world.Server.Address, timeProvider);
        var text = new StringBuilder();
        var peak = await IdleAsync(world, text, cancellationToken);

        say("Asking...");
        var paths = await ListPathsAsync(load, cancellationToken);
        string[] health = ["/healthz"];
        var (asked, reference) = (new List<double>(), new List<double>());
        for (var round = -1; round < options.Runs; round++)
        {
            var of = await load.RunAsync(health, options.Rate, options.Load, cancellationToken);
            var with = await load.RunAsync(paths, options.Rate, options.Load, cancellationToken);
            if (round < 0)
                continue;
            text.AppendLine(CultureInfo.InvariantCulture, $"{options.Rate}/s, health   {StatusLoad.Describe(of)}");
            text.AppendLine(CultureInfo.InvariantCulture, $"{options.Rate}/s, status   {StatusLoad.Describe(with)}");
            asked.Add(StatusLoad.Quantile(with, 0.99));
            reference.Add(StatusLoad.Quantile(of, 0.99));
        }

        var result = new BenchResult
        {
            Name = "server",
            Unit = "ms at p99",
            Value = Figures.Median(asked),
            Reference = "the server's health check at the same rate",
            ReferenceValue = Figures.Median(reference),
            Ratio = Figures.Median(asked) / Figures.Median(reference),
            Runs = options.Runs,
            SpreadPercent = Figures.SpreadPercent(asked),
            PeakMib = peak,
        };
        text.Append(CultureInfo.InvariantCulture, $"Status, median p99: {result.Value:0.00} ms, spread {result.SpreadPercent:0} %");
        return (text.ToString(), result);
    }

    private async Task<double?> IdleAsync(FleetWorld world, StringBuilder text, CancellationToken cancellationToken)
    {
        say(string.Create(CultureInfo.InvariantCulture, $"Watching it for {options.Idle.TotalSeconds:0} seconds..."));
        var before = ProcessCpu.Read(world.Server.Id);
        await Task.Delay(options.Idle, timeProvider, cancellationToken);
        var cpu = (ProcessCpu.Read(world.Server.Id) - before) / options.Idle * 100;
        var sessions = await world.CountAsync("Fleet/count_sessions.sql", cancellationToken);
        var peak = PeakMemory.ReadMib(world.Server.Id);
        text.AppendLine(
            CultureInfo.InvariantCulture, $"{options.Connections} connections with {options.Mappings} mappings each, nothing to do:");
        text.AppendLine(CultureInfo.InvariantCulture, $"CPU of a core   {cpu:0.00} %");
        var resident = ResidentMib(world.Server.Id);
        text.AppendLine(CultureInfo.InvariantCulture, $"Memory          {resident:0} MiB, at most {peak:0} MiB since the start");
        text.AppendLine(CultureInfo.InvariantCulture, $"Sessions        {sessions}");
        return peak;
    }

    /// <summary>All connections in one list, each by itself, each with its mappings, and the health of each's list.</summary>
    private static async Task<IReadOnlyList<string>> ListPathsAsync(StatusLoad load, CancellationToken cancellationToken)
    {
        using var listed = JsonDocument.Parse(await load.ReadAsync("/connections", cancellationToken));
        var ids = listed.RootElement.GetProperty("results").EnumerateArray().Select(item => item.GetProperty("id").GetString()).ToList();
        return
        [
            .. ids.Select(id => $"/api/v3/connections/{id}"),
            .. ids.Select(id => $"/api/v3/connections/{id}?deep=true"),
            .. ids.Select(id => $"/api/v3/connections/{id}/notifications"),
        ];
    }

    private static double ResidentMib(int processId)
    {
        using var process = System.Diagnostics.Process.GetProcessById(processId);
        return process.WorkingSet64 / 1024.0 / 1024.0;
    }
}
