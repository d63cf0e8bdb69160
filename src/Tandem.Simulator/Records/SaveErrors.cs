namespace Tandem.Simulator.Records;

/// <summary>The errors that more than one place gives, each with the platform's code and sentence; saves and the recycle bin use
/// them.</summary>
internal static class SaveErrors
{
    public static SaveError InvalidField(string typeName, string member) => new()
    {
        StatusCode = "INVALID_FIELD",
        Message = $"No such column '{member}' on sobject of type {typeName}",
    };

    public static SaveError InvalidType(string typeName) => new()
    {
        StatusCode = "INVALID_TYPE",
        Message = $"sObject type '{typeName}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' "
            + "after the entity name. Please reference your WSDL or the describe call for the appropriate names.",
    };

    public static SaveError EntityIsDeleted() => new() { StatusCode = "ENTITY_IS_DELETED", Message = "entity is deleted" };

    public static SaveError InvalidCrossReference(IReadOnlyList<string> fields) => new()
    {
        StatusCode = "INVALID_CROSS_REFERENCE_KEY",
        Message = "invalid cross reference id",
        Fields = fields,
    };

    public static SaveError MalformedId(string label, string id, IReadOnlyList<string>? fields = null) => new()
    {
        StatusCode = "MALFORMED_ID",
        Message = label.Length > 0 ? $"{label}: id value of incorrect type: {id}" : $"malformed id {id}",
        Fields = fields ?? [],
    };

    public static SaveError Duplicate(string fieldName, string otherId) => new()
    {
        StatusCode = "DUPLICATE_VALUE",
        Message = $"duplicate value found: {fieldName} duplicates value on record with id: {otherId[..15]}",
        Fields = [fieldName],
    };

    public static SaveError NotWriteable(IReadOnlyList<string> fields) => new()
    {
        StatusCode = "INVALID_FIELD_FOR_INSERT_UPDATE",
        Message = $"Unable to create/update fields: {string.Join(", ", fields)}. Please check the security settings of this field and "
            + "verify that it is read/write for your profile or permission set.",
        Fields = fields,
    };

    public static SaveError RolledBack() => new()
    {
        StatusCode = "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        Message = "Record rolled back because not all records were valid and the request was using AllOrNone header",
    };

    public static SaveError NotFound(string id) => new()
    {
        StatusCode = "NOT_FOUND",
        Message = $"Provided external ID field does not exist or is not accessible: {id}",
    };
}
