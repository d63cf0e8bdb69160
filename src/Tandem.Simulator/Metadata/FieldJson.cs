using System.Text.Json;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Metadata;

/// <summary>Writes one field as describe answers it, with all attributes. Source: salesforce-api.md, section 2.2.</summary>
internal static class FieldJson
{
    public static void Write(Utf8JsonWriter writer, Field field)
    {
        var isReference = field.Type == FieldType.Reference;
        var isMultiple = field.ReferenceTo.Count > 1;
        writer.WriteStartObject();
        writer.WriteBoolean("aggregatable", field is { IsFilterable: true, IsCompound: false }
            && field.Type is not (FieldType.Boolean or FieldType.MultiPicklist));
        writer.WriteBoolean("aiPredictionField", false);
        writer.WriteBoolean("autoNumber", field.IsAutoNumber);
        writer.WriteNumber("byteLength", field.Type is FieldType.Id or FieldType.Reference ? field.Length : field.Length * 3);
        writer.WriteBoolean("calculated", field is { IsCalculated: true, IsPlatformFormula: false });
        writer.WriteString("calculatedFormula", field.IsPlatformFormula ? null : field.Formula);
        writer.WriteBoolean("cascadeDelete", field.OnDelete == DeleteRule.Cascade);
        writer.WriteBoolean("caseSensitive", field.IsCaseSensitive);
        writer.WriteString("compoundFieldName", field.CompoundFieldName);
        writer.WriteNull("controllerName");
        writer.WriteBoolean("createable", field.IsCreateable);
        writer.WriteBoolean("custom", field.IsCustom);
        writer.WritePropertyName("defaultValue");
        ValueText.WriteJson(writer, field.Type == FieldType.Boolean ? field.DefaultValue ?? false : null);
        writer.WriteString("defaultValueFormula", field.Type == FieldType.Boolean ? null : KeyIndex.KeyOf(field.DefaultValue));
        writer.WriteBoolean("defaultedOnCreate", field.IsDefaultedOnCreate || field.IsAutoNumber || field.Derivation != Derivation.None);
        writer.WriteBoolean("dependentPicklist", false);
        writer.WriteBoolean("deprecatedAndHidden", false);
        writer.WriteNumber("digits", field.Digits);
        writer.WriteBoolean("displayLocationInDecimal", field.Type == FieldType.Location);
        writer.WriteBoolean("encrypted", field.Type == FieldType.EncryptedString);
        writer.WriteBoolean("externalId", field.IsExternalId);
        writer.WriteString("extraTypeInfo", field.Type != FieldType.TextArea || field.Length <= 255 ? null : field.IsHtml
            ? "richtextarea" : "plaintextarea");
        writer.WriteBoolean("filterable", FieldRules.IsFilterable(field));
        writer.WriteNull("filteredLookupInfo");
        writer.WriteBoolean("formulaTreatNullNumberAsZero", field.TreatsBlankAsZero);
        writer.WriteBoolean("groupable", FieldRules.IsGroupable(field));
        writer.WriteBoolean("highScaleNumber", false);
        writer.WriteBoolean("htmlFormatted", field.IsHtml);
        writer.WriteBoolean("idLookup", field.IsIdLookup);
        writer.WriteNull("inlineHelpText");
        writer.WriteString("label", field.Label);
        writer.WriteNumber("length", field.Length);
        writer.WriteNull("mask");
        writer.WriteNull("maskType");
        writer.WriteString("name", field.Name);
        writer.WriteBoolean("nameField", field.IsNameField);
        writer.WriteBoolean("namePointing", isMultiple);
        writer.WriteBoolean("nillable", field.IsNillable);
        writer.WriteBoolean("permissionable", field.IsNillable && field.IsCreateable);
        WritePicklist(writer, field);
        writer.WriteBoolean("polymorphicForeignKey", isMultiple);
        writer.WriteNumber("precision", field.Precision);
        writer.WriteBoolean("queryByDistance", field.IsCompound);
        writer.WriteNull("referenceTargetField");
        JsonAnswer.WriteTexts(writer, "referenceTo", field.ReferenceTo);
        writer.WriteString("relationshipName", field.RelationshipName);
        if (field.IsMasterDetail)
            writer.WriteNumber("relationshipOrder", 0);
        else
            writer.WriteNull("relationshipOrder");
        writer.WriteBoolean("restrictedDelete", field.OnDelete == DeleteRule.Restrict);
        writer.WriteBoolean("restrictedPicklist", field.IsRestrictedPicklist);
        writer.WriteNumber("scale", field.Scale);
        writer.WriteBoolean("searchPrefilterable", isReference);
        writer.WriteString("soapType", SoapType(field.Type));
        writer.WriteBoolean("sortable", FieldRules.IsSortable(field));
        writer.WriteString("type", field.Type.ToString().ToLowerInvariant());
        writer.WriteBoolean("unique", field.IsUnique);
        writer.WriteBoolean("updateable", field.IsUpdateable);
        writer.WriteBoolean("writeRequiresMasterRead", false);
        writer.WriteEndObject();
    }

    private static void WritePicklist(Utf8JsonWriter writer, Field field)
    {
        writer.WriteStartArray("picklistValues");
        foreach (var value in field.PicklistValues)
        {
            writer.WriteStartObject();
            writer.WriteBoolean("active", true);
            writer.WriteBoolean("defaultValue", Equals(field.DefaultValue, value));
            writer.WriteString("label", value);
            writer.WriteNull("validFor");
            writer.WriteString("value", value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static string SoapType(FieldType type) => type switch
    {
        FieldType.Id or FieldType.Reference => "tns:ID",
        FieldType.Boolean => "xsd:boolean",
        FieldType.Int => "xsd:int",
        FieldType.Long => "xsd:long",
        FieldType.Double or FieldType.Currency or FieldType.Percent => "xsd:double",
        FieldType.Date => "xsd:date",
        FieldType.DateTime => "xsd:dateTime",
        FieldType.Time => "xsd:time",
        FieldType.Base64 => "xsd:base64Binary",
        FieldType.Address => "urn:address",
        FieldType.Location => "urn:location",
        FieldType.AnyType => "xsd:anyType",
        _ => "xsd:string",
    };
}
