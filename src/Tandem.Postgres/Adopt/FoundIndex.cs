namespace Tandem.Postgres.Adopt;

/// <summary>An index of a table.</summary>
/// <param name="Serves">It is valid and speaks of every row.</param>
public sealed record FoundIndex(string Name, IReadOnlyList<string> Columns, bool IsUnique, bool IsPrimary, bool Serves);
