using Tandem.Postgres;
using Tandem.Postgres.ChangeLog;
using Tandem.Salesforce.Describe;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Push;

/// <summary>
/// Merged writes: makes one change of those of a record that were claimed together, with the latest value of each column. The one that
/// remains carries the others. An insert takes later updates to its place, where others may refer to it already; of updates the last one
/// remains, and a delete makes updates before it needless. The columns that can name one parent count as one, for the latest of them is
/// what the user meant. Source: heroku-connect.md, section 7.
/// </summary>
/// <remarks>
/// Three things keep changes apart. An update that makes the record refer to another one stays behind the insert, for that other one may be
/// inserted between them. One that changes the unique identifier does too, so that an insert that is sent again names the record that it
/// made. And claims are not mixed: after a crash the same changes are found with the same time of claim, which tells what was sent, and a
/// lost insert is recognised by that.
/// </remarks>
internal static class ChangeFolding
{
    private static readonly Dictionary<string, string?> None = [];

    /// <param name="changes">In the order of capture.</param>
    /// <param name="joinsCreates">False leaves inserts as they are whose record no unique identifier names.</param>
    public static IReadOnlyList<Change> Fold(
        IReadOnlyList<Change> changes, IReadOnlyDictionary<string, MappedObject> objectsByTable, bool joinsCreates = true)
    {
        var folded = new List<Change?>(changes.Count);
        var places = new Dictionary<(string Table, int RecordId, DateTime ClaimedAt), int>();
        foreach (var change in changes)
        {
            var mapped = objectsByTable[change.Table];
            var key = (change.Table, change.RecordId, change.ClaimedAt);
            if (places.TryGetValue(key, out var place) && folded[place] is { } before
                && (joinsCreates || ChangeBatches.Choose(mapped, before) is not WriteOperation.Create)
                && MayJoin(mapped, before, change))
            {
                if (before.Action is ChangeAction.Insert)
                {
                    folded[place] = Join(mapped, before, change, change);
                    continue;
                }

                folded[place] = null;
                folded.Add(Join(mapped, change, before, change));
            }
            else
                folded.Add(change);

            places[key] = folded.Count - 1;
        }

        return [.. folded.OfType<Change>()];
    }

    private static bool MayJoin(MappedObject mapped, Change before, Change change) =>
        before.Problem is null
        && change.Problem is null
        && before.Sfid == change.Sfid
        && (before.Action, change.Action) switch
        {
            (ChangeAction.Insert, ChangeAction.Update) =>
                !MovesSfid(change) && !Refers(mapped, change) && !Renames(mapped, before, change),
            (ChangeAction.Update, ChangeAction.Update) => !MovesSfid(before) && !MovesSfid(change),
            (ChangeAction.Update, ChangeAction.Delete) => !MovesSfid(before) && change.Sfid is not null,
            _ => false,
        };

    private static bool MovesSfid(Change change) => change.Values.ContainsKey(ReservedNames.Sfid);

    private static bool Renames(MappedObject mapped, Change before, Change change) =>
        mapped.UniqueIdentifier is { Column.Name: var column }
        && change.Values.TryGetValue(column, out var value)
        && value != before.Values.GetValueOrDefault(column);

    private static bool Refers(MappedObject mapped, Change change) => mapped.Fields.Any(field =>
        (field.Lookup is not null || field.Description.Type == FieldType.Reference)
        && change.Values.TryGetValue(field.Column.Name, out var value)
        && value is not null);

    /// <param name="carrier">The one of the two that remains.</param>
    /// <param name="later">The one of the two whose values win.</param>
    private static Change Join(MappedObject mapped, Change carrier, Change carried, Change later)
    {
        var earlier = ReferenceEquals(carrier, later) ? carried : carrier;
        var values = None;
        if (carrier.Action is not ChangeAction.Delete)
        {
            values = new Dictionary<string, string?>(earlier.Values, StringComparer.Ordinal);
            foreach (var column in ParentColumns.SameParentsAs(mapped, later.Values))
                values.Remove(column);
            foreach (var (column, value) in later.Values)
                values[column] = value;
        }

        return carrier with
        {
            Values = values,
            Old = earlier.Old,
            Carried = [.. carrier.Carried, .. carried.Carried, carried with { Carried = [] }],
        };
    }
}
