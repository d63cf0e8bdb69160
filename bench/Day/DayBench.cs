using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Tandem.Bench.Load;
using Tandem.Server.Hosting;

namespace Tandem.Bench.Day;

/// <summary>
/// Measures what a long day leaves in the change log: an app changes single rows at an even rate, the program sends them and looks after
/// the log as always, and the log is measured every few seconds. Its largest size is compared with what its entries need without a gap.
/// </summary>
internal sealed class DayBench(DayOptions options, TimeProvider timeProvider, Action<string> say)
{
    private const double Mib = 1 << 20;
    private const int Lines = 12;

    private static readonly TimeSpan BetweenSamples = TimeSpan.FromSeconds(5);

    public async Task<(string Table, BenchResult Result)> RunAsync(CancellationToken cancellationToken)
    {
        await using var load = await LoadWorld.StartAsync(options.Rows, isCompact: false, timeProvider, say, cancellationToken);
        var database = await load.RecreateDatabaseAsync(LoadWorld.TandemDatabase, cancellationToken);
        await using var app = NpgsqlDataSource.Create(database);
        var hostOptions = new SyncHostOptions
        {
            DatabaseUrl = database,
            Schema = LoadWorld.Schema,
            OrgUrl = load.OrgUrl,
            Grant = LoadWorld.Grant,
            Mappings = [LoadWorld.Mapping],
        };
        await using var host = await SyncHost.StartAsync(hostOptions, timeProvider, NullLoggerFactory.Instance, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var program = host.RunAsync(stop.Token);
        say("Loading the table...");
        while (!host.Mappings.All.All(mapping => mapping.IsLoaded))
            await WaitAsync(program, TimeSpan.FromMilliseconds(100), cancellationToken);

        say(string.Create(CultureInfo.InvariantCulture, $"Changing {options.Rate} rows a second for {options.Length}..."));
        var samples = await SampleAsync(new DayWriter(app, options, timeProvider), app, program, cancellationToken);
        while ((await ReadAsync(app, TimeSpan.Zero, 0, cancellationToken)).QueuedEntries > 0)
            await WaitAsync(program, TimeSpan.FromMilliseconds(100), cancellationToken);
        await stop.CancelAsync();
        await program.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if ((await host.CompareAsync(cancellationToken)).Any(result => result.Differences > 0))
            throw new BenchException("The org and the table differ after the day.");

        var needed = await CompactAsync(app, cancellationToken);
        var result = Judge(samples, needed);
        return (Render(samples, result), result);
    }

    private async Task<List<LogSample>> SampleAsync(
        DayWriter writer, NpgsqlDataSource app, Task program, CancellationToken cancellationToken)
    {
        var started = timeProvider.GetTimestamp();
        var writing = writer.RunAsync(cancellationToken);
        var samples = new List<LogSample>();
        while (!writing.IsCompleted)
        {
            await WaitAsync(program, BetweenSamples, cancellationToken);
            samples.Add(await ReadAsync(app, timeProvider.GetElapsedTime(started), writer.Changes, cancellationToken));
        }

        await writing;
        return samples;
    }

    /// <summary>Throws what ended the program, if it ends meanwhile.</summary>
    private async Task WaitAsync(Task program, TimeSpan time, CancellationToken cancellationToken)
    {
        if (await Task.WhenAny(program, Task.Delay(time, timeProvider, cancellationToken)) == program)
            await program;
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static async Task<LogSample> ReadAsync(NpgsqlDataSource app, TimeSpan at, long changes, CancellationToken cancellationToken)
    {
        await using var command = app.CreateCommand(SqlFile.Read("Day/read_log.sql"));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new LogSample
        {
            At = at,
            Changes = changes,
            LiveEntries = reader.GetInt64(0),
            DeadEntries = reader.GetInt64(1),
            QueuedEntries = reader.GetInt64(2),
            LogBytes = reader.GetInt64(3),
            ArchivedEntries = reader.GetInt64(4),
        };
    }

    private static async Task<long> CompactAsync(NpgsqlDataSource app, CancellationToken cancellationToken)
    {
        await using (var rewrite = app.CreateCommand(SqlFile.Read("Day/rewrite_log.sql")))
            await rewrite.ExecuteNonQueryAsync(cancellationToken);
        await using var measure = app.CreateCommand(SqlFile.Read("Day/read_log_size.sql"));
        return await measure.ExecuteScalarAsync(cancellationToken) as long? ?? throw new BenchException("The log has no size.");
    }

    private static BenchResult Judge(List<LogSample> samples, long needed)
    {
        double[] sizes = [.. samples.Skip(samples.Count / 2).Select(sample => sample.LogBytes / Mib)];
        return new BenchResult
        {
            Name = "day",
            Unit = "MiB",
            Value = Math.Round(samples.Max(sample => sample.LogBytes) / Mib, 1),
            Reference = "the log without a gap",
            ReferenceValue = Math.Round(needed / Mib, 1),
            Ratio = Math.Round((double)samples.Max(sample => sample.LogBytes) / needed, 2),
            Runs = 1,
            SpreadPercent = Math.Round(Figures.SpreadPercent(sizes), 1),
            PeakMib = null,
        };
    }

    private string Render(List<LogSample> samples, BenchResult result)
    {
        var text = new StringBuilder();
        Line($"The change log while an app changes {options.Rate} of {options.Rows:N0} rows a second");
        Line($"{"minute",-8}{"changes",12}{"queued",10}{"live",10}{"dead",10}{"log MiB",10}{"archived",12}");
        foreach (var sample in Thin(samples))
        {
            var (queued, live, dead, size) = (sample.QueuedEntries, sample.LiveEntries, sample.DeadEntries, sample.LogBytes / Mib);
            var (minute, archived) = (sample.At.TotalMinutes, sample.ArchivedEntries);
            Line($"{minute,-8:0.0}{sample.Changes,12:N0}{queued,10:N0}{live,10:N0}{dead,10:N0}{size,10:0.0}{archived,12:N0}");
        }

        Line($"Most live entries: {samples.Max(sample => sample.LiveEntries):N0}. Largest log: {result.Value:0.0} MiB.");
        Line($"What stays needs {result.ReferenceValue:0.0} MiB without a gap, ratio {result.Ratio:0.00}.");
        return text.ToString().TrimEnd();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static IEnumerable<LogSample> Thin(List<LogSample> samples)
    {
        var each = Math.Max(1, samples.Count / Lines);
        return samples.Where((_, at) => (at + 1) % each == 0 || at == samples.Count - 1);
    }
}
