using System.Globalization;
using System.Text.Json;
using System.Xml;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Soap;

/// <summary>
/// Writes a row, as REST renders it, as an sObject: the type, the Id, then the fields as they were asked for, moments with <c>Z</c>,
/// files in base64, parents and children nested. Source: salesforce-api.md, sections 7 and 8.2.
/// </summary>
internal sealed class RecordXml(Org org, string sObjects)
{
    private const string Attributes = "attributes";

    public void WriteRecord(XmlWriter writer, string name, JsonElement row)
    {
        writer.WriteStartElement(name);
        WriteMembers(writer, row);
        writer.WriteEndElement();
    }

    private void WriteMembers(XmlWriter writer, JsonElement row)
    {
        var attributes = row.GetProperty(Attributes);
        var typeName = attributes.GetProperty("type").GetString() ?? "";
        var table = org.FindTable(typeName);
        var isAggregate = !attributes.TryGetProperty("url", out var url);
        writer.WriteAttributeString("xsi", "type", SoapXml.Xsi, "sf:sObject");
        writer.WriteElementString("sf", "type", sObjects, typeName);

        // The Id stands here in any case, and a second time where the statement asks for it.
        WriteText(writer, "Id", row.TryGetProperty("Id", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null);
        foreach (var member in row.EnumerateObject())
        {
            if (member.NameEquals(Attributes))
                continue;
            var field = table?.Type.FindField(member.Name);
            if (field?.Type == FieldType.Base64 && member.Value.ValueKind == JsonValueKind.String && table is not null)
                WriteText(writer, member.Name, ReadFile(table, field, url));
            else
                WriteMember(writer, member, field, isAggregate);
        }
    }

    private void WriteMember(XmlWriter writer, JsonProperty member, Field? field, bool isAggregate)
    {
        switch (member.Value.ValueKind)
        {
            case JsonValueKind.Null:
                WriteText(writer, member.Name, null);
                break;
            case JsonValueKind.Object:
                writer.WriteStartElement("sf", member.Name, sObjects);
                if (member.Value.TryGetProperty(Attributes, out _))
                    WriteMembers(writer, member.Value);
                else if (member.Value.TryGetProperty("records", out var records))
                    WriteChildren(writer, member.Value, records);
                else
                    WriteCompound(writer, member.Value);
                writer.WriteEndElement();
                break;
            default:
                var text = TextOf(member.Value, field?.Type == FieldType.DateTime || (field is null && IsMoment(member.Value)));
                writer.WriteStartElement("sf", member.Name, sObjects);
                if (isAggregate)
                    writer.WriteAttributeString("xsi", "type", SoapXml.Xsi, XsdTypeOf(member.Value));
                writer.WriteString(text);
                writer.WriteEndElement();
                break;
        }
    }

    private void WriteChildren(XmlWriter writer, JsonElement set, JsonElement records)
    {
        writer.WriteAttributeString("xsi", "type", SoapXml.Xsi, "QueryResult");
        writer.Write("done", !set.TryGetProperty("done", out var done) || done.GetBoolean());
        var locator = set.TryGetProperty("nextRecordsUrl", out var next) ? next.GetString() : null;
        writer.Write("queryLocator", locator?[(locator.LastIndexOf('/') + 1)..]);
        foreach (var child in records.EnumerateArray())
            WriteRecord(writer, "records", child);
        writer.Write("size", set.GetProperty("totalSize").GetInt32());
    }

    private static void WriteCompound(XmlWriter writer, JsonElement compound)
    {
        writer.WriteAttributeString("xsi", "type", SoapXml.Xsi, compound.TryGetProperty("city", out _) ? "address" : "location");
        foreach (var part in compound.EnumerateObject())
            writer.Write(part.Name, part.Value.ValueKind == JsonValueKind.Null ? null : TextOf(part.Value, isMoment: false));
    }

    private void WriteText(XmlWriter writer, string name, string? text)
    {
        writer.WriteStartElement("sf", name, sObjects);
        if (text is null)
            writer.WriteAttributeString("xsi", "nil", SoapXml.Xsi, "true");
        else
            writer.WriteString(text);
        writer.WriteEndElement();
    }

    /// <summary>REST answers a file's address; the file itself is in the record that the row's address names.</summary>
    private static string? ReadFile(ObjectTable table, Field field, JsonElement url)
    {
        var path = url.GetString() ?? "";
        return table.Find(path[(path.LastIndexOf('/') + 1)..]) is { } record && record[table.Type.OrdinalOf(field.Name)] is byte[] file
            ? Convert.ToBase64String(file) : null;
    }

    private static string TextOf(JsonElement value, bool isMoment) => value.ValueKind switch
    {
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => value.GetRawText(),
        _ when isMoment => (value.GetString() ?? "").Replace("+0000", "Z", StringComparison.Ordinal),
        _ => value.GetString() ?? "",
    };

    private static bool IsMoment(JsonElement value) => value.ValueKind == JsonValueKind.String && DateTime.TryParseExact(
        value.GetString(), ValueText.RestDateTime, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static string XsdTypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "xsd:boolean",
        JsonValueKind.Number => value.TryGetInt32(out _) ? "xsd:int" : "xsd:double",
        _ => IsMoment(value) ? "xsd:dateTime" : "xsd:string",
    };
}
