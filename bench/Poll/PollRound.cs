namespace Tandem.Bench.Poll;

/// <summary>One round: the poll and its reference, one after the other, each on a copy of the same database.</summary>
internal sealed record PollRound
{
    public required double PollSeconds { get; init; }

    public required double PsqlSeconds { get; init; }

    public required double? PeakMib { get; init; }

    public required long ApiCalls { get; init; }
}
