using System.Text.Json.Nodes;

namespace Tandem.Salesforce.Records;

/// <summary>A row to update and the fields to set; an explicit null clears a field, an absent one is left alone.</summary>
public sealed record RecordUpdate(SalesforceId Id, JsonObject Fields);
