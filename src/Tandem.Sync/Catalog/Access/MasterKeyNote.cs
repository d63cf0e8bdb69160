namespace Tandem.Sync.Catalog.Access;

/// <summary>What the catalogue knows of the master key: which one it is, and a text that only it can read.</summary>
/// <param name="KeyId">Tells keys apart and nothing about them.</param>
public sealed record MasterKeyNote(string KeyId, string Canary);
