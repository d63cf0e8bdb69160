namespace Tandem.Sync.Verify;

/// <summary>When a mapping is verified next, and where the next share of its values begins; a row of <c>tandem.verify_plan</c>.</summary>
public sealed record VerifyPlan
{
    public required string ObjectName { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime NextAt { get; init; }

    /// <summary>The id behind which the next share begins; null at the beginning of a round.</summary>
    public string? ShareKey { get; init; }
}
