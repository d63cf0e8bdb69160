namespace Tandem.Postgres.Adopt;

/// <summary>A function of the schema, with its signature as PostgreSQL spells it.</summary>
/// <param name="IsOurs">The role of this session may replace it.</param>
public sealed record FoundFunction(string Name, string Arguments, string Result, bool IsOurs, string Owner);
