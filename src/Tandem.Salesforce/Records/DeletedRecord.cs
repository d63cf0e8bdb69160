namespace Tandem.Salesforce.Records;

/// <summary>A row that was deleted, and when.</summary>
public sealed record DeletedRecord(SalesforceId Id, DateTimeOffset DeletedDate);
