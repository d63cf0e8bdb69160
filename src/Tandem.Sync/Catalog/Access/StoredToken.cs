namespace Tandem.Sync.Catalog.Access;

/// <summary>A token that a look-up found, with the hash that it was found by.</summary>
public sealed record StoredToken(ApiToken Token, byte[] Hash);
