namespace Tandem.Sync.Pull;

/// <summary>
/// So much of a table is missing in the org that lost permissions are likelier than deletes: nothing was removed, a person decides.
/// </summary>
public sealed class RowsVanishedException(string message) : Exception(message);
