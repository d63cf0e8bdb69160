using System.Buffers;
using System.Text.Json;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Soap;

/// <summary>
/// A record of a call in the form in which REST brings it, so that both are read and judged by the same rules: nil elements are left
/// out, <c>fieldsToNull</c> become nulls, nested records become parents named by key. Source: salesforce-api.md, section 7.
/// </summary>
internal static class SObjectJson
{
    public static RecordDraft ReadDraft(Org org, SoapNode node, bool takesId, Caller caller)
    {
        var draft = DraftReader.ReadTyped(org, ToJson(org, node, caller), takesId);
        foreach (var error in draft.Errors)
        {
            // What the WSDL forbids fails the whole call; what only this record has wrong fails the record.
            if (error.StatusCode is "INVALID_TYPE" || error.Message.StartsWith("No such column", StringComparison.Ordinal))
                throw SoapFault.Of(error.StatusCode, error.Message);
        }

        return draft with { Errors = [.. draft.Errors.Select(error => Translate(error, node, draft.Table))] };
    }

    public static string TypeOf(SoapNode node) => node.TextOf("type") is { Length: > 0 } type ? type : node.Type ?? "";

    private static JsonElement ToJson(Org org, SoapNode node, Caller caller)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
            WriteRecord(writer, org, node, caller);
        using var document = JsonDocument.Parse(bytes.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static void WriteRecord(Utf8JsonWriter writer, Org org, SoapNode node, Caller caller)
    {
        var typeName = TypeOf(node);
        var type = org.FindTable(typeName)?.Type;
        writer.WriteStartObject();
        if (typeName.Length > 0)
        {
            writer.WriteStartObject("attributes");
            writer.WriteString("type", typeName);
            writer.WriteEndObject();
        }

        foreach (var child in node.Children)
        {
            if (child.IsNil || child.Name is "type" or "fieldsToNull" or "attributes")
                continue;
            writer.WritePropertyName(child.Name);
            if (child.Children.Count > 0)
                WriteRecord(writer, org, child, caller);
            else
                writer.WriteStringValue(ValueOf(child.Text, type?.FindField(child.Name), caller));
        }

        foreach (var field in node.TextsOf("fieldsToNull"))
            writer.WriteNull(field);
        writer.WriteEndObject();
    }

    private static string ValueOf(string text, Field? field, Caller caller) => field switch
    {
        { Type: FieldType.Boolean } => text.Trim() switch { "1" => "true", "0" => "false", var other => other },
        { Length: > 0 } when caller.AllowsTruncation && IsCuttable(field.Type) && text.Trim().Length > field.Length =>
            text.Trim()[..field.Length],
        _ => text,
    };

    private static bool IsCuttable(FieldType type) => type is FieldType.String or FieldType.TextArea or FieldType.Phone
        or FieldType.Email or FieldType.Picklist or FieldType.MultiPicklist or FieldType.EncryptedString;

    private static SaveError Translate(SaveError error, SoapNode node, ObjectTable? table)
    {
        if (error is not { StatusCode: "JSON_PARSER_ERROR", Fields: [var name, ..] })
            return error;
        var label = table?.Type.FindField(name)?.Label ?? name;
        var text = node.Children.FirstOrDefault(child => child.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Text.Trim();
        return error with { StatusCode = "INVALID_TYPE_ON_FIELD_IN_RECORD", Message = $"{label}: value not of required type: {text}" };
    }
}
