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
        Line($"{"rows",12}{"tandem s",11}{"spread",9}{"stats s",9}{"line s",10}{"off",8}{"MiB",8}{"calls",9}");
        foreach (var size in sizes)
        {
            var (seconds, spread, statistics) = (size.Seconds, size.SpreadPercent / 100, size.StatisticsSeconds);
            var (expected, off) = (line.SecondsOf(size), line.DeviationOf(size));
            var (rows, mib, calls) = (size.Rows, size.PeakMib, size.ApiCalls);
            Line($"{rows,12:N0}{seconds,11:0.00}{spread,9:0 %}{statistics,9:0.00}{expected,10:0.00}{off,8:+0 %;-0 %}{mib,8:0}{calls,9}");
        }

        var worst = sizes.Max(size => Math.Abs(line.DeviationOf(size)));
        Line($"The line: {line.FixedSeconds:0.00} s, the statistics, and {line.RowsPerSecond:N0} rows/s.");
        Line($"The largest deviation from it is {worst:0.0 %}; linear is at most {mostDeviation:0 %}.");
        return text.ToString().TrimEnd();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }
}
