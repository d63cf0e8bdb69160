using Tandem.Salesforce.Limits;

namespace Tandem.Sync.Running.Allowance;

/// <summary>What a connection has used of the org's API calls, for a person to see.</summary>
public sealed record ConnectionCalls
{
    /// <summary>Of the last 24 hours.</summary>
    public required long Used { get; init; }

    /// <summary>What it may use in 24 hours: its share of the org's, or less where others use them; null until the org has told.</summary>
    public required long? Limit { get; init; }

    /// <summary>The share of the org's calls that was given to it, in per cent.</summary>
    public required int Share { get; init; }

    /// <summary>The org's own count of everybody's calls; null until it has told.</summary>
    public required ApiUsage? Org { get; init; }

    /// <summary>One sentence when the connection's polls are slowed: why and until when; null when they are not.</summary>
    public required string? Sentence { get; init; }

    public bool IsSlowed => Sentence is not null;
}
