using System.Globalization;
using System.Text;

namespace Tandem.Bench.Serve;

/// <summary>The rounds of a job of the simulator as a table for a person.</summary>
internal static class ServeTable
{
    public static void Append(StringBuilder text, IServeJob job, IReadOnlyList<ServeRound> rounds, BenchResult result)
    {
        Line($"{job.Name}, {job.Unit}");
        Line($"{"round",-8}{"per s",12}{"per CPU s",12}{"plain per s",14}{"ratio",8}");
        for (var number = 1; number <= rounds.Count; number++)
        {
            var served = rounds[number - 1].Simulator;
            var plain = served.Units / rounds[number - 1].PlainSeconds;
            Line($"{number,-8}{served.PerSecond,12:N0}{served.PerCpuSecond,12:N0}{plain,14:N0}{served.PerSecond / plain,8:0.00}");
        }

        Line($"{"median",-8}{result.Value,12:N0}{result.PerCpuSecond,12:N0}{result.ReferenceValue,14:N0}{result.Ratio,8:0.00}");
        Line($"Spread {result.SpreadPercent:0.0} %; the simulator's peak so far {result.PeakMib:N0} MiB.");
        Line($"");

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }
}
