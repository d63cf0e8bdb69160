namespace Tandem.Postgres.ChangeLog;

/// <summary>
/// How many entries one step moved to the archive, and when the last of them was made; the latter tells nothing if none was.
/// </summary>
public readonly record struct ArchiveStep(int Entries, DateTime LastMade);
