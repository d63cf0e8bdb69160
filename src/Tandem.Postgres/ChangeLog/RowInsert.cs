namespace Tandem.Postgres.ChangeLog;

/// <summary>The entry that inserted a row which Salesforce does not have yet.</summary>
/// <param name="State">New, Pending or Failed.</param>
public sealed record RowInsert(ChangeId Id, ChangeState State);
