using System.Text.Json;
using System.Text.Json.Nodes;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Control;

/// <summary>
/// Makes the changed field of an edit: the members that the definition names replace those of the field. A new type makes a new field
/// of it that keeps name, label and the rules that go with any type. Used by <see cref="SchemaEditor"/>.
/// </summary>
internal static class FieldChange
{
    private const string Origin = "definition";

    private static readonly string[] Members =
    [
        "name", "type", "label", "length", "precision", "scale", "digits", "required", "unique", "externalId", "caseSensitive",
        "createable", "updateable", "values", "restricted", "html", "referenceTo",
    ];

    public static Field Of(Field field, JsonElement definition)
    {
        var node = new MetadataNode(Origin, "$", definition);
        node.ExpectOnly(Members);
        return node.Has("type") ? Retyped(field, definition) : Changed(field, node);
    }

    /// <summary>Reads the field anew, with what it was wherever the definition is silent.</summary>
    private static Field Retyped(Field field, JsonElement definition)
    {
        var merged = new JsonObject
        {
            ["name"] = field.Name,
            ["label"] = field.Label,
            ["required"] = !field.IsNillable && field.Type != FieldType.Boolean,
            ["createable"] = field.IsCreateable,
            ["updateable"] = field.IsUpdateable,
        };
        foreach (var member in definition.EnumerateObject())
            merged[member.Name] = JsonNode.Parse(member.Value.GetRawText());
        using var document = JsonDocument.Parse(merged.ToJsonString());
        return FieldReader.Read(new MetadataNode(Origin, "$", document.RootElement)).ToList() is [{ IsCompound: false } changed]
            ? changed
            : throw new ControlException($"{field.Name} cannot become a compound; remove it and add another.");
    }

    private static Field Changed(Field field, MetadataNode node)
    {
        var name = node.OptionalText("name") ?? field.Name;
        var length = node.Number("length", field.Length, 0, 131_072);
        var isLong = field.Type == FieldType.TextArea && length > 255;
        var isExternalId = node.Flag("externalId", field.IsExternalId);
        if (isExternalId && field.Type is not (FieldType.String or FieldType.Double or FieldType.Email))
            throw new ControlException($"{field.Name} cannot be an external id: expected a string, a double or an email.");
        var isUnique = node.Flag("unique", field.IsUnique);
        if (isUnique && field.Type is not (FieldType.String or FieldType.Double or FieldType.Email or FieldType.Int))
            throw new ControlException($"{field.Name} cannot be unique: expected a string, a double, an int or an email.");
        var values = node.Has("values") ? node.Texts("values") : field.PicklistValues;
        return field with
        {
            Name = name,
            Label = node.OptionalText("label") ?? field.Label,
            Length = length,
            Precision = node.Number("precision", field.Precision, 0, 18),
            Scale = node.Number("scale", field.Scale, 0, 18),
            Digits = node.Number("digits", field.Digits, 0, 18),
            IsNillable = node.Has("required") ? !node.Flag("required", false) : field.IsNillable,
            IsUnique = isUnique,
            IsExternalId = isExternalId,
            IsIdLookup = isExternalId || (field.IsIdLookup && !field.IsExternalId),
            IsCaseSensitive = node.Flag("caseSensitive", field.IsCaseSensitive),
            IsCreateable = node.Flag("createable", field.IsCreateable),
            IsUpdateable = node.Flag("updateable", field.IsUpdateable),
            IsFilterable = field.Type == FieldType.TextArea ? !isLong : field.IsFilterable,
            IsSortable = field.Type == FieldType.TextArea ? !isLong : field.IsSortable,
            IsHtml = node.Flag("html", field.IsHtml),
            IsRestrictedPicklist = node.Flag("restricted", field.IsRestrictedPicklist),
            PicklistValues = values,
            ReferenceTo = node.Has("referenceTo") ? node.Texts("referenceTo") : field.ReferenceTo,
            RelationshipName = field.RelationshipName is { } relationship && name.EndsWith("__c", StringComparison.Ordinal)
                ? name[..^1] + "r" : field.RelationshipName,
        };
    }
}
