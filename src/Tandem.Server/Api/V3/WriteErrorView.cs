namespace Tandem.Server.Api.V3;

/// <summary>A change that Salesforce refused.</summary>
/// <param name="Id">Of its entry in the change log.</param>
internal sealed record WriteErrorView(int Id, string TableName, int? RecordId, string? Message, DateTimeOffset CreatedAt);
