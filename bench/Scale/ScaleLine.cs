namespace Tandem.Bench.Scale;

/// <summary>The time that a load of any size would take if it grew with the rows exactly as the largest one did.</summary>
/// <param name="fixedSeconds">What a load of next to nothing takes.</param>
internal sealed class ScaleLine(double fixedSeconds, ScaleSize largest)
{
    public double FixedSeconds => fixedSeconds;

    public double RowsPerSecond { get; } =
        largest.Rows / Math.Max(0.001, largest.Seconds - largest.StatisticsSeconds - fixedSeconds);

    /// <summary>The statistics are those that were measured at this size: small tables are not sampled but read whole.</summary>
    public double SecondsOf(ScaleSize size) => fixedSeconds + size.StatisticsSeconds + size.Rows / RowsPerSecond;

    /// <summary>0.1 is a tenth slower than the line.</summary>
    public double DeviationOf(ScaleSize size) => size.Seconds / SecondsOf(size) - 1;
}
