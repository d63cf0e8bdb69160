namespace Tandem.Sync.Pull;

/// <summary>What a loaded table's rows are known to follow; a mapping that asks for more or other is owed a refresh.</summary>
/// <param name="Columns">Those that hold the org's values.</param>
/// <param name="Filter">Every record that meets it, and no other, has a row; null for all records.</param>
public sealed record TableContent(IReadOnlyList<string> Columns, string? Filter);
