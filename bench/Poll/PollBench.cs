using System.Globalization;
using System.Text;
using Npgsql;
using Tandem.Bench.Load;
using Tandem.Postgres.Tables;
using Tandem.Sync.Running;

namespace Tandem.Bench.Poll;

/// <summary>
/// Measures a poll that finds many changed rows in a large table, fetch included, beside the same work by psql from a file: in turn, each
/// on a copy of the same loaded database, after one round that warms up; in every round the two tables are compared.
/// </summary>
internal sealed class PollBench(PollBenchOptions options, TimeProvider timeProvider, Action<string> say)
{
    private const string BaseDatabase = "bench_base";

    public async Task<(string Table, BenchResult Result)> RunAsync(CancellationToken cancellationToken)
    {
        await using var world = await LoadWorld.StartAsync(options.Rows, isCompact: false, timeProvider, say, cancellationToken);
        say("Loading the table...");
        var loaded = await world.RecreateDatabaseAsync(BaseDatabase, cancellationToken);
        await TandemLoad.RunAsync(world, loaded, new SyncOptions(), timeProvider, cancellationToken);
        var changes = new ChangedRows(world, options.Rows, options.Changed);
        await changes.PickAsync(cancellationToken);

        var rounds = new List<PollRound>();
        for (var number = 0; number <= options.Runs; number++)
        {
            say(number == 0 ? "Warming up..." : $"Round {number} of {options.Runs}...");
            await changes.ChangeAsync(cancellationToken);
            var round = await MeasureAsync(world, loaded, cancellationToken);
            if (number > 0)
                rounds.Add(round);
        }

        var result = Judge(rounds);
        return (Render(rounds, result), result);
    }

    private async Task<PollRound> MeasureAsync(LoadWorld world, string loaded, CancellationToken cancellationToken)
    {
        var target = await CopyAsync(loaded, LoadWorld.TandemDatabase, cancellationToken);
        PeakMemory.Reset();
        var (pollSeconds, calls, changed) = await TandemPoll.RunAsync(world, target, timeProvider, cancellationToken);
        var peak = PeakMemory.ReadMib();
        if (changed != options.Changed)
            throw new BenchException($"The poll changed {changed} rows, expected {options.Changed}.");
        var polled = await LoadWorld.ReadChecksumAsync(target, cancellationToken);

        target = await CopyAsync(loaded, LoadWorld.ReferenceDatabase, cancellationToken);
        var started = timeProvider.GetTimestamp();
        await new Psql(world.CsvFile).RunAsync(target, SqlFile.Read("Poll/merge_reference.sql"), cancellationToken);
        var psqlSeconds = timeProvider.GetElapsedTime(started).TotalSeconds;
        if (polled != await LoadWorld.ReadChecksumAsync(target, cancellationToken))
            throw new BenchException("Tandem and psql merged different rows: their checksums differ.");
        return new PollRound { PollSeconds = pollSeconds, PsqlSeconds = psqlSeconds, PeakMib = peak, ApiCalls = calls };
    }

    private static Task<string> CopyAsync(string loaded, string name, CancellationToken cancellationToken)
    {
        var server = new NpgsqlConnectionStringBuilder(loaded) { Database = "postgres" };
        return FreshDatabase.CopyAsync(server.ConnectionString, BaseDatabase, name, cancellationToken);
    }

    private BenchResult Judge(List<PollRound> rounds)
    {
        double[] polls = [.. rounds.Select(round => round.PollSeconds)];
        var value = Figures.Median(polls);
        var reference = Figures.Median(rounds.Select(round => round.PsqlSeconds));
        return new BenchResult
        {
            Name = "poll",
            Unit = "s",
            Value = Math.Round(value, 3),
            Reference = "psql",
            ReferenceValue = Math.Round(reference, 3),
            Ratio = Math.Round(value / reference, 3),
            Runs = options.Runs,
            SpreadPercent = Math.Round(Figures.SpreadPercent(polls), 1),
            PeakMib = rounds.Max(round => round.PeakMib) is { } peak ? Math.Round(peak, 1) : null,
            ApiCalls = (long)Figures.Median(rounds.Select(round => (double)round.ApiCalls)),
        };
    }

    private string Render(List<PollRound> rounds, BenchResult result)
    {
        var text = new StringBuilder();
        Line($"Poll of {options.Changed:N0} changed rows in a table of {options.Rows:N0}, fetch included");
        Line($"{"round",-8}{"tandem s",10}{"psql s",10}{"ratio",8}{"peak MiB",10}{"API calls",11}");
        for (var number = 1; number <= rounds.Count; number++)
        {
            var round = rounds[number - 1];
            var (poll, psql) = (round.PollSeconds, round.PsqlSeconds);
            Line($"{number,-8}{poll,10:0.00}{psql,10:0.00}{poll / psql,8:0.00}{round.PeakMib,10:0}{round.ApiCalls,11}");
        }

        var (value, reference) = (result.Value, result.ReferenceValue);
        Line($"{"median",-8}{value,10:0.00}{reference,10:0.00}{result.Ratio,8:0.00}{result.PeakMib,10:0}{result.ApiCalls,11}");
        return text.ToString().TrimEnd();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }
}
