namespace Tandem.Bench.Push;

/// <summary>How many rows an app changes in each round, how they go to the org, and how often that is measured.</summary>
internal sealed record PushBenchOptions
{
    public required int Rows { get; init; }

    public required int Runs { get; init; }

    /// <summary>No Bulk jobs, whatever the number of rows.</summary>
    public required bool UsesCallsOnly { get; init; }

    /// <summary>Single commits whose way to the request is timed; none when it is zero.</summary>
    public required int Commits { get; init; }
}
