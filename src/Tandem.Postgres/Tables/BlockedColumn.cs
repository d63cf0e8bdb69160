namespace Tandem.Postgres.Tables;

/// <summary>A column that PostgreSQL does not widen, because something of the user's depends on it.</summary>
/// <param name="Reason">PostgreSQL's words, which name what depends on it.</param>
public sealed record BlockedColumn(NarrowColumn Column, string Reason);
