using System.Globalization;
using System.Text;

namespace Tandem.Bench.Scale;

/// <summary>The sizes of the scale benchmark as a table for a person.</summary>
internal static class ScaleTable
{
    public static string Render(IReadOnlyList<ScaleSize> sizes, ScaleLine line, double mostDeviation)
    {
        var text = new StringBuilder();
        Line($"Initial load at growing sizes, 25 columns, indexes and statistics included");
        Line($"{"rows",12}{"tandem s",11}{"spread",9}{"statistics s",14}{"line s",10}{"deviation",11}{"peak MiB",10}{"API calls",11}");
        foreach (var size in sizes)
        {
            var (seconds, spread, statistics) = (size.Seconds, size.SpreadPercent / 100, size.StatisticsSeconds);
            var (expected, deviation) = (line.SecondsOf(size), line.DeviationOf(size));
            Line($"{size.Rows,12:N0}{seconds,11:0.00}{spread,9:0 %}{statistics,14:0.00}{expected,10:0.00}{deviation,11:+0.0 %;-0.0 %}{size.PeakMib,10:0}{size.ApiCalls,11}");
        }

        var worst = sizes.Max(size => Math.Abs(line.DeviationOf(size)));
        Line($"The line: {line.FixedSeconds:0.00} s, the statistics, and {line.RowsPerSecond:N0} rows/s.");
        Line($"The largest deviation from it is {worst:0.0 %}; linear is at most {mostDeviation:0 %}.");
        return text.ToString().TrimEnd();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }
}
