using System.Text.Json;
using Tandem.Postgres.Tables;
using Tandem.Salesforce.Describe;

namespace Tandem.Sync.Schema;

/// <summary>A mapped field with its column and the way its values take into it.</summary>
public sealed record MappedField
{
    /// <summary>
    /// As the org describes it. Of a relationship external id it is the parent's field under the name by which queries of this object
    /// reach it, <c>Account.Ext__c</c>, and never writable.
    /// </summary>
    public required FieldDescription Description { get; init; }

    public required ColumnDefinition Column { get; init; }

    public required ValueEncoder Encode { get; init; }

    /// <summary>
    /// Of a relationship external id the lookup field that it goes through; null for a field of the object itself.
    /// Source: heroku-connect.md, section 3.5.
    /// </summary>
    public FieldDescription? Lookup { get; init; }

    /// <summary>Classic encryption: without "View Encrypted Data" Salesforce sends stars in place of most characters.</summary>
    public bool ArrivesMasked => Description.Type == FieldType.EncryptedString;

    /// <summary>Finds the field's value in a record of REST: null where the parent is; false when the record does not have it.</summary>
    public bool TryRead(JsonElement record, out JsonElement value)
    {
        value = record;
        foreach (var name in Description.Name.AsSpan().Split('.'))
        {
            if (value.ValueKind == JsonValueKind.Null)
                return true;
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(Description.Name.AsSpan()[name], out value))
                return false;
        }

        return true;
    }
}
