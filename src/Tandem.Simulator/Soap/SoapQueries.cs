using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Query;
using Tandem.Simulator.Soql;

namespace Tandem.Simulator.Soap;

/// <summary>Reads by SOQL in pages, and by ids. Rows are rendered as REST renders them and then put into elements, so that both answer
/// the same of every statement. Source: salesforce-api.md, section 7.</summary>
internal sealed partial class SoapQueries(Org org)
{
    private const int MaxIds = 2000;

    private readonly CursorStore _cursors = new(org.TimeProvider);

    public Action<XmlWriter> Query(SoapCall call, Caller caller, bool includeDeleted)
    {
        var result = Run(call.Operation.TextOf("queryString"), caller, includeDeleted);
        var cursor = result.Rows.Count > call.BatchSize ? _cursors.Open(caller.UserId, result, call.BatchSize) : null;
        return Page(call, caller, result, cursor, 0, call.BatchSize);
    }

    public Action<XmlWriter> QueryMore(SoapCall call, Caller caller)
    {
        var (cursor, offset) = _cursors.Find(caller.UserId, call.Operation.TextOf("queryLocator"));
        return Page(call, caller, cursor.Result, cursor, offset, cursor.PageSize);
    }

    /// <summary>One result for each id, nil for a record that is not there.</summary>
    public Action<XmlWriter> Retrieve(SoapCall call, Caller caller)
    {
        var typeName = call.Operation.TextOf("sObjectType");
        var fields = call.Operation.TextOf("fieldList");
        var ids = call.Operation.TextsOf("ids");
        if (ids.Count > MaxIds)
            throw SoapFault.Of("EXCEEDED_ID_LIMIT", $"record limit reached. cannot retrieve more than {MaxIds} records in this call");
        if (!NamePattern().IsMatch(typeName) || org.FindTable(typeName) is null)
            throw SoapFault.Of("INVALID_TYPE", $"sObject type '{typeName}' is not supported.");
        if (!FieldsPattern().IsMatch(fields))
            throw SoapFault.Of("INVALID_FIELD", "The field list must name fields, separated by commas.");

        var wanted = ids.Select(text => RecordId.Expand(text) ?? throw SoapFault.Of("MALFORMED_ID", $"malformed id {text}")).ToList();
        var found = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (wanted.Count > 0)
        {
            // The Id comes first, so that each row can be told apart however the caller's list looks.
            var names = fields.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Where(name => !name.Equals("Id", StringComparison.OrdinalIgnoreCase));
            var list = string.Join(", ", names.Prepend("Id"));
            var statement = $"SELECT {list} FROM {typeName} WHERE Id IN ('{string.Join("','", wanted)}')";
            var result = Run(statement, caller, includeDeleted: false);
            using var rows = Render(call, result, 0, result.Rows.Count, children: null);
            foreach (var row in rows.RootElement.EnumerateArray())
                found[row.GetProperty("Id").GetString() ?? ""] = row.Clone();
        }

        var xml = new RecordXml(org, SoapXml.SObjects(call.Door));
        return writer =>
        {
            foreach (var id in wanted)
            {
                if (found.TryGetValue(id, out var row))
                    xml.WriteRecord(writer, "result", row);
                else
                    writer.WriteNil("result");
            }
        };
    }

    private QueryResult Run(string statement, Caller caller, bool includeDeleted)
    {
        if (statement.Length == 0)
            throw SoapFault.Of("MALFORMED_QUERY", "The query string is empty.");
        return QueryBinder.Bind(SoqlParser.Parse(statement), QueryContext.Of(org, caller)).Run(includeDeleted);
    }

    private Action<XmlWriter> Page(
        SoapCall call, Caller caller, QueryResult result, QueryCursor? cursor, int offset, int pageSize) => writer =>
    {
        var end = Math.Min(result.Rows.Count, offset + pageSize);
        var isDone = end == result.Rows.Count;
        using var rows = Render(call, result, offset, end, new ChildPages(_cursors, caller.UserId, pageSize));
        var xml = new RecordXml(org, SoapXml.SObjects(call.Door));
        writer.WriteStartElement("result");
        writer.WriteAttributeString("xsi", "type", SoapXml.Xsi, "QueryResult");
        writer.Write("done", isDone);
        writer.Write("queryLocator", isDone || cursor is null ? null : string.Create(CultureInfo.InvariantCulture, $"{cursor.Id}-{end}"));
        foreach (var row in rows.RootElement.EnumerateArray())
            xml.WriteRecord(writer, "records", row);
        writer.Write("size", result.TotalSize);
        writer.WriteEndElement();
    };

    private static JsonDocument Render(SoapCall call, QueryResult result, int offset, int end, ChildPages? children)
    {
        var root = ApiVersions.RootOf(call.Version);
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartArray();
            for (var place = offset; place < end; place++)
                RecordJson.Write(writer, result.Shape, result.Rows[place], root, children);
            writer.WriteEndArray();
        }

        return JsonDocument.Parse(bytes.WrittenMemory);
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]*$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[A-Za-z0-9_.,\s]+$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FieldsPattern();
}
