namespace Tandem.Salesforce.Limits;

/// <summary>One limit of an org: what is allowed and what is left of it.</summary>
public sealed record OrgLimit(long Max, long Remaining);
