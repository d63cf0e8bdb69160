using Tandem.Salesforce;
using Tandem.Sync.Faults;

namespace Tandem.Sync.Push;

/// <summary>What one try to send a batch came to. Used by <see cref="ChangeSender"/>.</summary>
internal sealed record Verdict
{
    /// <summary>The changes that are not settled yet.</summary>
    public required ChangeBatch Rest { get; init; }

    /// <summary>What to do about them.</summary>
    public Fault Fault { get; init; } = new(FaultAction.Retry, "");

    /// <summary>Why the call, or a part of it, failed as a whole; null when each record was judged.</summary>
    public SalesforceException? Failure { get; init; }

    /// <summary>Records were refused for what may pass.</summary>
    public bool HasPassing { get; init; }

    /// <summary>One record of the rest is at fault, and the call did not tell which.</summary>
    public bool MustSplit { get; init; }
}
