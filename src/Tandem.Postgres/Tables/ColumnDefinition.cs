namespace Tandem.Postgres.Tables;

/// <summary>A data column of a synced table: its name as it stands in the database, and its type.</summary>
public sealed record ColumnDefinition(string Name, ColumnType Type);
