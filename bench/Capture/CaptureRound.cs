namespace Tandem.Bench.Capture;

/// <summary>What one table did in a round: single-row transactions per second, and the seconds of one statement for many rows.</summary>
internal sealed record CaptureRound
{
    public required double Inserts { get; init; }

    public required double Updates { get; init; }

    public required double InsertSeconds { get; init; }

    public required double UpdateSeconds { get; init; }
}
