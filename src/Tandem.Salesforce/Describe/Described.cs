namespace Tandem.Salesforce.Describe;

/// <summary>A description with the moment of its last change, which the next question names so that it costs little.</summary>
/// <param name="LastModified">By the org's clock, to the second; null when the org did not say.</param>
public sealed record Described<T>(T Value, DateTimeOffset? LastModified)
    where T : class;
