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
            var name = ParentColumns.NamesOf(field).Key;
            foreach (var parent in lookup.ReferenceTo.Select(parent => objectsByTable.GetValueOrDefault(parent.ToLowerInvariant())))
            {
                if (parent?.Fields.FirstOrDefault(other => other.Lookup is null && other.Description.Name == name) is { } key)
                    yield return (parent.Table.Name, key.Column.Name, text.Trim().ToLowerInvariant());
            }
        }
    }
}
