using System.Text.Json.Nodes;

namespace Tandem.Salesforce.Composite;

/// <summary>
/// A row of a write: its id, which an update and a delete need, and the fields to set, of which an explicit null clears one.
/// </summary>
public sealed record CollectionRow(SalesforceId? Id, JsonObject Fields);
