using System.Text.Json;
using Tandem.Salesforce.Http;

namespace Tandem.Salesforce.Describe;

/// <summary>Reads the JSON of describe answers into records.</summary>
internal static class DescribeReader
{
    public static IReadOnlyList<SObjectSummary> ReadList(JsonElement root)
        => [.. root.RequiredArray("sobjects").EnumerateArray().Select(ReadSummary)];

    public static SObjectDescription ReadObject(JsonElement element) => new()
    {
        Name = element.RequiredText("name"),
        Label = element.Text("label") ?? "",
        KeyPrefix = element.Text("keyPrefix"),
        IsQueryable = element.Flag("queryable"),
        IsCreateable = element.Flag("createable"),
        IsUpdateable = element.Flag("updateable"),
        IsDeletable = element.Flag("deletable"),
        IsReplicateable = element.Flag("replicateable"),
        Fields = [.. element.RequiredArray("fields").EnumerateArray().Select(ReadField)],
        ChildRelationships = ReadChildren(element),
    };

    private static ChildRelationship[] ReadChildren(JsonElement element)
        => element.TryGetProperty("childRelationships", out var children) && children.ValueKind == JsonValueKind.Array
            ? [.. children.EnumerateArray().Select(child => new ChildRelationship
            {
                ChildObject = child.RequiredText("childSObject"),
                Field = child.RequiredText("field"),
                RelationshipName = child.Text("relationshipName"),
                IsCascadeDelete = child.Flag("cascadeDelete"),
            })]
            : [];

    private static SObjectSummary ReadSummary(JsonElement element) => new()
    {
        Name = element.RequiredText("name"),
        Label = element.Text("label") ?? "",
        KeyPrefix = element.Text("keyPrefix"),
        IsQueryable = element.Flag("queryable"),
        IsCreateable = element.Flag("createable"),
        IsUpdateable = element.Flag("updateable"),
        IsDeletable = element.Flag("deletable"),
        IsReplicateable = element.Flag("replicateable"),
        IsCustom = element.Flag("custom"),
        IsCustomSetting = element.Flag("customSetting"),
        IsDeprecatedAndHidden = element.Flag("deprecatedAndHidden"),
    };

    private static FieldDescription ReadField(JsonElement element)
    {
        var typeName = element.RequiredText("type");
        return new FieldDescription
        {
            Name = element.RequiredText("name"),
            Label = element.Text("label") ?? "",
            Type = ReadType(typeName),
            TypeName = typeName,
            SoapType = element.Text("soapType") ?? "",
            Length = element.Number("length"),
            ByteLength = element.Number("byteLength"),
            Precision = element.Number("precision"),
            Scale = element.Number("scale"),
            Digits = element.Number("digits"),
            IsNillable = element.Flag("nillable"),
            IsCreateable = element.Flag("createable"),
            IsUpdateable = element.Flag("updateable"),
            IsCalculated = element.Flag("calculated"),
            IsUnique = element.Flag("unique"),
            IsExternalId = element.Flag("externalId"),
            IsIdLookup = element.Flag("idLookup"),
            IsCaseSensitive = element.Flag("caseSensitive"),
            IsFilterable = element.Flag("filterable"),
            IsSortable = element.Flag("sortable"),
            IsAutoNumber = element.Flag("autoNumber"),
            IsNameField = element.Flag("nameField"),
            IsNamePointing = element.Flag("namePointing"),
            IsPolymorphicForeignKey = element.Flag("polymorphicForeignKey"),
            IsCustom = element.Flag("custom"),
            IsEncrypted = element.Flag("encrypted"),
            IsHtmlFormatted = element.Flag("htmlFormatted"),
            IsDefaultedOnCreate = element.Flag("defaultedOnCreate"),
            IsDeprecatedAndHidden = element.Flag("deprecatedAndHidden"),
            IsRestrictedDelete = element.Flag("restrictedDelete"),
            IsRestrictedPicklist = element.Flag("restrictedPicklist"),
            DefaultValue = ReadDefault(element),
            CompoundFieldName = element.Text("compoundFieldName"),
            RelationshipName = element.Text("relationshipName"),
            ReferenceTargetField = element.Text("referenceTargetField"),
            CalculatedFormula = element.Text("calculatedFormula"),
            ExtraTypeInfo = element.Text("extraTypeInfo"),
            ReferenceTo = element.Texts("referenceTo"),
            PicklistValues = ReadPicklist(element),
        };
    }

    /// <summary>The names on the wire are the members' in lower case; a digit string must not pass as a number of the enum.</summary>
    internal static FieldType ReadType(string name)
        => char.IsAsciiLetter(name.FirstOrDefault()) && Enum.TryParse<FieldType>(name, ignoreCase: true, out var type)
            ? type
            : FieldType.Unknown;

    private static string? ReadDefault(JsonElement element) => element.TryGetProperty("defaultValue", out var value)
        ? value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Null => null,
            _ => value.GetRawText(),
        }
        : null;

    private static PicklistValue[] ReadPicklist(JsonElement element)
        => element.TryGetProperty("picklistValues", out var values) && values.ValueKind == JsonValueKind.Array
            ? [.. values.EnumerateArray().Select(value => new PicklistValue
            {
                Value = value.Text("value") ?? "",
                Label = value.Text("label") ?? "",
                IsActive = value.Flag("active"),
                IsDefault = value.Flag("defaultValue"),
            })]
            : [];
}
