using System.Globalization;
using System.Text;

namespace Tandem.Bench.Scale;

/// <summary>The sizes of the scale benchmark as a table for a person.</summary>
internal static class ScaleTable
{
    public static string Render(IReadOnlyList<ScaleSize> sizes, double fixedSeconds, BenchResult result, double mostDeviation)
    {
        var text = new StringBuilder();
        Line($"Initial load at growing sizes, 25 columns, indexes and statistics included; {fixedSeconds:0.00} s are the fixed part");
        Line($"{"rows",12}{"tandem s",11}{"statistics s",14}{"rows/s",11}{"deviation",11}{"peak MiB",10}{"API calls",11}");
        foreach (var size in sizes)
        {
            var deviation = size.RowsPerSecond / result.ReferenceValue - 1;
            var (rate, peak, statistics) = (size.RowsPerSecond, size.PeakMib, size.StatisticsSeconds);
            var (seconds, calls) = (size.Seconds, size.ApiCalls);
            Line($"{size.Rows,12:N0}{seconds,11:0.00}{statistics,14:0.00}{rate,11:N0}{deviation,11:+0.0 %;-0.0 %}{peak,10:0}{calls,11}");
        }

        var worst = sizes.Max(size => Math.Abs(size.RowsPerSecond / result.ReferenceValue - 1));
        Line($"The largest deviation from the median rate is {worst:0.0 %}; linear is at most {mostDeviation:0 %}.");
        return text.ToString().TrimEnd();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }
}
