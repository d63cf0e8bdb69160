namespace Tandem.Simulator.Metadata;

/// <summary>Where in a query a field may stand: describe tells it, and SOQL holds statements to it. Source: salesforce-api.md, sections 2.2
/// and 4.</summary>
internal static class FieldRules
{
    public static bool IsFilterable(Field field) => field.IsFilterable && !field.IsCompound
        && field.Type is not (FieldType.Base64 or FieldType.EncryptedString);

    public static bool IsSortable(Field field) => field.IsSortable && !field.IsCompound
        && field.Type is not (FieldType.MultiPicklist or FieldType.EncryptedString or FieldType.Base64);

    public static bool IsGroupable(Field field) => field is { IsFilterable: true, IsCompound: false, IsCalculated: false }
        && field.Type is not (FieldType.Double or FieldType.Currency or FieldType.Percent or FieldType.MultiPicklist or FieldType.Time
            or FieldType.DateTime or FieldType.Base64 or FieldType.EncryptedString);

    public static bool IsNumber(Field field) =>
        field.Type is FieldType.Int or FieldType.Long or FieldType.Double or FieldType.Currency or FieldType.Percent;
}
