using System.Globalization;
using Npgsql;
using Tandem.Bench.Load;
using Tandem.Sync.Running;

namespace Tandem.Bench.Scale;

/// <summary>
/// Loads the same table at growing sizes, each from an org of its own, and tells how far each size's time is from a straight line, and
/// whether memory grows. The line begins at what does not grow with the rows: what a load of a hundred rows takes, and the statistics,
/// which Postgres reads from a sample of 30,000 rows at any size. Its slope is that of the largest size.
/// </summary>
internal sealed class ScaleBench(int mostRows, int runs, TimeProvider timeProvider, Action<string> say)
{
    private const int FewRows = 100;
    private const int SmallestSize = 10_000;
    private const double MostDeviation = 0.15;

    /// <summary>What each org is made to serve first: a new process is slow by a fixed amount, which is not the load's.</summary>
    private const int WarmUpRows = 200_000;
    private const int MostWarmUps = 40;

    /// <summary>A load of less than a few seconds is measured so many times as often: one checkpoint of the disk is half of it.</summary>
    private const int SmallSizeRounds = 3;

    /// <summary>By Bulk at every size: the small ones would come by REST.</summary>
    private static readonly SyncOptions Sync = new() { RestLoadRows = 0 };

    public async Task<(string Table, BenchResult Result)> RunAsync(CancellationToken cancellationToken)
    {
        say("Warming up...");
        await MeasureAsync(WarmUpRows, cancellationToken);
        var few = await MeasureAsync(FewRows, cancellationToken);
        var sizes = new List<ScaleSize>();
        foreach (var rows in Sizes())
            sizes.Add(await MeasureAsync(rows, cancellationToken));
        var line = new ScaleLine(few.Seconds, sizes[^1]);
        return (ScaleTable.Render(sizes, line, MostDeviation), Judge(sizes, line));
    }

    private IEnumerable<int> Sizes()
    {
        for (var rows = (long)SmallestSize; rows < mostRows; rows *= 10)
            yield return (int)rows;
        yield return mostRows;
    }

    private async Task<ScaleSize> MeasureAsync(int rows, CancellationToken cancellationToken)
    {
        await using var world = await LoadWorld.StartAsync(
            rows, isCompact: mostRows > LoadWorld.MostStoredRows, timeProvider, say, cancellationToken);
        await WarmUpAsync(world, rows, cancellationToken);
        var seconds = new List<double>();
        var statistics = new List<double>();
        var peaks = new List<double?>();
        var calls = 0L;
        var rounds = rows <= WarmUpRows ? runs * SmallSizeRounds : runs;
        for (var run = 1; run <= rounds; run++)
        {
            say(string.Create(CultureInfo.InvariantCulture, $"Loading {rows:N0} rows, {run} of {rounds}..."));
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

        return new ScaleSize
        {
            Rows = rows,
            Seconds = Figures.Median(seconds),
            SpreadPercent = Figures.SpreadPercent(seconds),
            StatisticsSeconds = Figures.Median(statistics),
            PeakMib = peaks.Max(),
            ApiCalls = calls,
        };
    }

    /// <summary>Reads the result without a database; a large org warms up by itself in its first run.</summary>
    private static async Task WarmUpAsync(LoadWorld world, int rows, CancellationToken cancellationToken)
    {
        var pages = new ResultPages(world, Sync.LoadPageRecords);
        for (var (read, times) = (0, 0); rows <= WarmUpRows && read < WarmUpRows && times < MostWarmUps; read += rows, times++)
            await pages.DropAsync(cancellationToken);
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

    private BenchResult Judge(List<ScaleSize> sizes, ScaleLine line)
    {
        var worst = sizes.OrderByDescending(size => Math.Abs(line.DeviationOf(size))).First();
        return new BenchResult
        {
            Name = "scale",
            Unit = "s",
            Value = Math.Round(worst.Seconds, 2),
            Reference = string.Create(CultureInfo.InvariantCulture, $"straight line at {worst.Rows} rows"),
            ReferenceValue = Math.Round(line.SecondsOf(worst), 2),
            Ratio = Math.Round(worst.Seconds / line.SecondsOf(worst), 3),
            Runs = runs,
            SpreadPercent = Math.Round(worst.SpreadPercent, 1),
            PeakMib = sizes.Max(size => size.PeakMib) is { } peak ? Math.Round(peak, 1) : null,
            ApiCalls = sizes[^1].ApiCalls,
        };
    }
}
