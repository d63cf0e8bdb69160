namespace Tandem.Bench;

/// <summary>The statistics of a benchmark's rounds.</summary>
internal static class Figures
{
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>The largest less the smallest, in percent of the median.</summary>
    public static double SpreadPercent(IReadOnlyCollection<double> values) => (values.Max() - values.Min()) / Median(values) * 100;
}
