using System.Globalization;
using Npgsql;
using Tandem.Postgres.ChangeLog;
using Tandem.Salesforce.Describe;
using Tandem.Sync.Running;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Push;

/// <summary>
/// Finds local ids in reference columns, where no Salesforce id is so short, and puts the Salesforce ids of those rows in their place.
/// Off unless the connection asks for it.
/// </summary>
internal sealed class LocalParents(LiveMappings mappings, PushOptions options)
{
    private const int MostDigits = 10;

    private readonly UnsentRows _rows = new(mappings.Schema);

    /// <summary>The parents that the change names by local ids.</summary>
    public IReadOnlyList<LocalParent> Find(Change change, IReadOnlyDictionary<string, MappedObject> objectsByTable)
    {
        if (!options.FindsLocalParents || change.Values.Count == 0 || !objectsByTable.TryGetValue(change.Table, out var mapped))
            return [];
        var found = new List<LocalParent>();
        foreach (var field in mapped.Fields)
        {
            if (field is { Lookup: null, Description.Type: FieldType.Reference }
                && change.Values.TryGetValue(field.Column.Name, out var text)
                && text is { Length: <= MostDigits }
                && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var recordId))
                found.Add(new LocalParent(field.Column.Name, TablesOf(field.Description, objectsByTable), recordId));
        }

        return found;
    }

    /// <summary>The changes with the Salesforce ids of those parents that have one already.</summary>
    public async Task<IReadOnlyList<Change>> ResolveAsync(
        NpgsqlConnection connection, IReadOnlyList<Change> changes, CancellationToken cancellationToken)
    {
        if (!options.FindsLocalParents)
            return changes;
        var objects = mappings.ObjectsByTable;
        var parents = changes.Select(change => Find(change, objects)).ToList();
        var sfids = new Dictionary<(string? Table, int RecordId), string>();
        foreach (var table in parents.SelectMany(list => list).GroupBy(parent => parent.Table, StringComparer.Ordinal))
        {
            if (table.Key is not { } name)
                continue;
            var ids = table.Select(parent => parent.RecordId).Distinct().ToList();
            foreach (var (recordId, sfid) in await _rows.ReadSfidsAsync(connection, name, ids, cancellationToken))
            {
                if (sfid is not null)
                    sfids.Add((name, recordId), sfid);
            }
        }

        return sfids.Count == 0 ? changes : [.. changes.Zip(parents, Replace)];

        Change Replace(Change change, IReadOnlyList<LocalParent> itsParents)
        {
            var known = itsParents.Where(parent => sfids.ContainsKey((parent.Table, parent.RecordId))).ToList();
            if (known.Count == 0)
                return change;
            return change with
            {
                Values = ReplaceIn(change.Values, known),
                ValuesWithCarried = change.ValuesWithCarried is { } all ? ReplaceIn(all, known) : null,
            };
        }

        Dictionary<string, string?> ReplaceIn(IReadOnlyDictionary<string, string?> values, List<LocalParent> known)
        {
            var replaced = new Dictionary<string, string?>(values, StringComparer.Ordinal);
            foreach (var parent in known.Where(parent => values.GetValueOrDefault(parent.Column) is not null))
                replaced[parent.Column] = sfids[(parent.Table, parent.RecordId)];
            return replaced;
        }
    }

    private static List<string> TablesOf(FieldDescription lookup, IReadOnlyDictionary<string, MappedObject> objectsByTable) =>
        [.. lookup.ReferenceTo.Select(name => name.ToLowerInvariant()).Where(objectsByTable.ContainsKey)];
}
