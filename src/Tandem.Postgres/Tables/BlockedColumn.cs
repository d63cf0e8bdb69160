namespace Tandem.Postgres.Tables;

/// <summary>A column that PostgreSQL does not widen, because something of the user's depends on it.</summary>
/// <param name="Reason">PostgreSQL's words, and the views that use the column.</param>
public sealed record BlockedColumn(NarrowColumn Column, string Reason);
