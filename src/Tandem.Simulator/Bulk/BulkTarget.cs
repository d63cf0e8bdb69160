using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Bulk;

/// <summary>Where an ingest job's rows go: the object, the operation and, for upserts, the field that finds records. Checked when the job
/// is made, by both versions of the API.</summary>
internal sealed record BulkTarget
{
    public required ObjectTable Table { get; init; }

    public required BulkOperation Operation { get; init; }

    /// <summary>The place of an upsert's field; 0 (the Id) for the other operations.</summary>
    public int KeyOrdinal { get; init; }

    public ObjectType Type => Table.Type;

    /// <summary>The operation as the wire spells it.</summary>
    public string OperationName => Operation == BulkOperation.HardDelete ? "hardDelete" : Operation.ToString().ToLowerInvariant();

    public string? ExternalIdFieldName => Operation == BulkOperation.Upsert ? Type.Fields[KeyOrdinal].Name : null;

    public bool IsDelete => Operation is BulkOperation.Delete or BulkOperation.HardDelete;

    public static BulkTarget Read(Org org, Caller caller, BulkSettings settings, string? operationName, string? objectName, string? keyName)
    {
        var operation = operationName switch
        {
            "insert" => BulkOperation.Insert,
            "update" => BulkOperation.Update,
            "upsert" => BulkOperation.Upsert,
            "delete" => BulkOperation.Delete,
            "hardDelete" => BulkOperation.HardDelete,
            _ => throw new ApiException(400, "INVALIDJOB", "InvalidJob : operation is insert, update, upsert, delete or hardDelete"),
        };
        if (string.IsNullOrEmpty(objectName))
            throw new ApiException(400, "INVALIDJOB", "InvalidJob : A job needs the member object");
        var table = org.FindTable(objectName);
        if (table is null || !BulkObjects.Supports(table.Type) || !org.AccessOf(caller.UserId).CanSee(table.Type))
            throw BulkObjects.Refuse(table?.Type.Name ?? objectName);
        if (operation == BulkOperation.HardDelete && !settings.MayHardDelete)
            throw new ApiException(400, "FEATURENOTENABLED", "FeatureNotEnabled : hardDelete operation requires special user profile permission");
        return new BulkTarget
        {
            Table = table,
            Operation = operation,
            KeyOrdinal = operation == BulkOperation.Upsert ? KeyOf(table.Type, keyName) : 0,
        };
    }

    private static int KeyOf(ObjectType type, string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            throw new ApiException(400, "INVALIDJOB",
                $"InvalidJob : External ID was blank for {type.Name}. An External ID must be specified for upsert.");
        }

        return type.OrdinalOf(name) is >= 0 and var ordinal && type.Fields[ordinal].IsIdLookup
            ? ordinal
            : throw new ApiException(400, "INVALIDJOB", $"InvalidJob : Field name provided, {name} does not match an External ID, "
                + $"Salesforce Id, or indexed field for {type.Name}");
    }
}
