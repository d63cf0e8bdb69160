using System.Runtime.CompilerServices;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Records;

/// <summary>
/// Writes the rows that tell of a save: one for a new record, one for each tracked field that changed, and for a reference a second one
/// that has the ids beside the one that has the names. They belong to the save's transaction. Source: salesforce-api.md, section 10.
/// </summary>
internal sealed class FieldHistory
{
    /// <summary>Longer texts are told to have changed, without their values.</summary>
    private const int LongestValue = 255;

    private static readonly ConditionalWeakTable<ObjectType, FieldHistory> Known = [];

    private readonly int[] _tracked;

    private FieldHistory(ObjectType type) =>
        _tracked = [.. type.TrackedFields.Select(type.OrdinalOf).Where(ordinal => ordinal >= 0)];

    /// <param name="before">Null for a new record.</param>
    public static void Write(OrgTransaction transaction, ObjectTable table, Record record, object?[]? before, object?[] after)
    {
        if (table.Type.TrackedFields.Count == 0 || transaction.Org.FindTable(table.Type.HistoryName) is not { } histories)
            return;
        if (before is null)
            Add(transaction, histories, record, "created", "Text", null, null);
        else
            Known.GetValue(table.Type, type => new FieldHistory(type)).WriteChanges(transaction, histories, record, before, after);
    }

    private void WriteChanges(OrgTransaction transaction, ObjectTable histories, Record record, object?[] before, object?[] after)
    {
        foreach (var ordinal in _tracked)
        {
            if (Equals(before[ordinal], after[ordinal]))
                continue;
            var field = record.Type.Fields[ordinal];
            var (from, to) = (TextOf(before[ordinal]), TextOf(after[ordinal]));
            if (field.Type == FieldType.Reference)
            {
                var name = field.IsCustom ? field.Name : field.RelationshipName ?? field.Name;
                Add(transaction, histories, record, name, "Text", NameOf(transaction, from), NameOf(transaction, to));
                Add(transaction, histories, record, name, "EntityId", from, to);
            }
            else if (from?.Length > LongestValue || to?.Length > LongestValue)
            {
                Add(transaction, histories, record, field.Name, DataTypeOf(field.Type), null, null);
            }
            else
            {
                Add(transaction, histories, record, field.Name, DataTypeOf(field.Type), from, to);
            }
        }
    }

    private static void Add(OrgTransaction transaction, ObjectTable histories, Record record, string field, string dataType, string? from,
        string? to)
    {
        var type = histories.Type;
        var values = new object?[type.Fields.Count];
        values[0] = histories.NextId();
        for (var ordinal = 1; ordinal < values.Length; ordinal++)
        {
            var column = type.Fields[ordinal];
            values[ordinal] = column.Name switch
            {
                "Field" => field,
                "DataType" => dataType,
                "OldValue" => from,
                "NewValue" => to,
                "CreatedDate" => transaction.StampValue,
                "CreatedById" => transaction.UserId,
                _ => column.ReferenceTo.Contains(record.Type.Name, StringComparer.Ordinal) ? record.Id : column.DefaultValue
                    ?? (column.Type == FieldType.Boolean ? false : null),
            };
        }

        transaction.Insert(histories, new Record(type, values));
    }

    private static string? NameOf(OrgTransaction transaction, string? id)
    {
        if (id is null || transaction.Org.FindTableOfId(id) is not { } table || !transaction.TryFind(table, id, out var record))
            return null;
        var name = table.Type.NameOrdinal;
        return name < 0 ? null : transaction.Values(record)[name] as string;
    }

    /// <summary>Every value is kept as REST spells it, so that one column takes them all.</summary>
    private static string? TextOf(object? value) => value is null ? null : ValueText.Spell(value);

    private static string DataTypeOf(FieldType type) => type switch
    {
        FieldType.Boolean => "Boolean",
        FieldType.Currency => "Currency",
        FieldType.Double or FieldType.Int or FieldType.Long or FieldType.Percent => "Double",
        FieldType.Date => "DateOnly",
        FieldType.DateTime => "DateTime",
        FieldType.Picklist => "Picklist",
        _ => "Text",
    };
}
