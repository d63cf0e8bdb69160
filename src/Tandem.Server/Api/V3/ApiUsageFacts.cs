namespace Tandem.Server.Api.V3;

/// <summary>
/// What a connection has used of the org's API calls in 24 hours, of how many, what its share of them is in per cent, and whether polls are
/// slowed for it. An extension of the contract.
/// </summary>
internal sealed record ApiUsageFacts(long Used, long? Limit, int Share, bool Slowed, long? OrgRemaining);
