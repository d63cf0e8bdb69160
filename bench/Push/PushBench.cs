using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Tandem.Bench.Load;
using Tandem.Simulator;
using Tandem.Sync.Running;

namespace Tandem.Bench.Push;

/// <summary>
/// Measures a push of many changed rows from the log to the org and back into the table, beside a bare loop that sends the same requests
/// rendered before: in turn, after one round that warms up and in which both sides are compared value by value. Then it times single
/// commits.
/// </summary>
internal sealed class PushBench(PushBenchOptions options, TimeProvider timeProvider, Action<string> say)
{
    private readonly SyncOptions _sync = options.UsesCallsOnly
        ? new SyncOptions { Push = new() { BulkFrom = 0 } }
        : new SyncOptions();

    public async Task<(string Table, BenchResult Result)> RunAsync(CancellationToken cancellationToken)
    {
        await using var load = await LoadWorld.StartAsync(options.Rows, isCompact: false, timeProvider, say, cancellationToken);
        say("Loading the table...");
        var database = await load.RecreateDatabaseAsync(LoadWorld.TandemDatabase, cancellationToken);
        await using var world = await PushWorld.StartAsync(load, database, _sync, timeProvider, cancellationToken);
        using var http = await SignInAsync(load.OrgUrl, cancellationToken);
        using var client = load.CreateClient();
        var account = await client.Describe.DescribeAsync(LoadWorld.Mapping.ObjectName, cancellationToken);
        var loop = new BareLoop(http, account, _sync.Push, options.UsesCallsOnly || options.Rows < _sync.Push.BulkFrom);
        var ids = await world.ReadSfidsAsync(cancellationToken);

        var rounds = new List<PushRound>();
        for (var number = 0; number <= options.Runs; number++)
        {
            say(number == 0 ? "Warming up..." : $"Round {number} of {options.Runs}...");
            var round = await MeasureAsync(load, world, loop, ids, number, cancellationToken);
            if (number > 0)
                rounds.Add(round);
        }

        IReadOnlyList<double> latency = [];
        if (options.Commits > 0)
        {
            say("Timing single commits...");
            using var commits = new CommitLatency(timeProvider);
            latency = await commits.MeasureAsync(world, options.Commits, cancellationToken);
        }

        var result = Judge(rounds);
        return (Render(rounds, result, latency), result);
    }

    /// <summary>The loop writes other values than the push, so that both change every record.</summary>
    private async Task<PushRound> MeasureAsync(
        LoadWorld load, PushWorld world, BareLoop loop, IReadOnlyList<string> ids, int number, CancellationToken cancellationToken)
    {
        await world.RunAsync("Push/change_accounts.sql", cancellationToken, (2 * number) + 1);
        await world.RunAsync("Push/settle_down.sql", cancellationToken);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        PeakMemory.Reset();
        var (calls, cpu) = (world.CallCount, PartsCpu.Read(load));
        var pushSeconds = await world.PushAsync(_ => Task.CompletedTask, cancellationToken);
        var pushCpu = PartsCpu.Read(load).Since(cpu);
        calls = world.CallCount - calls;
        var peak = PeakMemory.ReadMib();
        if (number == 0)
            await world.CheckAsync(cancellationToken);

        loop.Prepare(ids, (2 * number) + 2);
        cpu = PartsCpu.Read(load);
        var started = timeProvider.GetTimestamp();
        await loop.RunAsync(timeProvider, cancellationToken);
        var loopSeconds = timeProvider.GetElapsedTime(started).TotalSeconds;
        loop.Forget();
        return new PushRound
        {
            PushSeconds = pushSeconds,
            LoopSeconds = loopSeconds,
            PushCpu = pushCpu,
            LoopCpu = PartsCpu.Read(load).Since(cpu),
            PeakMib = peak,
            ApiCalls = calls,
            LoopCalls = loop.Calls,
        };
    }

    private BenchResult Judge(List<PushRound> rounds)
    {
        double[] pushes = [.. rounds.Select(round => round.PushSeconds)];
        var value = Figures.Median(pushes);
        var reference = Figures.Median(rounds.Select(round => round.LoopSeconds));
        return new BenchResult
        {
            Name = options.UsesCallsOnly ? "push-calls" : "push",
            Unit = "s",
            Value = Math.Round(value, 3),
            Reference = "bare loop",
            ReferenceValue = Math.Round(reference, 3),
            Ratio = Math.Round(value / reference, 3),
            Runs = options.Runs,
            SpreadPercent = Math.Round(Figures.SpreadPercent(pushes), 1),
            PeakMib = rounds.Max(round => round.PeakMib) is { } peak ? Math.Round(peak, 1) : null,
            ApiCalls = (long)Figures.Median(rounds.Select(round => (double)round.ApiCalls)),
        };
    }

    private string Render(List<PushRound> rounds, BenchResult result, IReadOnlyList<double> latency)
    {
        var text = new StringBuilder();
        var way = options.UsesCallsOnly ? "by calls" : "by Bulk jobs where they pay";
        Line($"Push of {options.Rows:N0} updated rows from the log into the org and back, {way}");
        Line($"{"round",-8}{"tandem s",10}{"loop s",10}{"ratio",8}{"peak MiB",10}{"API calls",11}{"per 1,000",11}{"loop calls",12}");
        for (var number = 1; number <= rounds.Count; number++)
        {
            var round = rounds[number - 1];
            var (push, loop, calls) = (round.PushSeconds, round.LoopSeconds, round.ApiCalls);
            var (peak, per) = (round.PeakMib, Per(calls));
            Line($"{number,-8}{push,10:0.00}{loop,10:0.00}{push / loop,8:0.00}{peak,10:0}{calls,11}{per,11:0.00}{round.LoopCalls,12}");
        }

        var (value, reference, all) = (result.Value, result.ReferenceValue, result.ApiCalls ?? 0);
        Line($"{"median",-8}{value,10:0.00}{reference,10:0.00}{result.Ratio,8:0.00}{result.PeakMib,10:0}{all,11}{Per(all),11:0.00}");
        Line($"API calls: all of the push, the reading back included.");
        Line($"CPU of the push, microseconds a row: {Cpu(round => round.PushCpu)}");
        Line($"CPU of the loop, microseconds a row: {Cpu(round => round.LoopCpu)}");
        if (latency.Count > 0)
        {
            Line($"Commit to request of {latency.Count} commits, in ms: p50 {At(0.5):0.0}, p99 {At(0.99):0.0}, most {latency[^1]:0.0}");
        }

        return text.ToString().TrimEnd();

        string Cpu(Func<PushRound, PartsCpu> pick)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"program {Of(cpu => cpu.Program):0}, org {Of(cpu => cpu.Org):0}, database {Of(cpu => cpu.Database):0}");

            double Of(Func<PartsCpu, TimeSpan> part) =>
                Figures.Median(rounds.Select(round => part(pick(round)).TotalMicroseconds / options.Rows));
        }

        double Per(long calls) => calls * 1000.0 / options.Rows;

        double At(double share) => latency[Math.Min(latency.Count - 1, (int)(latency.Count * share))];

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static async Task<HttpClient> SignInAsync(Uri url, CancellationToken cancellationToken)
    {
        var defaults = new SimulatorOptions();
        var http = new HttpClient { BaseAddress = url };
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "client_credentials", ["client_id"] = defaults.ClientId, ["client_secret"] = defaults.ClientSecret,
        });
        using var answer = await http.PostAsync(new Uri("/services/oauth2/token", UriKind.Relative), form, cancellationToken);
        answer.EnsureSuccessStatusCode();
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", json.GetProperty("access_token").GetString());
        return http;
    }
}
