namespace Tandem.Salesforce.Limits;

/// <summary>An org's limits by Salesforce's names, such as <c>DailyApiRequests</c>; the figures lag by up to five minutes.</summary>
public sealed record OrgLimits
{
    public required IReadOnlyDictionary<string, OrgLimit> All { get; init; }

    /// <summary>API requests in 24 hours; null when the user may not see it.</summary>
    public OrgLimit? DailyApiRequests => Find("DailyApiRequests");

    public OrgLimit? Find(string name) => All.GetValueOrDefault(name);
}
