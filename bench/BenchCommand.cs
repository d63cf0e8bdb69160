using System.CommandLine;
using System.Globalization;
using Tandem.Bench.Capture;
using Tandem.Bench.Chaos;
using Tandem.Bench.Day;
using Tandem.Bench.Fleet;
using Tandem.Bench.Load;
using Tandem.Bench.Poll;
using Tandem.Bench.Push;
using Tandem.Bench.Scale;
using Tandem.Bench.Serve;
using Tandem.Server.EmbeddedPostgres;
using Tandem.Sync.Catalog;

namespace Tandem.Bench;

/// <summary>
/// The words of <c>bench/run</c>. Exit codes: 0 measured, 1 it could not be measured or a seed broke a promise, 2 the words are wrong,
/// 130 interrupted.
/// </summary>
internal static class BenchCommand
{
    private const int Failed = 1;
    private const int WrongWords = 2;
    private const int Interrupted = 130;

    /// <summary>Stopping the database and deleting its files after Ctrl-C takes longer than the two seconds that are usual.</summary>
    private static readonly TimeSpan LongestCleanUp = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(string[] args)
    {
        var parsed = Build().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await Console.Error.WriteLineAsync(error.Message);
            await Console.Error.WriteLineAsync("Ask for help with --help.");
            return WrongWords;
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = LongestCleanUp });
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Interrupted; nothing was measured.");
            return Interrupted;
        }
        catch (Exception exception) when (exception is ConfigurationException or EmbeddedPostgresException or BenchException
            or HttpRequestException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return Failed;
        }
    }

    private static RootCommand Build()
    {
        var rows = WholeNumber("--rows", "Rows of the job.", 1_000_000, 1, 10_000_000);
        var runs = WholeNumber("--runs", "Measured rounds, after those that warm up.", 5, 1, 100);
        var json = new Option<bool>("--json") { Description = "Prints the medians as one line of JSON at the end." };
        var load = new Command("load", "The initial load of a table of 25 columns, beside psql's \\copy of the same CSV.")
        {
            rows, runs, json,
        };
        load.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new LoadOptions { Rows = parsed.GetValue(rows), Runs = parsed.GetValue(runs) };
            var (table, result) = await new LoadBench(options, TimeProvider.System, Say).RunAsync(cancellationToken);
            Console.WriteLine(table);
            if (parsed.GetValue(json))
                Console.WriteLine(result.ToJson());
            return 0;
        });
        var scale = new Command("scale", "The initial load at 10,000 rows and each tenfold up to --rows: time, memory, linearity.")
        {
            rows, runs, json,
        };
        scale.SetAction(async (parsed, cancellationToken) =>
        {
            var bench = new ScaleBench(parsed.GetValue(rows), parsed.GetValue(runs), TimeProvider.System, Say);
            var (table, result) = await bench.RunAsync(cancellationToken);
            Console.WriteLine(table);
            if (parsed.GetValue(json))
                Console.WriteLine(result.ToJson());
            return 0;
        });
        var simulator = new Command("simulator", "What the simulator serves, beside the same bytes from a plain web server.")
        {
            rows, runs, json,
        };
        simulator.SetAction(async (parsed, cancellationToken) =>
        {
            var bench = new ServeBench(parsed.GetValue(rows), parsed.GetValue(runs), TimeProvider.System, Say);
            var (table, results) = await bench.RunAsync(cancellationToken);
            Console.WriteLine(table);
            foreach (var result in parsed.GetValue(json) ? results : [])
                Console.WriteLine(result.ToJson());
            return 0;
        });
        var plain = new Command(PlainServer.Word, "The reference of the simulator's figures.") { Hidden = true };
        plain.SetAction((_, cancellationToken) => PlainServer.ServeAsync(cancellationToken));
        return new RootCommand("Measures whole jobs of Tandem side by side with a named reference, in turn.")
        {
            load, scale, BuildPoll(rows, runs, json), BuildCapture(runs, json), BuildPush(runs, json), BuildDay(json), BuildChaos(),
            BuildServer(runs, json), simulator, plain,
        };
    }

    private static Command BuildPoll(Option<int> rows, Option<int> runs, Option<bool> json)
    {
        var changed = WholeNumber("--changed", "Rows that change in each round.", 100_000, 1, 1_000_000);
        var idle = new Option<bool>("--idle") { Description = "Counts what a round of 500 mappings costs in which nothing changed." };
        var poll = new Command("poll", "A poll that finds many changed rows, beside the same SQL by psql from a file.")
        {
            rows, changed, idle, runs, json,
        };
        poll.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(idle))
            {
                Console.WriteLine(await new IdleBench(TimeProvider.System, Say).RunAsync(cancellationToken));
                return 0;
            }

            var options = new PollBenchOptions
            {
                Rows = parsed.GetValue(rows),
                Changed = Math.Min(parsed.GetValue(changed), parsed.GetValue(rows)),
                Runs = parsed.GetValue(runs),
            };
            var (table, result) = await new PollBench(options, TimeProvider.System, Say).RunAsync(cancellationToken);
            Console.WriteLine(table);
            if (parsed.GetValue(json))
                Console.WriteLine(result.ToJson());
            return 0;
        });
        return poll;
    }

    private static Command BuildCapture(Option<int> runs, Option<bool> json)
    {
        var rows = WholeNumber("--rows", "Rows of a large statement.", 100_000, 1_000, 1_000_000);
        var capture = new Command("capture", "An app's writes to a captured table, beside the same writes to a plain one.")
        {
            rows, runs, json,
        };
        capture.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new CaptureOptions { Rows = parsed.GetValue(rows), Runs = parsed.GetValue(runs) };
            var (table, results) = await new CaptureBench(options, TimeProvider.System, Say).RunAsync(cancellationToken);
            Console.WriteLine(table);
            foreach (var result in parsed.GetValue(json) ? results : [])
                Console.WriteLine(result.ToJson());
            return 0;
        });
        return capture;
    }

    private static Command BuildPush(Option<int> runs, Option<bool> json)
    {
        var rows = WholeNumber("--rows", "Rows that the app changes.", 100_000, 1, 1_000_000);
        var calls = new Option<bool>("--calls") { Description = "Sends by Composite calls only, never by Bulk jobs." };
        var commits = WholeNumber("--commits", "Single commits to time.", 200, 0, 10_000);
        var push = new Command("push", "A push of many updated rows, beside a bare loop that sends the same requests.")
        {
            rows, calls, commits, runs, json,
        };
        push.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new PushBenchOptions
            {
                Rows = parsed.GetValue(rows),
                Runs = parsed.GetValue(runs),
                UsesCallsOnly = parsed.GetValue(calls),
                Commits = parsed.GetValue(commits),
            };
            var (table, result) = await new PushBench(options, TimeProvider.System, Say).RunAsync(cancellationToken);
            Console.WriteLine(table);
            if (parsed.GetValue(json))
                Console.WriteLine(result.ToJson());
            return 0;
        });
        return push;
    }

    private static Command BuildDay(Option<bool> json)
    {
        var rate = WholeNumber("--rate", "Rows that the app changes in a second.", 100, 1, 10_000);
        var minutes = WholeNumber("--minutes", "How long it does so; 1440 are a day.", 30, 1, 1440);
        var rows = WholeNumber("--rows", "Rows of the table.", 10_000, 1, 1_000_000);
        var day = new Command("day", "The change log of an app that changes rows all day.") { rate, minutes, rows, json };
        day.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new DayOptions
            {
                Rate = parsed.GetValue(rate), Length = TimeSpan.FromMinutes(parsed.GetValue(minutes)), Rows = parsed.GetValue(rows),
            };
            var (table, result) = await new DayBench(options, TimeProvider.System, Say).RunAsync(cancellationToken);
            Console.WriteLine(table);
            if (parsed.GetValue(json))
                Console.WriteLine(result.ToJson());
            return 0;
        });
        return day;
    }

    private static Command BuildServer(Option<int> runs, Option<bool> json)
    {
        var connections = WholeNumber("--connections", "Connections of the server.", 100, 1, 1_000);
        var mappings = WholeNumber("--mappings", "Mappings of each connection.", 5, 1, 50);
        var seconds = WholeNumber("--seconds", "How long it is watched while nothing happens.", 600, 10, 86_400);
        var rate = WholeNumber("--rate", "Requests of a second.", 500, 1, 10_000);
        var server = new Command("server", "A server of many idle connections: CPU, memory, sessions, and how fast its status is told.")
        {
            connections, mappings, seconds, rate, runs, json,
        };
        server.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new FleetBenchOptions
            {
                Connections = parsed.GetValue(connections),
                Mappings = parsed.GetValue(mappings),
                Idle = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                Rate = parsed.GetValue(rate),
                Runs = parsed.GetValue(runs),
            };
            var (table, result) = await new FleetBench(options, TimeProvider.System, Say).RunAsync(cancellationToken);
            Console.WriteLine(table);
            if (parsed.GetValue(json))
                Console.WriteLine(result.ToJson());
            return 0;
        });
        return server;
    }

    private static Command BuildChaos()
    {
        var seeds = WholeNumber("--seeds", "Seeds to try.", 10_000, 1, 1_000_000);
        var first = WholeNumber("--first", "The first seed.", 1, 1, 1_000_000_000);
        var chaos = new Command("chaos-push", "The property of the push: four writers, faults and kills from each of many seeds.")
        {
            seeds, first,
        };
        chaos.SetAction(async (parsed, cancellationToken) =>
        {
            var bench = new ChaosBench(parsed.GetValue(seeds), parsed.GetValue(first), TimeProvider.System, Say);
            var result = await bench.RunAsync(cancellationToken);
            Console.WriteLine(result.ToJson());
            return result.Failures == 0 ? 0 : Failed;
        });
        return chaos;
    }

    private static Option<int> WholeNumber(string name, string description, int usual, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            var value = result.GetValueOrDefault<int>();
            if (value < least || value > most)
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} takes a whole number from {least} to {most}."));
        });
        return option;
    }

    private static void Say(string sentence) => Console.Error.WriteLine(sentence);
}
