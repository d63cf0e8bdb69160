namespace Tandem.Postgres.Adopt;

/// <summary>A column as it stands in the database.</summary>
/// <param name="Type">As PostgreSQL spells it.</param>
/// <param name="Sequence">The sequence that its default takes from; null when there is none.</param>
public sealed record FoundColumn(string Name, string Type, bool HasDefault, string? Sequence);
