using System.Globalization;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Data;

/// <summary>
/// The live records of one object by the value of one unique or look-up field, or of a reference. Only the org uses it, within its
/// gate; a key is one record in the common case and a bag of them when the field is not unique.
/// </summary>
internal sealed class KeyIndex(Field field)
{
    private readonly Dictionary<string, object> _records =
        new(field.IsCaseSensitive || field.Type == FieldType.Reference ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);

    /// <summary>The text under which a value is found; null is never found.</summary>
    public static string? KeyOf(object? value) => value switch
    {
        null => null,
        string text => text,
        decimal number => number.ToString("0.##################", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new InvalidOperationException($"A value of the type {value.GetType()} is no key."),
    };

    public IReadOnlyList<Record> Find(object? value)
    {
        if (KeyOf(value) is not { } key || !_records.TryGetValue(key, out var found))
            return [];
        return found is Record record ? [record] : (RecordBag)found;
    }

    public void Add(object? value, Record record)
    {
        if (KeyOf(value) is not { } key)
            return;
        if (!_records.TryGetValue(key, out var found))
            _records[key] = record;
        else if (found is RecordBag bag)
            bag.Add(record);
        else
            _records[key] = new RecordBag((Record)found) { record };
    }

    public void Remove(object? value, Record record)
    {
        if (KeyOf(value) is not { } key || !_records.TryGetValue(key, out var found))
            return;
        if (found is RecordBag { Count: > 1 } bag)
            bag.Remove(record);
        else
            _records.Remove(key);
    }
}
