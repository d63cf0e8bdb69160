using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Records;

/// <summary>
/// Looks for records like the one being saved, by the object's duplicate rules. One walk over an object's records serves all rows of a
/// call; what the call itself saves joins them. Used by <see cref="RowSave"/>. Source: salesforce-api.md, section 2.10.
/// </summary>
internal sealed class DuplicateCheck(OrgTransaction transaction, Caller caller)
{
    public const string Message = "Use one of these records?";
    private const char Separator = '\u001f';

    private readonly Dictionary<DuplicateRule, Dictionary<string, List<Record>>> _books = [];

    /// <summary>The error for a record that is like others; <paramref name="record"/> is null for a new one.</summary>
    public SaveError? Find(ObjectTable table, Record? record, object?[] values, object?[]? before)
    {
        foreach (var rule in table.Type.DuplicateRules)
        {
            if (KeyOf(table.Type, rule, values) is not { } key || (caller.AllowsDuplicates && rule.AllowsSave)
                || (before is not null && string.Equals(KeyOf(table.Type, rule, before), key, StringComparison.Ordinal)))
                continue;
            var alike = (BookOf(table, rule).GetValueOrDefault(key) ?? []).Where(other => !ReferenceEquals(other, record)
                && !transaction.IsDeleted(other) && KeyOf(table.Type, rule, transaction.Values(other)) == key)
                .Select(transaction.Values).ToList();
            if (alike.Count == 0)
                continue;
            return new SaveError
            {
                StatusCode = "DUPLICATES_DETECTED",
                Message = Message,
                Duplicates = new DuplicateMatch { Type = table.Type, Rule = rule, Records = alike,
                    HasDetails = caller.WantsDuplicateDetails },
            };
        }

        return null;
    }

    /// <summary>Tells of a record that the call has saved.</summary>
    public void Note(ObjectTable table, Record record, object?[] values)
    {
        foreach (var rule in table.Type.DuplicateRules)
        {
            if (_books.TryGetValue(rule, out var book) && KeyOf(table.Type, rule, values) is { } key)
                Add(book, key, record);
        }
    }

    private Dictionary<string, List<Record>> BookOf(ObjectTable table, DuplicateRule rule)
    {
        if (_books.TryGetValue(rule, out var book))
            return book;
        _books[rule] = book = new Dictionary<string, List<Record>>(StringComparer.Ordinal);
        foreach (var record in table.Records.Where(record => !transaction.IsRemoved(record.Id)).Concat(transaction.CreatedIn(table)))
        {
            if (!transaction.IsDeleted(record) && KeyOf(table.Type, rule, transaction.Values(record)) is { } key)
                Add(book, key, record);
        }

        return book;
    }

    private static void Add(Dictionary<string, List<Record>> book, string key, Record record)
    {
        if (!book.TryGetValue(key, out var records))
            book[key] = records = [];
        if (!records.Contains(record))
            records.Add(record);
    }

    private static string? KeyOf(ObjectType type, DuplicateRule rule, object?[] values)
    {
        var parts = rule.Fields.Select(name => KeyIndex.KeyOf(values[type.OrdinalOf(name)])).ToList();
        return parts.Contains(null) ? null : string.Join(Separator, parts).ToUpperInvariant();
    }
}
