namespace Tandem.Postgres.ChangeLog;

/// <summary>How much of a table's log waits to be sent (NEW and PENDING), and how much was rejected.</summary>
public sealed record QueueCount(long Queued, long Failed);
