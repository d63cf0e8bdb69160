namespace Tandem.Bench.Poll;

/// <summary>How large the table is, how much of it changes, and how often the poll of that is measured.</summary>
internal sealed record PollBenchOptions
{
    public required int Rows { get; init; }

    public required int Changed { get; init; }

    public required int Runs { get; init; }
}
