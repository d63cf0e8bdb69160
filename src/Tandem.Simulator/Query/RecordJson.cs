using System.Text.Json;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Soql;

namespace Tandem.Simulator.Query;

/// <summary>
/// Writes records as REST answers them: <c>attributes</c>, then the members; parents nested, compounds as objects, files as addresses.
/// Used wherever rows are answered. Source: salesforce-api.md, sections 2.6 and 8.2.
/// </summary>
internal static class RecordJson
{
    private const int UnmaskedCharacters = 4;

    private static readonly JsonEncodedText Attributes = JsonEncodedText.Encode("attributes");
    private static readonly JsonEncodedText Type = JsonEncodedText.Encode("type");
    private static readonly JsonEncodedText Url = JsonEncodedText.Encode("url");
    private static readonly JsonEncodedText TotalSize = JsonEncodedText.Encode("totalSize");
    private static readonly JsonEncodedText Done = JsonEncodedText.Encode("done");
    private static readonly JsonEncodedText NextRecordsUrl = JsonEncodedText.Encode("nextRecordsUrl");
    private static readonly JsonEncodedText Records = JsonEncodedText.Encode("records");

    /// <summary>Writes one row of a result.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="shape">What to show of the row.</param>
    /// <param name="row">The row.</param>
    /// <param name="root">What addresses begin with: <c>/services/data/v67.0</c> for a request of that version.</param>
    /// <param name="pages">How large sets of children are cut; null writes them whole.</param>
    public static void Write(Utf8JsonWriter writer, RecordShape shape, in QueryRow row, string root, ChildPages? pages = null)
    {
        writer.WriteStartObject();
        writer.WriteStartObject(Attributes);
        writer.WriteString(Type, shape.TypeName);
        if (shape.Type is { } type)
            writer.WriteString(Url, RecordUrl(type, row.Values, root));
        writer.WriteEndObject();

        foreach (var member in shape.Members)
        {
            writer.WritePropertyName(member.Name);
            if (member.IsParent)
                WriteParent(writer, member, row.Parents, root, pages);
            else if (member.Children >= 0)
                WriteChildren(writer, row.Children?[member.Children], root, pages);
            else if (member.Compute is not null)
                ValueText.WriteJson(writer, member.Compute(row));
            else if (member.Parts.Count > 0)
                WriteCompound(writer, member, row.Values);
            else
                WriteField(writer, member, shape.Type, row.Values, root);
        }

        writer.WriteEndObject();
    }

    /// <summary>A value of an encrypted field as a user without the right to view it sees it.</summary>
    public static string Mask(string text)
    {
        var hidden = text.Length > UnmaskedCharacters ? text.Length - UnmaskedCharacters : text.Length;
        return string.Concat(new string('*', hidden), text.AsSpan(hidden));
    }

    private static string RecordUrl(ObjectType type, object?[] values, string root) =>
        $"{root}/sobjects/{type.Name}/{values[0]}";

    private static void WriteParent(
        Utf8JsonWriter writer, ShapeMember member, object?[]?[]? parents, string root, ChildPages? pages)
    {
        foreach (var (slot, shape) in member.Parents)
        {
            if (parents?[slot] is not { } values)
                continue;
            Write(writer, shape, new QueryRow(values, parents), root, pages);
            return;
        }

        writer.WriteNullValue();
    }

    private static void WriteChildren(Utf8JsonWriter writer, QueryResult? children, string root, ChildPages? pages)
    {
        if (children is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WriteNumber(TotalSize, children.TotalSize);
        var shown = Math.Min(children.Rows.Count, pages?.Size ?? int.MaxValue);
        writer.WriteBoolean(Done, shown == children.Rows.Count);
        if (pages is not null && shown < children.Rows.Count)
            writer.WriteString(NextRecordsUrl, $"{root}/query/{pages.OpenRest(children)}");
        writer.WriteStartArray(Records);
        for (var place = 0; place < shown; place++)
            Write(writer, children.Shape, children.Rows[place], root, pages);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteCompound(Utf8JsonWriter writer, ShapeMember member, object?[] values)
    {
        if (member.Parts.All(part => part.Ordinal < 0 || values[part.Ordinal] is null))
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        foreach (var part in member.Parts)
        {
            writer.WritePropertyName(part.Key);
            ValueText.WriteJson(writer, part.Ordinal < 0 ? null : values[part.Ordinal]);
        }

        writer.WriteEndObject();
    }

    private static void WriteField(Utf8JsonWriter writer, ShapeMember member, ObjectType? type, object?[] values, string root)
    {
        var value = member.Ordinal < 0 ? null : values[member.Ordinal];
        if (value is byte[] && type is not null && member.Field is { } file)
            writer.WriteStringValue($"{RecordUrl(type, values, root)}/{file.Name}");
        else if (value is string text && member.Field?.Type == FieldType.EncryptedString)
            writer.WriteStringValue(Mask(text));
        else if (member.Transform is not null)
            ValueText.WriteJson(writer, member.Transform(value));
        else
            ValueText.WriteJson(writer, value);
    }
}
