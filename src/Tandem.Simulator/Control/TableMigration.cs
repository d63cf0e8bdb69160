using System.Text.Json;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Control;

/// <summary>
/// Builds the table of an object in its new shape with the records of the old one. A value that the changed field cannot hold is lost,
/// as the platform loses it; no stamp moves. Used by <see cref="SchemaEditor"/> within the org's gate.
/// </summary>
/// <param name="origins">The old place of the fields that are new or changed, by their new name; -1 for a new one. All others are
/// found by their name.</param>
internal sealed class TableMigration(ObjectTable old, ObjectType type, IReadOnlyDictionary<string, int> origins)
{
    private readonly (int From, Field Field, bool IsChanged)[] _sources = [.. type.Fields.Select(field =>
        origins.TryGetValue(field.Name, out var origin)
            ? (origin, field, origin >= 0) : (old.Type.OrdinalOf(field.Name), field, false))];

    public ObjectTable Run(DateTime now)
    {
        var table = old.Successor(type);
        var fillsDerived = _sources.Any(source => source.From < 0 && source.Field.Derivation != Derivation.None);
        var number = 0L;
        foreach (var record in old.Records)
        {
            var values = Convert(record.Values, ++number);
            if (fillsDerived)
                table.Derived.Fill(values, (object?[])values.Clone(), _ => true, now);
            table.Add(new Record(type, values));
        }

        RefuseDuplicates(table);
        return table;
    }

    private object?[] Convert(object?[] before, long number)
    {
        var values = new object?[_sources.Length];
        for (var ordinal = 0; ordinal < values.Length; ordinal++)
        {
            var (from, field, isChanged) = _sources[ordinal];
            if (from < 0)
                values[ordinal] = field.AutoNumberFormat is { } format ? AutoNumber.TryParse(format)?.Spell(number) : Empty(field);
            else
                values[ordinal] = isChanged ? Convert(old.Type.Fields[from], field, before[from]) : before[from];
        }

        return values;
    }

    private static object? Empty(Field field) => field.Type == FieldType.Boolean ? field.DefaultValue ?? false : null;

    private static object? Convert(Field from, Field to, object? value)
    {
        if (value is null || value is byte[])
            return from.Type == to.Type ? value : Empty(to);
        if (from.Type == to.Type)
            return value is string text && to.Length > 0 && text.Length > to.Length ? text[..to.Length] : value;
        var spelled = value is bool truth ? (truth ? "true" : "false") : KeyIndex.KeyOf(value) ?? "";
        if (to.Length > 0 && spelled.Length > to.Length)
            spelled = spelled[..to.Length];
        return FieldInput.Read(to, JsonSerializer.SerializeToElement(spelled)).Value ?? Empty(to);
    }

    private void RefuseDuplicates(ObjectTable table)
    {
        for (var ordinal = 0; ordinal < type.Fields.Count; ordinal++)
        {
            var field = type.Fields[ordinal];
            if (!field.IsUnique || table.IndexOf(ordinal) is not { } index)
                continue;
            if (table.Records.Any(record => !record.IsDeleted && record[ordinal] is { } value && index.Find(value).Count > 1))
                throw new ControlException($"{type.Name}.{field.Name} cannot be unique: records share a value.");
        }
    }
}
