namespace Tandem.Sync.Running.Allowance;

/// <summary>What a mapping has used of its API calls, for a person to see.</summary>
public sealed record MappingCalls
{
    /// <summary>Of the last 24 hours, pushes included.</summary>
    public required long Used { get; init; }

    /// <summary>Those of them that its limit is about: all but pushes.</summary>
    public required long Reads { get; init; }

    /// <summary>Calls in 24 hours that its reads are slowed to keep to.</summary>
    public required int Limit { get; init; }

    /// <summary>Between two polls at present.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>One sentence when polls are slowed: how, why and until when; null when they are not.</summary>
    public required string? Sentence { get; init; }
}
