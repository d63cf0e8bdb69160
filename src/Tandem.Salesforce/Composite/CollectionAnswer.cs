using Tandem.Salesforce.Records;

namespace Tandem.Salesforce.Composite;

/// <summary>What became of one Collections request of a Composite call: a result for each row in their order, or its own failure.</summary>
public sealed record CollectionAnswer
{
    /// <summary>Empty when the request failed as a whole.</summary>
    public required IReadOnlyList<WriteResult> Results { get; init; }

    /// <summary>Why none of the rows was looked at; null when they were.</summary>
    public required SalesforceException? Failure { get; init; }
}
