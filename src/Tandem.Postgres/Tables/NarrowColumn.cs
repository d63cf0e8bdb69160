namespace Tandem.Postgres.Tables;

/// <summary>A text column that is shorter than the one asked for.</summary>
public sealed record NarrowColumn(ColumnDefinition Asked, ColumnType Found);
