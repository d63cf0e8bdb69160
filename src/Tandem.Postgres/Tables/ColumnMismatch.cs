namespace Tandem.Postgres.Tables;

/// <summary>A column of an existing table that has another type than the one asked for, which no harmless change can mend.</summary>
public sealed record ColumnMismatch(string Column, string Expected, string Found);
