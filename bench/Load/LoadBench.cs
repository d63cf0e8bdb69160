using Tandem.Sync.Running;

namespace Tandem.Bench.Load;

/// <summary>
/// Measures Tandem's initial load beside <c>psql \copy</c> of the same CSV: in turn, each into a database made anew, after one round
/// that warms up and in which the two tables are compared.
/// </summary>
internal sealed class LoadBench(LoadOptions options, TimeProvider timeProvider, Action<string> say)
{
    public async Task<(string Table, BenchResult Result)> RunAsync(CancellationToken cancellationToken)
    {
        await using var world = await LoadWorld.StartAsync(
            options.Rows, isCompact: options.Rows > LoadWorld.MostStoredRows, timeProvider, say, cancellationToken);
        say("Fetching the CSV for the reference...");
        var pages = new ResultPages(world, new SyncOptions().LoadPageRecords);
        var csvBytes = await pages.SaveAsync(world.CsvFile, cancellationToken);

        var rounds = new List<LoadRound>();
        for (var number = 0; number <= options.Runs; number++)
        {
            say(number == 0 ? "Warming up and comparing the tables..." : $"Round {number} of {options.Runs}...");
            var round = await MeasureAsync(world, pages, isCompared: number == 0, cancellationToken);
            if (number > 0)
                rounds.Add(round);
        }

        var result = Judge(rounds);
        return (LoadTable.Render(options, csvBytes, rounds, result), result);
    }

    private async Task<LoadRound> MeasureAsync(LoadWorld world, ResultPages pages, bool isCompared, CancellationToken cancellationToken)
    {
        var target = await world.RecreateDatabaseAsync(LoadWorld.TandemDatabase, cancellationToken);
        PeakMemory.Reset();
        var started = timeProvider.GetTimestamp();
        var calls = await TandemLoad.RunAsync(world, target, new SyncOptions(), timeProvider, cancellationToken);
        var loadSeconds = Elapsed(started);
        var peak = PeakMemory.ReadMib();
        var loaded = isCompared ? await LoadWorld.ReadChecksumAsync(target, cancellationToken) : default;

        target = await world.RecreateDatabaseAsync(LoadWorld.ReferenceDatabase, cancellationToken);
        started = timeProvider.GetTimestamp();
        await new Psql(world.CsvFile).RunAsync(target, SqlFile.Read("Load/load_reference.sql"), cancellationToken);
        var copySeconds = Elapsed(started);
        if (isCompared)
            Compare(loaded, await LoadWorld.ReadChecksumAsync(target, cancellationToken));

        started = timeProvider.GetTimestamp();
        await pages.DropAsync(cancellationToken);
        return new LoadRound
        {
            LoadSeconds = loadSeconds,
            CopySeconds = copySeconds,
            FetchSeconds = Elapsed(started),
            PeakMib = peak,
            ApiCalls = calls,
        };
    }

    private double Elapsed(long since) => timeProvider.GetElapsedTime(since).TotalSeconds;

    /// <summary>A fast load of the wrong rows would be no figure.</summary>
    private void Compare(TableChecksum tandem, TableChecksum reference)
    {
        if (tandem.Rows != options.Rows)
            throw new BenchException($"Tandem loaded {tandem.Rows} rows, expected {options.Rows}.");
        if (tandem != reference)
            throw new BenchException("Tandem and \\copy loaded different rows: their checksums differ.");
    }

    private BenchResult Judge(List<LoadRound> rounds)
    {
        double[] loads = [.. rounds.Select(round => round.LoadSeconds)];
        var value = Figures.Median(loads);
        var reference = Figures.Median(rounds.Select(round => round.CopySeconds));
        return new BenchResult
        {
            Name = "load",
            Unit = "s",
            Value = Math.Round(value, 3),
            Reference = "psql \\copy",
            ReferenceValue = Math.Round(reference, 3),
            Ratio = Math.Round(value / reference, 3),
            Runs = options.Runs,
            SpreadPercent = Math.Round(Figures.SpreadPercent(loads), 1),
            PeakMib = rounds.Max(round => round.PeakMib) is { } peak ? Math.Round(peak, 1) : null,
            ApiCalls = (long)Figures.Median(rounds.Select(round => (double)round.ApiCalls)),
        };
    }
}
