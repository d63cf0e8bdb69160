namespace Tandem.Bench.Push;

/// <summary>One round: the push and the bare loop, one after the other.</summary>
internal sealed record PushRound
{
    public required double PushSeconds { get; init; }

    public required double LoopSeconds { get; init; }

    public required PartsCpu PushCpu { get; init; }

    public required PartsCpu LoopCpu { get; init; }

    public required double? PeakMib { get; init; }

    public required long ApiCalls { get; init; }

    public required long LoopCalls { get; init; }
}
