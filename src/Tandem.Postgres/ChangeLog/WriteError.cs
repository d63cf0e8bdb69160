namespace Tandem.Postgres.ChangeLog;

/// <summary>A change that Salesforce refused.</summary>
/// <param name="Id">Of its entry in the change log.</param>
/// <param name="Message">Salesforce's code and words.</param>
/// <param name="CreatedAt">When the app made the change.</param>
public sealed record WriteError(int Id, string Table, int? RecordId, string? Message, DateTimeOffset CreatedAt);
