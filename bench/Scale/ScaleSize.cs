namespace Tandem.Bench.Scale;

/// <summary>What the loads of one size took.</summary>
internal sealed record ScaleSize
{
    public required int Rows { get; init; }

    /// <summary>The median of the runs.</summary>
    public required double Seconds { get; init; }

    /// <summary>What the statistics alone take; part of the load.</summary>
    public required double StatisticsSeconds { get; init; }

    /// <summary>Between the slowest run and the fastest, by the median.</summary>
    public required double SpreadPercent { get; init; }

    /// <summary>The highest of the runs; null where the system does not tell.</summary>
    public required double? PeakMib { get; init; }

    public required long ApiCalls { get; init; }
}
