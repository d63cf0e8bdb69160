using Tandem.Postgres.ChangeLog;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Push;

/// <summary>
/// Remembers by which keys the records of a run can be found as parents in their own object: neither a call nor a Bulk job finds a
/// parent that it makes itself by an external id. Source: salesforce-api.md, sections 2.8 and 3.1.
/// </summary>
internal sealed class OwnParents(MappedObject mapped)
{
    private readonly List<(string Child, string Parent)> _columns = [.. FindColumns(mapped)];
    private readonly HashSet<(string Column, string Key)> _keys = [];

    public bool HasParentOf(Change change) =>
        _keys.Count > 0 && _columns.Exists(pair => KeyOf(change, pair.Child) is { } key && _keys.Contains((pair.Parent, key)));

    public void Add(Change change)
    {
        foreach (var (_, parent) in _columns)
        {
            if (KeyOf(change, parent) is { } key)
                _keys.Add((parent, key));
        }
    }

    private static IEnumerable<(string Child, string Parent)> FindColumns(MappedObject mapped) =>
        from child in mapped.Fields
        where child.Lookup?.ReferenceTo.Contains(mapped.Name, StringComparer.Ordinal) == true
        from parent in mapped.Fields
        where parent.Lookup is null && parent.Description.Name == ParentColumns.NamesOf(child).Key
        select (child.Column.Name, parent.Column.Name);

    private static string? KeyOf(Change change, string column) => change.Values.GetValueOrDefault(column)?.Trim().ToUpperInvariant();
}
