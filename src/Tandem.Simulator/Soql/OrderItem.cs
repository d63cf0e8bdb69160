namespace Tandem.Simulator.Soql;

/// <summary>One item of ORDER BY; nulls come first unless the statement says otherwise, in both directions.</summary>
internal sealed record OrderItem
{
    public required Expression Value { get; init; }

    public bool IsDescending { get; init; }

    public bool AreNullsLast { get; init; }
}
