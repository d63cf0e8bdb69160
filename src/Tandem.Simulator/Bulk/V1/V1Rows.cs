using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Tandem.Simulator.Bulk.Ingest;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Bulk.V1;

/// <summary>Reads the rows of a batch from CSV, XML or JSON, in their order; all three end as the JSON that REST would
/// bring.</summary>
internal sealed class V1Rows(BulkRows rows)
{
    private const int MostRows = 10_000;

    private static readonly XName Nil = XName.Get("nil", "http://www.w3.org/2001/XMLSchema-instance");

    /// <exception cref="BulkInvalidException">The data make no sense as a whole.</exception>
    public IReadOnlyList<RecordDraft> Read(BulkTarget target, V1Format format, UserAccess access, ReadOnlyMemory<byte> content)
    {
        var drafts = format switch
        {
            V1Format.Csv => ReadCsv(target, access, content),
            V1Format.Xml => ReadXml(target, content),
            _ => ReadJson(target, content),
        };
        return drafts.Count <= MostRows ? drafts
            : throw new BulkInvalidException($"InvalidBatch : A batch takes {MostRows} records; this one has {drafts.Count}");
    }

    private List<RecordDraft> ReadCsv(BulkTarget target, UserAccess access, ReadOnlyMemory<byte> content)
    {
        var upload = IngestUpload.Of(content, CsvDialect.Standard);
        var drafts = new List<RecordDraft>(upload.Rows);
        if (upload.IsEmpty)
            return drafts;
        var parser = new CsvParser(CsvDialect.Standard.Delimiter);
        upload.ReadHead(parser);
        var columns = CsvColumns.Read(parser, target, access);
        for (var row = 0; row < upload.Rows; row++)
        {
            upload.ReadRow(parser, row);
            drafts.Add(rows.Read(target, columns, parser));
        }

        return drafts;
    }

    private List<RecordDraft> ReadJson(BulkTarget target, ReadOnlyMemory<byte> content)
    {
        try
        {
            using var json = JsonDocument.Parse(content);
            return json.RootElement.ValueKind == JsonValueKind.Array
                ? [.. json.RootElement.EnumerateArray().Select(row => rows.Read(target, row))]
                : throw new BulkInvalidException("InvalidBatch : The records are no JSON array");
        }
        catch (JsonException)
        {
            throw new BulkInvalidException("InvalidBatch : The records are no JSON");
        }
    }

    private List<RecordDraft> ReadXml(BulkTarget target, ReadOnlyMemory<byte> content)
    {
        try
        {
            using var stream = new MemoryStream(content.ToArray(), writable: false);
            var root = XDocument.Load(stream).Root;
            if (root?.Name.LocalName != "sObjects")
                throw new BulkInvalidException("InvalidBatch : The records are no element sObjects");
            return [.. root.Elements().Where(element => element.Name.LocalName == "sObject").Select(element => ReadXml(target, element))];
        }
        catch (XmlException)
        {
            throw new BulkInvalidException("InvalidBatch : The records are no XML");
        }
    }

    private RecordDraft ReadXml(BulkTarget target, XElement element)
    {
        using var page = new MemoryStream();
        using (var writer = new Utf8JsonWriter(page))
            WriteObject(writer, element, target.Type);
        using var json = JsonDocument.Parse(page.GetBuffer().AsMemory(0, (int)page.Length));
        return rows.Read(target, json.RootElement);
    }

    private static void WriteObject(Utf8JsonWriter writer, XElement element, ObjectType? type)
    {
        writer.WriteStartObject();
        foreach (var member in element.Elements())
        {
            var name = member.Name.LocalName;
            if (name == "type")
            {
                writer.WriteStartObject("attributes");
                writer.WriteString("type", member.Value);
                writer.WriteEndObject();
            }
            else if ((string?)member.Attribute(Nil) is "true" or "1")
            {
                writer.WriteNull(name);
            }
            else if (member.Elements().FirstOrDefault(child => child.Name.LocalName == "sObject") is { } parent)
            {
                writer.WritePropertyName(name);
                WriteObject(writer, parent, null);
            }
            else if (member.Value.Length > 0)
            {
                WriteText(writer, name, member.Value, type?.FindField(name));
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string text, Field? field)
    {
        if (field?.Type == FieldType.Boolean && text is ("0" or "1"))
            writer.WriteBoolean(name, text == "1");
        else
            writer.WriteString(name, text);
    }
}
