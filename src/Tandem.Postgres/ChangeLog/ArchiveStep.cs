namespace Tandem.Postgres.ChangeLog;

/// <summary>
/// How many entries one step moved to the archive, and the id behind which the next step goes on; null when nothing is left to do.
/// </summary>
public sealed record ArchiveStep(int Entries, int? Behind);
