namespace Tandem.Simulator.Metadata;

/// <summary>How a roll-up summary makes one value of its children.</summary>
public enum RollUpOperation
{
    Count,
    Sum,
    Min,
    Max,
}
