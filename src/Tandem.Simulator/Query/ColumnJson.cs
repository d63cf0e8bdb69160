using System.Text.Json;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Soql;

namespace Tandem.Simulator.Query;

/// <summary>
/// Writes the columns of a query as <c>columns=true</c> asks for them: parents hold their fields as join columns, and so do lists of
/// children, which are marked as aggregates. Source: salesforce-api.md, section 15.
/// </summary>
internal static class ColumnJson
{
    public static void Write(Utf8JsonWriter writer, BoundQuery query)
    {
        writer.WriteStartObject();
        WriteColumns(writer, "columnMetadata", query);
        writer.WriteString("entityName", query.Table.Type.Name);
        writer.WriteBoolean("groupBy", query.Query.Grouping is not null);
        writer.WriteBoolean("idSelected", query.Columns.Any(column => column is { IsOwn: true, Field.Type: FieldType.Id }));
        writer.WriteString("keyPrefix", query.Table.Type.KeyPrefix);
        writer.WriteEndObject();
    }

    private static void WriteColumns(Utf8JsonWriter writer, string member, BoundQuery query)
    {
        writer.WriteStartArray(member);
        if (query.Groups is { } groups)
        {
            for (var place = 0; place < groups.Outputs.Count; place++)
                WriteGroupColumn(writer, groups.Outputs[place], query.Query.Select[place].Value);
        }

        WriteLevel(writer, query.Columns, 0);
        foreach (var children in query.Children)
        {
            Open(writer, children.Relationship, children.Relationship, isAggregate: true, null);
            WriteColumns(writer, "joinColumns", children.Query);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteGroupColumn(Utf8JsonWriter writer, BoundField output, Expression? value)
    {
        var isAggregate = value is { IsAggregate: true };
        var display = value is { Function: { } function } ? FunctionNames.NameOf(function).ToLowerInvariant() : output.Name;
        Open(writer, output.Name, isAggregate ? display : output.Name, isAggregate, output.Field);
        Close(writer);
    }

    /// <summary>The columns that share their first relationships are one column with the rest as its join columns.</summary>
    private static void WriteLevel(Utf8JsonWriter writer, IReadOnlyList<BoundField> columns, int depth)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var column in columns)
        {
            if (column.Hops.Count == depth)
            {
                var name = column.Alias ?? column.Field.Name;
                Open(writer, name, name, isAggregate: false, column.Field);
                Close(writer);
                continue;
            }

            var relationship = column.Hops[depth].Relationship;
            if (!seen.Add(relationship))
                continue;
            Open(writer, relationship, relationship, isAggregate: false, null);
            writer.WriteStartArray("joinColumns");
            WriteLevel(writer, [.. columns.Where(other => other.Hops.Count > depth && other.Hops[depth].Relationship == relationship)],
                depth + 1);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
    }

    private static void Open(Utf8JsonWriter writer, string name, string displayName, bool isAggregate, Field? field)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("aggregate", isAggregate);
        writer.WriteString("apexType", field is null ? null : ApexType(field.Type));
        writer.WriteBoolean("booleanType", field is { Type: FieldType.Boolean });
        writer.WriteString("columnName", name);
        writer.WriteBoolean("custom", field is { IsCustom: true });
        writer.WriteString("displayName", displayName);
        writer.WriteString("foreignKeyName", field is { Type: FieldType.Reference } ? field.RelationshipName : null);
        writer.WriteBoolean("insertable", field is { IsCreateable: true } && !isAggregate);
        writer.WriteBoolean("numberType", field is not null && FieldRules.IsNumber(field));
        writer.WriteBoolean("textType", field is not null && ValueComparison.IsText(field.Type));
        writer.WriteBoolean("updatable", field is { IsUpdateable: true } && !isAggregate);
    }

    private static void Close(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("joinColumns");
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string ApexType(FieldType type) => type switch
    {
        FieldType.Id or FieldType.Reference => "complexvaluetype.id",
        FieldType.Boolean => "complexvaluetype.boolean",
        FieldType.Int or FieldType.Long => "complexvaluetype.integer",
        FieldType.Double or FieldType.Currency or FieldType.Percent => "complexvaluetype.double",
        FieldType.Date or FieldType.DateTime => "complexvaluetype." + type.ToString().ToLowerInvariant(),
        _ => "complexvaluetype.string",
    };
}
