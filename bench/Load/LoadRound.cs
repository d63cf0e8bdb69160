namespace Tandem.Bench.Load;

/// <summary>One round: the load, its reference and the bare fetch, one after the other.</summary>
internal sealed record LoadRound
{
    public required double LoadSeconds { get; init; }

    public required double CopySeconds { get; init; }

    /// <summary>Reading the same result pages and dropping them: what the simulator and HTTP cost alone.</summary>
    public required double FetchSeconds { get; init; }

    public required double? PeakMib { get; init; }

    public required long ApiCalls { get; init; }
}
