using System.Text.Json;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Soql;

namespace Tandem.Simulator.Query;

/// <summary>
/// Writes how a query would be run, best plan first: by the records that its conditions name, or by looking at all records.
/// Source: salesforce-api.md, section 15.
/// </summary>
internal static class PlanJson
{
    private const double CostOfScan = 1.1;

    public static void Write(Utf8JsonWriter writer, BoundQuery query)
    {
        var type = query.Table.Type;
        var count = query.Table.Count;
        writer.WriteStartObject();
        writer.WriteStartArray("plans");
        if (query.Seek is { } seek)
            WritePlan(writer, type, count, Math.Min(seek.Keys.Count, count), type.Fields[seek.Ordinal]);
        WritePlan(writer, type, count, count, null);
        writer.WriteEndArray();
        writer.WriteString("sourceQuery", query.Query.Text);
        writer.WriteEndObject();
    }

    private static void WritePlan(Utf8JsonWriter writer, ObjectType type, int records, int found, Field? index)
    {
        writer.WriteStartObject();
        writer.WriteNumber("cardinality", found);
        writer.WriteStartArray("fields");
        if (index is not null)
            writer.WriteStringValue(index.Name);
        writer.WriteEndArray();
        writer.WriteString("leadingOperationType", index is null ? "TableScan" : "Index");
        writer.WriteStartArray("notes");
        if (type.HasRecycleBin)
        {
            writer.WriteStartObject();
            writer.WriteString("description", "Not considering filter for optimization because unindexed");
            writer.WriteStartArray("fields");
            writer.WriteStringValue("IsDeleted");
            writer.WriteEndArray();
            writer.WriteString("tableEnumOrId", type.Name);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("relativeCost", index is null ? CostOfScan : (double)found / Math.Max(1, records));
        writer.WriteNumber("sobjectCardinality", records);
        writer.WriteString("sobjectType", type.Name);
        writer.WriteEndObject();
    }
}
