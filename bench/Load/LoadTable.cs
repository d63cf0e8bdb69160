using System.Globalization;
using System.Text;

namespace Tandem.Bench.Load;

/// <summary>The rounds of the load as a table for a person.</summary>
internal static class LoadTable
{
    public static string Render(LoadOptions options, long csvBytes, IReadOnlyList<LoadRound> rounds, BenchResult result)
    {
        var text = new StringBuilder();
        Line($"Initial load of {options.Rows:N0} rows of 25 columns ({csvBytes >> 20:N0} MiB of CSV), indexes and statistics included");
        Line($"{"round",-8}{"tandem s",10}{"\\copy s",10}{"ratio",8}{"pages only s",14}{"peak MiB",10}{"API calls",11}");
        for (var number = 1; number <= rounds.Count; number++)
            Row(number.ToString(CultureInfo.InvariantCulture), rounds[number - 1]);
        Row("median", new LoadRound
        {
            LoadSeconds = result.Value,
            CopySeconds = result.ReferenceValue,
            FetchSeconds = Figures.Median(rounds.Select(round => round.FetchSeconds)),
            PeakMib = result.PeakMib,
            ApiCalls = result.ApiCalls ?? 0,
        });
        var copySpread = Figures.SpreadPercent([.. rounds.Select(round => round.CopySeconds)]);
        Line($"Spread of tandem {result.SpreadPercent:0.0} %, of \\copy {copySpread:0.0} %.");
        Line($"Pages only: the same Bulk result read without a database. Peak: VmHWM of the process that syncs, below the highest.");
        return text.ToString().TrimEnd();

        void Row(string name, LoadRound round)
        {
            var (load, copy, fetch) = (round.LoadSeconds, round.CopySeconds, round.FetchSeconds);
            Line($"{name,-8}{load,10:0.00}{copy,10:0.00}{load / copy,8:0.00}{fetch,14:0.00}{round.PeakMib,10:0}{round.ApiCalls,11}");
        }

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }
}
