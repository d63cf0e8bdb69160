namespace Tandem.Bench.Serve;

/// <summary>One round of one job: the simulator, then the plain server with the same bytes.</summary>
internal sealed record ServeRound
{
    public required Served Simulator { get; init; }

    public required double PlainSeconds { get; init; }
}
