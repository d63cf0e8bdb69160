using System.Text.Json;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Events.Schemas;

/// <summary>
/// Writes the schema of an object's events as REST answers it: COMPACT is the payload's record, EXPANDED is the whole message around it.
/// Datetimes are texts, as CometD delivers them. Source: salesforce-api.md, sections 5.3 and 6.5.
/// </summary>
internal static class EventSchemaJson
{
    private const string Namespace = "com.sforce.eventbus";

    private static readonly (string Name, string Type)[] HeaderFields =
    [
        ("entityName", "string"), ("recordIds", "array"), ("changeType", "enum"), ("changeOrigin", "string"), ("transactionKey", "string"),
        ("sequenceNumber", "int"), ("commitTimestamp", "long"), ("commitNumber", "long"), ("commitUser", "string"),
        ("nulledFields", "array"), ("diffFields", "array"), ("changedFields", "array"),
    ];

    public static void Write(Utf8JsonWriter writer, ObjectType type, string schemaId, bool isExpanded)
    {
        writer.WriteStartObject();
        writer.WriteString("name", NameOf(type));
        writer.WriteString("namespace", Namespace);
        if (isExpanded)
            WriteExpanded(writer, type);
        else
            WriteRecord(writer, type);
        writer.WriteString("uuid", schemaId);
        writer.WriteEndObject();
    }

    /// <summary>The name that the events of an object have.</summary>
    public static string NameOf(ObjectType type) =>
        ChannelDirectory.IsPlatformEvent(type) ? type.Name : ChannelDirectory.ChangeEventName(type.Name);

    private static void WriteExpanded(Utf8JsonWriter writer, ObjectType type)
    {
        writer.WriteString("type", "expanded-record");
        writer.WriteStartArray("fields");
        StartRecord(writer, "data", "Data");
        WritePlain(writer, "schema", "string");
        StartRecord(writer, "payload", "Payload");
        WriteMembers(writer, type);
        EndRecord(writer);
        StartRecord(writer, "event", "Event");
        WritePlain(writer, "EventUuid", "string");
        WritePlain(writer, "replayId", "long");
        EndRecord(writer);
        EndRecord(writer);
        WritePlain(writer, "channel", "string");
        writer.WriteEndArray();
    }

    private static void WriteRecord(Utf8JsonWriter writer, ObjectType type)
    {
        writer.WriteString("type", "record");
        writer.WriteStartArray("fields");
        WriteMembers(writer, type);
        writer.WriteEndArray();
    }

    private static void WriteMembers(Utf8JsonWriter writer, ObjectType type)
    {
        if (ChannelDirectory.IsPlatformEvent(type))
        {
            WritePlain(writer, "CreatedDate", "string", "CreatedDate:DateTime");
            WritePlain(writer, "CreatedById", "string", "CreatedBy:EntityId");
            foreach (var field in type.Fields.Skip(1).Where(field => field.IsCustom && !field.IsCompound))
                WriteField(writer, field, () => WriteType(writer, field.Type));
            return;
        }

        WriteHeader(writer);
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in EventShape.Of(type).Fields)
            WriteField(writer, field.Field, () => WriteFieldType(writer, type, field, written));
    }

    private static void WriteHeader(Utf8JsonWriter writer)
    {
        StartRecord(writer, "ChangeEventHeader", "ChangeEventHeader");
        foreach (var (name, kind) in HeaderFields)
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            if (kind == "array")
                WriteTyped(writer, "array", () => writer.WriteString("items", "string"));
            else if (kind == "enum")
                WriteTyped(writer, "enum", WriteChangeTypes);
            else
                writer.WriteString("type", kind);
            writer.WriteEndObject();
        }

        EndRecord(writer);

        void WriteChangeTypes()
        {
            writer.WriteString("name", "ChangeType");
            writer.WriteStartArray("symbols");
            foreach (var changeType in ChangeTypes.All)
                writer.WriteStringValue(changeType);
            writer.WriteEndArray();
        }
    }

    private static void WriteTyped(Utf8JsonWriter writer, string kind, Action members)
    {
        writer.WriteStartObject("type");
        writer.WriteString("type", kind);
        members();
        writer.WriteEndObject();
    }

    private static void WriteField(Utf8JsonWriter writer, Field field, Action writeType)
    {
        writer.WriteStartObject();
        writer.WriteString("name", field.Name);
        writer.WriteStartArray("type");
        writer.WriteStringValue("null");
        writeType();
        writer.WriteEndArray();
        writer.WriteString("doc", DocOf(field));
        writer.WriteNull("default");
        writer.WriteEndObject();
    }

    /// <summary>A compound's record is spelled out where it comes first, and named after that.</summary>
    private static void WriteFieldType(Utf8JsonWriter writer, ObjectType type, EventField field, HashSet<string> written)
    {
        if (field.Parts.Count == 0)
        {
            WriteType(writer, field.Field.Type);
            return;
        }

        var name = field.Field.Type switch
        {
            FieldType.Address => "Address",
            FieldType.Location => "Location",
            _ => "PersonName",
        };
        if (!written.Add(name))
        {
            writer.WriteStringValue(name);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("type", "record");
        writer.WriteString("name", name);
        writer.WriteStartArray("fields");
        foreach (var part in field.Parts)
            WriteField(writer, type.Fields[part.Ordinal] with { Name = part.Key }, () => WriteType(writer, type.Fields[part.Ordinal].Type));
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteType(Utf8JsonWriter writer, FieldType type) => writer.WriteStringValue(type switch
    {
        FieldType.Boolean => "boolean",
        FieldType.Int => "int",
        FieldType.Long => "long",
        FieldType.Double or FieldType.Currency or FieldType.Percent => "double",
        _ => "string",
    });

    private static string DocOf(Field field) => field.Name switch
    {
        "CreatedDate" => "CreatedDate:DateTime",
        _ when field.Type == FieldType.Reference => "ForeignKey:EntityId",
        _ => "Data:" + DataTypeOf(field),
    };

    private static string DataTypeOf(Field field) => field.Type switch
    {
        FieldType.Phone => "Phone",
        FieldType.Url => "Url",
        FieldType.Email => "Email",
        FieldType.Picklist => field.IsRestrictedPicklist ? "StaticEnum" : "DynamicEnum",
        FieldType.MultiPicklist => "MultiEnum",
        FieldType.TextArea => field.IsHtml ? "HtmlStringPlusClob" : "StringPlusClob",
        FieldType.Boolean => "Boolean",
        FieldType.Int or FieldType.Long => "Integer",
        FieldType.Double => "Double",
        FieldType.Currency => "Currency",
        FieldType.Percent => "Percent",
        FieldType.Date => "DateOnly",
        FieldType.DateTime => "DateTime",
        FieldType.Time => "TimeOnly",
        FieldType.Address => "Address",
        FieldType.Location => "Location",
        _ => "Text",
    };

    private static void WritePlain(Utf8JsonWriter writer, string name, string type, string? doc = null)
    {
        writer.WriteStartObject();
        writer.WriteString("name", name);
        writer.WriteString("type", type);
        if (doc is not null)
            writer.WriteString("doc", doc);
        writer.WriteEndObject();
    }

    private static void StartRecord(Utf8JsonWriter writer, string name, string recordName)
    {
        writer.WriteStartObject();
        writer.WriteString("name", name);
        writer.WriteStartObject("type");
        writer.WriteString("type", "record");
        writer.WriteString("name", recordName);
        writer.WriteStartArray("fields");
    }

    private static void EndRecord(Utf8JsonWriter writer)
    {
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
