namespace Tandem.Bench.Capture;

/// <summary>How many rows one statement writes, how long single-row transactions are counted, how often all that is done.</summary>
internal sealed record CaptureOptions
{
    public required int Rows { get; init; }

    public required int Runs { get; init; }

    /// <summary>For each table, each kind of change and each round.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(5);
}
