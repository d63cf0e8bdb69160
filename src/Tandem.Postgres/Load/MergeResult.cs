namespace Tandem.Postgres.Load;

/// <summary>
/// What became of the records of one merge. Unchanged counts those that were equal, older than the row, or held back by a local change.
/// </summary>
public sealed record MergeResult(int Inserted, int Updated, int Unchanged);
