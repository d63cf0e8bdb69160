using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tandem.Simulator.Events;

namespace Tandem.Simulator.PubSub.Avro;

/// <summary>
/// Writes Avro schemas as the platform does: the header of change events at field 0, every other field a union with null, compounds
/// defined where they come first and named from there on. Source: salesforce-api.md, section 6.5.
/// </summary>
internal static class SchemaJson
{
    private const string Namespace = "com.sforce.eventbus";

    /// <summary>What a person account's name consists of; a business account's is the other branch of the union.</summary>
    private static readonly AvroField[] PersonParts =
    [
        new() { Name = "Salutation", Kind = AvroKind.Text, Doc = "Data:DynamicEnum", Ordinal = -1 },
        new() { Name = "FirstName", Kind = AvroKind.Text, Doc = "Data:Text", Ordinal = -1 },
        new() { Name = "LastName", Kind = AvroKind.Text, Doc = "Data:Text", Ordinal = -1 },
    ];

    public static string OfChanges(string name, IReadOnlyList<AvroField> fields) => Write(name, fields, static json =>
    {
        json.WriteStartObject();
        json.WriteString("name", "ChangeEventHeader");
        json.WriteStartObject("type");
        json.WriteString("type", "record");
        json.WriteString("name", "ChangeEventHeader");
        json.WriteStartArray("fields");
        WritePlain(json, "entityName", "string");
        WriteTexts(json, "recordIds");
        WriteChangeType(json);
        WritePlain(json, "changeOrigin", "string");
        WritePlain(json, "transactionKey", "string");
        WritePlain(json, "sequenceNumber", "int");
        WritePlain(json, "commitTimestamp", "long");
        WritePlain(json, "commitNumber", "long");
        WritePlain(json, "commitUser", "string");
        WriteTexts(json, "nulledFields");
        WriteTexts(json, "diffFields");
        WriteTexts(json, "changedFields");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteString("doc", "Data:ComplexValueType");
        json.WriteEndObject();
    });

    public static string OfPlatformEvent(string name, IReadOnlyList<AvroField> fields) => Write(name, fields, static json =>
    {
        WritePlain(json, "CreatedDate", "long", "CreatedDate:DateTime");
        WritePlain(json, "CreatedById", "string", "CreatedBy:EntityId");
    });

    private static string Write(string name, IReadOnlyList<AvroField> fields, Action<Utf8JsonWriter> writeStart)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("type", "record");
            json.WriteString("name", name);
            json.WriteString("namespace", Namespace);
            json.WriteStartArray("fields");
            writeStart(json);
            HashSet<string> defined = new(StringComparer.Ordinal);
            foreach (var field in fields)
                WriteField(json, field, defined);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void WriteField(Utf8JsonWriter json, AvroField field, HashSet<string> defined)
    {
        json.WriteStartObject();
        json.WriteString("name", field.Name);
        json.WriteStartArray("type");
        json.WriteStringValue("null");
        if (field.RecordName is { } recordName)
        {
            WriteRecord(json, recordName, field.Parts, defined);
        }
        else
        {
            json.WriteStringValue(TypeName(field.Kind));
            if (field.IsSwitchableName)
                WriteRecord(json, "Switchable_PersonName", PersonParts, defined);
        }

        json.WriteEndArray();
        json.WriteString("doc", field.Doc);
        json.WriteNull("default");
        json.WriteEndObject();
    }

    private static void WriteRecord(Utf8JsonWriter json, string name, IReadOnlyList<AvroField> parts, HashSet<string> defined)
    {
        if (!defined.Add(name))
        {
            json.WriteStringValue(name);
            return;
        }

        json.WriteStartObject();
        json.WriteString("type", "record");
        json.WriteString("name", name);
        json.WriteStartArray("fields");
        foreach (var part in parts)
            WriteField(json, part, defined);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string TypeName(AvroKind kind) => kind switch
    {
        AvroKind.Text => "string",
        AvroKind.Boolean => "boolean",
        AvroKind.Int => "int",
        AvroKind.Double => "double",
        AvroKind.Long or AvroKind.DateTime or AvroKind.Date or AvroKind.Time => "long",
        _ => throw new InvalidOperationException($"{kind} has no Avro type of its own."),
    };

    private static void WritePlain(Utf8JsonWriter json, string name, string type, string? doc = null)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("type", type);
        if (doc is not null)
            json.WriteString("doc", doc);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteStartObject("type");
        json.WriteString("type", "array");
        json.WriteString("items", "string");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteChangeType(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", "changeType");
        json.WriteStartObject("type");
        json.WriteString("type", "enum");
        json.WriteString("name", "ChangeType");
        json.WriteStartArray("symbols");
        foreach (var changeType in ChangeTypes.All)
            json.WriteStringValue(changeType);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
