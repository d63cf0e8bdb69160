namespace Tandem.Sync.Verify;

/// <summary>A record as the org told it: the values of the fields asked for as text, null for none.</summary>
internal sealed record OrgRow(string Id, string?[] Values);
