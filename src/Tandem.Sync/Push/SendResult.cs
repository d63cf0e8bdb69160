using Tandem.Salesforce;

namespace Tandem.Sync.Push;

/// <summary>What a call brought.</summary>
/// <param name="Outcomes">Of the changes whose result is known, in no certain order.</param>
/// <param name="Failure">Why nothing is known of the others; null when all are known.</param>
internal sealed record SendResult(IReadOnlyList<Outcome> Outcomes, SalesforceException? Failure);
