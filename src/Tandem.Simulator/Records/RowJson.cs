using System.Globalization;
using System.Text.Json;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Records;

/// <summary>Writes a stored row as REST answers one that is read by its id: attributes, values, compounds as objects, blobs as
/// addresses.</summary>
internal static class RowJson
{
    /// <summary><paramref name="ordinals"/> null means every field.</summary>
    public static void Write(Utf8JsonWriter writer, ObjectType type, object?[] values, IReadOnlyList<int>? ordinals, string root)
    {
        var url = $"{root}/sobjects/{type.Name}/{values[0]}";
        writer.WriteStartObject();
        writer.WriteStartObject("attributes");
        writer.WriteString("type", type.Name);
        writer.WriteString("url", url);
        writer.WriteEndObject();
        foreach (var ordinal in ordinals ?? [.. Enumerable.Range(0, type.Fields.Count)])
        {
            var field = type.Fields[ordinal];
            writer.WritePropertyName(field.Name);
            if (field.IsCompound)
                WriteCompound(writer, type, field, values);
            else if (field.Type == FieldType.Base64 && values[ordinal] is not null)
                writer.WriteStringValue($"{url}/{field.Name}");
            else
                ValueText.WriteJson(writer, values[ordinal]);
        }

        writer.WriteEndObject();
    }

    private static void WriteCompound(Utf8JsonWriter writer, ObjectType type, Field compound, object?[] values)
    {
        var parts = new SortedDictionary<string, object?>(StringComparer.Ordinal);
        for (var ordinal = 0; ordinal < type.Fields.Count; ordinal++)
        {
            if (string.Equals(type.Fields[ordinal].CompoundFieldName, compound.Name, StringComparison.Ordinal))
                parts[PartName(type.Fields[ordinal].Name, compound.Name)] = values[ordinal];
        }

        if (parts.Values.All(value => value is null))
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        foreach (var (name, value) in parts)
        {
            writer.WritePropertyName(name);
            ValueText.WriteJson(writer, value);
        }

        writer.WriteEndObject();
    }

    /// <summary><c>BillingPostalCode</c> of <c>BillingAddress</c>, or <c>Site__PostalCode__s</c> of <c>Site__c</c>:
    /// <c>postalCode</c>.</summary>
    private static string PartName(string field, string compound)
    {
        var name = compound.EndsWith("__c", StringComparison.Ordinal) ? field[(compound.Length - 1)..^3]
            : field[(compound.Length - "Address".Length)..];
        return char.ToLower(name[0], CultureInfo.InvariantCulture) + name[1..];
    }
}
