using System.Globalization;
using Npgsql;
using Tandem.Bench.Load;
using Tandem.Sync.Running;

namespace Tandem.Bench.Scale;

/// <summary>
/// Loads the same table at growing sizes, each from an org of its own, and tells whether time grows with the rows and memory does not.
/// What does not grow with the rows is taken off before rates are compared: what a load of a hundred rows takes, and the statistics,
/// which Postgres reads from a sample of 30,000 rows at any size.
/// </summary>
internal sealed class ScaleBench(int mostRows, int runs, TimeProvider timeProvider, Action<string> say)
{
    private const int FewRows = 100;
    private const int SmallestSize = 10_000;
    private const double MostDeviation = 0.15;

    /// <summary>By Bulk at every size: the small ones would come by REST.</summary>
    private static readonly SyncOptions Sync = new() { RestLoadRows = 0 };

    public async Task<(string Table, BenchResult Result)> RunAsync(CancellationToken cancellationToken)
    {
        say("Warming up...");
        await MeasureAsync(SmallestSize, fixedSeconds: 0, cancellationToken);
        var few = await MeasureAsync(FewRows, fixedSeconds: 0, cancellationToken);
        var sizes = new List<ScaleSize>();
        foreach (var rows in Sizes())
            sizes.Add(await MeasureAsync(rows, few.Seconds, cancellationToken));
        var result = Judge(sizes);
        return (ScaleTable.Render(sizes, few.Seconds, result, MostDeviation), result);
    }

    private IEnumerable<int> Sizes()
    {
        for (var rows = (long)SmallestSize; rows < mostRows; rows *= 10)
            yield return (int)rows;
        yield return mostRows;
    }

    private async Task<ScaleSize> MeasureAsync(int rows, double fixedSeconds, CancellationToken cancellationToken)
    {
        await using var world = await LoadWorld.StartAsync(
            rows, isCompact: rows > LoadWorld.MostStoredRows, timeProvider, say, cancellationToken);
        var seconds = new List<double>();
        var statistics = new List<double>();
        var peaks = new List<double?>();
        var calls = 0L;
        for (var run = 1; run <= runs; run++)
        {
            say(string.Create(CultureInfo.InvariantCulture, $"Loading {rows:N0} rows, {run} of {runs}..."));
            var target = await world.RecreateDatabaseAsync(LoadWorld.TandemDatabase, cancellationToken);
            PeakMemory.Reset();
            var started = timeProvider.GetTimestamp();
            calls = await TandemLoad.RunAsync(world, target, Sync, timeProvider, cancellationToken);
            seconds.Add(timeProvider.GetElapsedTime(started).TotalSeconds);
            peaks.Add(PeakMemory.ReadMib());
            statistics.Add(await ReadStatisticsAsync(target, cancellationToken));
            var loaded = await LoadWorld.ReadChecksumAsync(target, cancellationToken);
            if (loaded.Rows != rows)
                throw new BenchException($"Tandem loaded {loaded.Rows} rows, expected {rows}.");
        }

        var (median, constant) = (Figures.Median(seconds), Figures.Median(statistics) + fixedSeconds);
        return new ScaleSize
        {
            Rows = rows,
            Seconds = median,
            StatisticsSeconds = Figures.Median(statistics),
            RowsPerSecond = rows / Math.Max(0.001, median - constant),
            PeakMib = peaks.Max(),
            ApiCalls = calls,
        };
    }

    /// <returns>The seconds that it takes.</returns>
    private async Task<double> ReadStatisticsAsync(string target, CancellationToken cancellationToken)
    {
        await using var dataSource = NpgsqlDataSource.Create(target);
        await using var command = dataSource.CreateCommand(SqlFile.Read("Scale/read_statistics.sql"));
        var started = timeProvider.GetTimestamp();
        await command.ExecuteNonQueryAsync(cancellationToken);
        return timeProvider.GetElapsedTime(started).TotalSeconds;
    }

    private BenchResult Judge(List<ScaleSize> sizes)
    {
        double[] rates = [.. sizes.Select(size => size.RowsPerSecond)];
        var reference = Figures.Median(rates);
        return new BenchResult
        {
            Name = "scale",
            Unit = "rows/s",
            Value = Math.Round(rates[^1]),
            Reference = "median of all sizes",
            ReferenceValue = Math.Round(reference),
            Ratio = Math.Round(rates[^1] / reference, 3),
            Runs = runs,
            SpreadPercent = Math.Round(Figures.SpreadPercent(rates), 1),
            PeakMib = sizes.Max(size => size.PeakMib) is { } peak ? Math.Round(peak, 1) : null,
            ApiCalls = sizes[^1].ApiCalls,
        };
    }
}
