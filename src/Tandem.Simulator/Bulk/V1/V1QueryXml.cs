using System.Globalization;
using System.Xml;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Query;
using Tandem.Simulator.Soql;

namespace Tandem.Simulator.Bulk.V1;

/// <summary>Writes rows of a query batch as XML, parents nested. Source: salesforce-api.md, section 3.3.</summary>
internal static class V1QueryXml
{
    private const string Instance = "http://www.w3.org/2001/XMLSchema-instance";

    public static void Write(XmlWriter writer, RecordShape shape, IReadOnlyList<QueryRow> rows)
    {
        writer.WriteStartElement("queryResult", V1Answer.Namespace);
        writer.WriteAttributeString("xmlns", "xsi", null, Instance);
        foreach (var row in rows)
            WriteRecord(writer, "records", shape, row.Values, row.Parents);
        writer.WriteEndElement();
    }

    private static void WriteRecord(XmlWriter writer, string name, RecordShape shape, object?[] values, object?[]?[]? parents)
    {
        writer.WriteStartElement(name, V1Answer.Namespace);
        writer.WriteAttributeString("type", Instance, "sObject");
        writer.WriteElementString("type", V1Answer.Namespace, shape.TypeName);
        foreach (var member in shape.Members)
        {
            if (member.Parents.Count > 0)
                WriteParent(writer, member, parents);
            else
                WriteValue(writer, member, member.Ordinal < 0 ? null : values[member.Ordinal]);
        }

        writer.WriteEndElement();
    }

    private static void WriteParent(XmlWriter writer, ShapeMember member, object?[]?[]? parents)
    {
        foreach (var (slot, shape) in member.Parents)
        {
            if (parents?[slot] is not { } values)
                continue;
            WriteRecord(writer, member.Name.Value, shape, values, parents);
            return;
        }

        WriteNull(writer, member.Name.Value);
    }

    private static void WriteValue(XmlWriter writer, ShapeMember member, object? value)
    {
        var name = member.Name.Value;
        if (value is null)
            WriteNull(writer, name);
        else
            writer.WriteElementString(name, V1Answer.Namespace, Spell(member.Field, value));
    }

    private static void WriteNull(XmlWriter writer, string name)
    {
        writer.WriteStartElement(name, V1Answer.Namespace);
        writer.WriteAttributeString("nil", Instance, "true");
        writer.WriteEndElement();
    }

    private static string Spell(Field? field, object value) => value switch
    {
        string text => field?.Type == FieldType.EncryptedString ? RecordJson.Mask(text) : text,
        bool truth => truth ? "true" : "false",
        decimal number => ValueText.Number(number),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime moment => moment.ToString(ValueText.UtcDateTime, CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString(ValueText.TimeOfDay, CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new InvalidOperationException($"A value of the type {value.GetType()} has no form in XML."),
    };
}
