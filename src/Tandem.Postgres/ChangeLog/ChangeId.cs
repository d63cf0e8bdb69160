namespace Tandem.Postgres.ChangeLog;

/// <summary>The id of an entry of the change log; a greater one was captured later.</summary>
public readonly record struct ChangeId(int Value);
