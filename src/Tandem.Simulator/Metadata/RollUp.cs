namespace Tandem.Simulator.Metadata;

/// <summary>A roll-up summary as metadata declares it: which children of the record it sums up, and how.</summary>
public sealed record RollUp
{
    /// <summary>The object of the children, which points to this one as a detail to its master.</summary>
    public required string Child { get; init; }

    public required RollUpOperation Operation { get; init; }

    /// <summary>The child's field that is summed up; null for a count.</summary>
    public string? Field { get; init; }

    /// <summary>A boolean formula over the child, which tells what is counted in; null counts all.</summary>
    public string? Filter { get; init; }
}
