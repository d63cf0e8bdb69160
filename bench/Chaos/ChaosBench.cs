using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Tandem.Bench.Chaos;

/// <summary>
/// Tries the property of the push with many seeds. The property is a test, so this builds the test program and runs it, some hundreds of
/// seeds at a time, each in a process of its own.
/// </summary>
internal sealed partial class ChaosBench(int seeds, int first, TimeProvider timeProvider, Action<string> say)
{
    private const int SeedsOfRun = 500;
    private const string Property = "Tandem.Tests.Integration.ChaosPush.ChaosPushPropertyTests";

    public async Task<ChaosResult> RunAsync(CancellationToken cancellationToken)
    {
        var root = FindRoot();
        say("Building the tests...");
        string[] words = ["build", "tests/Integration", "-c", "Release", "-nodeReuse:false", "-v:q", "-clp:NoSummary"];
        var (built, why) = await RunAsync(new ProcessStartInfo("dotnet", words) { WorkingDirectory = root }, cancellationToken);
        if (built != 0)
            throw new BenchException("The tests did not build: " + why);
        var (done, failures, seconds) = (0, 0, 0.0);
        while (done < seeds)
        {
            var count = Math.Min(SeedsOfRun, seeds - done);
            var run = await TryAsync(root, first + done, count, cancellationToken);
            done += count;
            failures += run.Failures;
            seconds += run.Seconds;
            say(string.Create(CultureInfo.InvariantCulture, $"{done} of {seeds} seeds, {failures} broke a promise, {seconds:0} s"));
        }

        return new ChaosResult { Seeds = seeds, First = first, Failures = failures, Seconds = seconds };
    }

    /// <summary>What broke is told at once, with the fewest steps that show it.</summary>
    private async Task<(int Failures, double Seconds)> TryAsync(string root, int from, int count, CancellationToken cancellationToken)
    {
        var program = Path.Combine(root, "artifacts", "bin", "Integration", "release", "Tandem.Tests.Integration.dll");
        string[] words = [program, "-noLogo", "-noColor", "-showLiveOutput", "-class", Property];
        var start = new ProcessStartInfo("dotnet", words) { WorkingDirectory = root };
        start.Environment["TANDEM_FIRST_SEED"] = from.ToString(CultureInfo.InvariantCulture);
        start.Environment["TANDEM_SEEDS"] = count.ToString(CultureInfo.InvariantCulture);
        start.Environment.Remove("TANDEM_SEED");
        var started = timeProvider.GetTimestamp();
        var (exitCode, output) = await RunAsync(start, cancellationToken);
        if (exitCode != 0)
            say(output);
        return Summary().Match(output) is { Success: true } found
            ? (int.Parse(found.Groups["failures"].Value, CultureInfo.InvariantCulture), timeProvider.GetElapsedTime(started).TotalSeconds)
            : throw new BenchException("The test program told no result; what it printed is above, if it failed. Is there a PostgreSQL?");
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Tandem.slnx")))
                return folder.FullName;
        }

        throw new BenchException($"No folder above {AppContext.BaseDirectory} holds Tandem.slnx, so the tests are not found.");
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start) ?? throw new BenchException($"{start.FileName} did not start.");
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output + await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    [GeneratedRegex(@"\d+ seeds from \d+ in [\d.]+ s, (?<failures>\d+) broke a promise", RegexOptions.ExplicitCapture)]
    private static partial Regex Summary();
}
