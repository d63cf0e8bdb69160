using System.Buffers;
using System.Text.Json;
using System.Xml;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Soap;

/// <summary>
/// The objects of the org and their fields, from the same source as REST's describe, with elements in the order of the WSDL, which is
/// that of the alphabet. Source: salesforce-api.md, sections 2.2 and 7.
/// </summary>
internal sealed class SoapDescribes(Org org)
{
    private const int MaxObjects = 100;

    public Action<XmlWriter> Global(Caller caller)
    {
        var access = org.AccessOf(caller.UserId);
        return writer =>
        {
            writer.WriteStartElement("result");
            writer.Write("encoding", "UTF-8");
            writer.Write("maxBatchSize", 200);
            foreach (var type in org.Types.Where(access.CanSee).OrderBy(type => type.Name, StringComparer.Ordinal))
            {
                writer.WriteStartElement("sobjects");
                WriteSorted(writer, Summary(type, access));
                writer.WriteEndElement();
            }

            writer.WriteEndElement();
        };
    }

    public Action<XmlWriter> One(SoapCall call, Caller caller) => Describe(caller, [call.Operation.TextOf("sObjectType")]);

    public Action<XmlWriter> Many(SoapCall call, Caller caller)
    {
        var names = call.Operation.TextsOf("sObjectType");
        return names.Count <= MaxObjects ? Describe(caller, names)
            : throw SoapFault.Of("EXCEEDED_MAX_TYPES_LIMIT", $"cannot describe more than {MaxObjects} objects in one call");
    }

    private Action<XmlWriter> Describe(Caller caller, IReadOnlyList<string> names)
    {
        var access = org.AccessOf(caller.UserId);
        var types = names.Select(name => org.FindTable(name)?.Type is { } type && access.CanSee(type) ? type
            : throw SoapFault.Of("INVALID_TYPE", $"sObject type '{name}' is not supported.")).ToList();
        return writer =>
        {
            foreach (var type in types)
            {
                writer.WriteStartElement("result");
                WriteSorted(writer,
                [
                    .. Summary(type, access),
                    .. DescribeEndpoints.FieldsFor(access, type).Select(field => Member("fields", Render(json =>
                        FieldJson.Write(json, field)))),
                    .. Children(type, access),
                    Member("compactLayoutable", "false"),
                    Member("searchLayoutable", "false"),
                ]);
                writer.WriteEndElement();
            }
        };
    }

    private static List<(string Name, Action<XmlWriter> Write)> Summary(ObjectType type, UserAccess access)
    {
        var json = Render(writer =>
        {
            writer.WriteStartObject();
            DescribeEndpoints.WriteSummary(writer, type, "", access);
            writer.WriteEndObject();
        });
        return [.. json.EnumerateObject().Where(member => !member.NameEquals("urls") && member.Value.ValueKind != JsonValueKind.Null)
            .Select(member => Member(member.Name, member.Value))];
    }

    private IEnumerable<(string Name, Action<XmlWriter> Write)> Children(ObjectType parent, UserAccess access) =>
        DescribeEndpoints.ChildrenFor(access, org, parent).Select(pair => ("childRelationships", (Action<XmlWriter>)(writer =>
        {
            writer.WriteStartElement("childRelationships");
            writer.Write("cascadeDelete", pair.Reference.OnDelete == DeleteRule.Cascade);
            writer.Write("childSObject", pair.Child.Name);
            writer.Write("deprecatedAndHidden", false);
            writer.Write("field", pair.Reference.Name);
            if (pair.Reference.ChildRelationshipName is { } name)
                writer.Write("relationshipName", name);
            writer.WriteEndElement();
        })));

    private static void WriteSorted(XmlWriter writer, IEnumerable<(string Name, Action<XmlWriter> Write)> members)
    {
        foreach (var (_, write) in members.OrderBy(member => member.Name, StringComparer.Ordinal))
            write(writer);
    }

    private static (string Name, Action<XmlWriter> Write) Member(string name, JsonElement value) =>
        (name, writer => WriteJson(writer, name, value));

    private static (string Name, Action<XmlWriter> Write) Member(string name, string text) => (name, writer => writer.Write(name, text));

    /// <summary>Lists become repeated elements; what is null is left out, as the WSDL allows.</summary>
    private static void WriteJson(XmlWriter writer, string name, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                    WriteJson(writer, name, item);
                break;
            case JsonValueKind.Object:
                writer.WriteStartElement(name);
                foreach (var member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                    WriteJson(writer, member.Name, member.Value);
                writer.WriteEndElement();
                break;
            case JsonValueKind.String:
                writer.WriteElementString(name, value.GetString());
                break;
            default:
                writer.WriteElementString(name, value.GetRawText());
                break;
        }
    }

    private static JsonElement Render(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
            write(writer);
        using var document = JsonDocument.Parse(bytes.WrittenMemory);
        return document.RootElement.Clone();
    }
}
