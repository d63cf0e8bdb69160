using Npgsql;
using Tandem.Postgres.ChangeLog;
using Tandem.Sync.Running;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Push;

/// <summary>
/// Finds the rows that changes name as parents by external ids and that Salesforce does not have yet. In its turn a change finds them
/// there, for they were inserted before it; one that goes ahead of its turn takes their inserts along.
/// </summary>
internal sealed class KeyParents(LiveMappings mappings)
{
    private readonly UnsentRows _rows = new(mappings.Schema);

    /// <summary>The columns of the table by whose values rows of mapped tables name its rows.</summary>
    public IReadOnlyList<string> ColumnsOf(string table)
    {
        var objects = mappings.ObjectsByTable;
        if (!objects.TryGetValue(table, out var parent))
            return [];
        var columns = objects.Values.SelectMany(child => child.Fields).Select(field => KeyOf(field, parent)).OfType<string>();
        return [.. columns.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The inserts of those rows that wait, are under way or failed.</summary>
    /// <param name="tables">Parents in other tables are not looked for: they may not be pushed now.</param>
    public async Task<IReadOnlyList<RowInsert>> FindInsertsAsync(
        NpgsqlConnection connection, IReadOnlyList<Change> changes, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        var inserts = new List<RowInsert>();
        var objects = mappings.ObjectsByTable;
        foreach (var keys in changes.SelectMany(change => KeysOf(change, objects)).GroupBy(key => (key.Table, key.Column), key => key.Text))
        {
            var (table, column) = keys.Key;
            if (!tables.Contains(table, StringComparer.Ordinal))
                continue;
            var ids = await _rows.FindByKeyAsync(connection, table, column, [.. keys.Distinct(StringComparer.Ordinal)], cancellationToken);
            if (ids.Count > 0)
                inserts.AddRange((await _rows.FindInsertsAsync(connection, table, ids, cancellationToken)).Values);
        }

        return inserts;
    }

    private static IEnumerable<(string Table, string Column, string Text)> KeysOf(
        Change change, IReadOnlyDictionary<string, MappedObject> objectsByTable)
    {
        var mapped = objectsByTable[change.Table];
        foreach (var field in mapped.Fields)
        {
            if (field.Lookup is not { } lookup
                || !ParentColumns.Decides(mapped, change, field)
                || change.Values[field.Column.Name] is not { } text)
                continue;
            foreach (var parent in lookup.ReferenceTo.Select(name => objectsByTable.GetValueOrDefault(name.ToLowerInvariant())))
            {
                if (parent is not null && KeyOf(field, parent) is { } column)
                    yield return (parent.Table.Name, column, text.Trim().ToLowerInvariant());
            }
        }
    }

    /// <summary>The column of the parent that a relationship external id tells the value of; null for any other field.</summary>
    private static string? KeyOf(MappedField field, MappedObject parent)
    {
        if (field.Lookup is not { } lookup || !lookup.ReferenceTo.Contains(parent.Name, StringComparer.OrdinalIgnoreCase))
            return null;
        var name = ParentColumns.NamesOf(field).Key;
        return parent.Fields.FirstOrDefault(other => other.Lookup is null && other.Description.Name == name)?.Column.Name;
    }
}
