using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Tandem.Simulator;

namespace Tandem.Bench.Serve;

/// <summary>
/// Measures what the simulator serves, so that it never is the bottleneck of what is tested against it: a Bulk result, Collections
/// upserts and change events both ways, each beside the same bytes from a web server that knows nothing, in turn, after a few rounds
/// that warm up.
/// </summary>
internal sealed class ServeBench(int rows, int runs, TimeProvider timeProvider, Action<string> say)
{
    private const int UpsertRows = 20_000;

    /// <summary>The runtime compiles what is called often a second time, better: before that nothing is measured.</summary>
    private const int WarmUps = 3;

    public async Task<(string Table, IReadOnlyList<BenchResult> Results)> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("tandem-bench-").FullName;
        try
        {
            var metadata = Path.Combine(folder, "metadata.json");
            await File.WriteAllTextAsync(metadata, string.Create(CultureInfo.InvariantCulture,
                $$"""{ "objects": [{ "name": "Account", "rows": {{rows}}, "fields": [{ "name": "Since__c", "type": "date" }] }] }"""),
                cancellationToken);
            say(string.Create(CultureInfo.InvariantCulture, $"Starting an org with {rows:N0} accounts..."));
            await using var simulator = await SimulatorProcess.StartAsync(folder, metadata, cancellationToken);
            say(string.Create(CultureInfo.InvariantCulture, $"It stands after {ProcessCpu.Read(simulator.Id).TotalSeconds:0.0} s of CPU."));
            await using var plain = await PlainServer.StartAsync(cancellationToken);
            using var http = await SignInAsync(simulator.Url, cancellationToken);
            using var pubSub = await PubSubJob.CreateAsync(
                http, simulator.PubSubUrl, simulator.AuthorityFile, UpsertRows, cancellationToken);
            using var plainHttp = new HttpClient { BaseAddress = plain.Url };

            var results = new List<BenchResult>();
            var table = new StringBuilder();
            foreach (var job in new IServeJob[]
            {
                new BulkJob(http, rows), new UpsertJob(http, UpsertRows), new EventJob(http, UpsertRows), pubSub,
            })
            {
                var rounds = await MeasureAsync(job, simulator.Id, plainHttp, cancellationToken);
                results.Add(Judge(job, rounds, PeakMemory.ReadMib(simulator.Id)));
                ServeTable.Append(table, job, rounds, results[^1]);
            }

            return (table.ToString().TrimEnd(), results);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<List<ServeRound>> MeasureAsync(
        IServeJob job, int simulatorId, HttpClient plain, CancellationToken cancellationToken)
    {
        var rounds = new List<ServeRound>();
        for (var number = 1 - WarmUps; number <= runs; number++)
        {
            say(number < 1 ? $"{job.Name}: warming up..." : $"{job.Name}: round {number} of {runs}...");
            await job.PrepareAsync(cancellationToken);
            var cpu = ProcessCpu.Read(simulatorId);
            var started = timeProvider.GetTimestamp();
            var served = await job.RunAsync(cancellationToken);
            served = served with
            {
                Seconds = timeProvider.GetElapsedTime(started).TotalSeconds,
                CpuSeconds = (ProcessCpu.Read(simulatorId) - cpu).TotalSeconds,
            };
            started = timeProvider.GetTimestamp();
            await job.RunPlainAsync(plain, served, cancellationToken);
            if (number > 0)
                rounds.Add(new ServeRound { Simulator = served, PlainSeconds = timeProvider.GetElapsedTime(started).TotalSeconds });
        }

        return rounds;
    }

    private BenchResult Judge(IServeJob job, List<ServeRound> rounds, double? peakMib)
    {
        double[] speeds = [.. rounds.Select(round => round.Simulator.PerSecond)];
        var value = Figures.Median(speeds);
        var reference = Figures.Median(rounds.Select(round => round.Simulator.Units / round.PlainSeconds));
        return new BenchResult
        {
            Name = job.Name,
            Unit = $"{job.Unit}/s",
            Value = Math.Round(value, 1),
            Reference = "plain web server",
            ReferenceValue = Math.Round(reference, 1),
            Ratio = Math.Round(value / reference, 3),
            Runs = runs,
            SpreadPercent = Math.Round(Figures.SpreadPercent(speeds), 1),
            PeakMib = peakMib is { } peak ? Math.Round(peak, 1) : null,
            PerCpuSecond = Math.Round(Figures.Median(rounds.Select(round => round.Simulator.PerCpuSecond)), 1),
        };
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
