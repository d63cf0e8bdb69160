using Tandem.Postgres.Conflicts;

namespace Tandem.Postgres.Load;

/// <summary>A row that a record from Salesforce met while changes of it were queued; tells which of its columns are in conflict.</summary>
internal sealed class QueuedRow(ConflictRules rules, IReadOnlyList<string> columns, string?[] theirs, string?[] ours)
{
    private readonly ColumnQueue?[] _queues = new ColumnQueue?[columns.Count];
    private readonly bool[] _differs =
    [
        .. columns.Select((name, at) => theirs[at] != ours[at]
            && rules.Columns[name].Spell(theirs[at]) != rules.Columns[name].Spell(ours[at])),
    ];

    public required int Id { get; init; }

    public required string Sfid { get; init; }

    public required DateTime? Stamp { get; init; }

    /// <summary>The database's clock, UTC.</summary>
    public required DateTime Now { get; init; }

    /// <summary>In the order of capture.</summary>
    /// <param name="old">Null when the entry does not tell it.</param>
    public void Add(QueuedEntry entry, DateTime at, IReadOnlyDictionary<string, string?>? old)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            var (column, rule) = (columns[i], rules.Columns[columns[i]]);
            if (!_differs[i] || !entry.Sends(column) || (rule.IsIdentifier && entry.IsInsert))
            {
                continue;
            }

            string? before = null;
            var hasBase = old is not null && old.TryGetValue(column, out before);
            _queues[i] ??= new ColumnQueue(column, rule, theirs[i])
            {
                First = entry.Id, FirstAt = at, IsInsert = entry.IsInsert, HasBase = hasBase, Base = before,
            };
            _queues[i]?.Add(entry, at);
        }
    }

    public IEnumerable<(Conflict Conflict, ColumnQueue Queue)> FindConflicts()
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (_queues[i] is not { IsConflict: true } queue)
            {
                continue;
            }

            var rule = rules.Columns[columns[i]];
            var conflict = new Conflict
            {
                Sfid = Sfid,
                RecordId = Id,
                Column = columns[i],
                LocalValue = ours[i],
                SalesforceValue = theirs[i],
                BaseValue = queue.Base,
                Policy = rule.Policy,
                SalesforceWins = rule.Policy is ConflictPolicy.Salesforce || (rule.Policy is ConflictPolicy.Newest && IsNewer(queue)),
                Change = queue.First,
                ChangedAt = queue.FirstAt,
                Stamp = Stamp,
            };
            yield return (conflict, queue);
        }
    }

    /// <summary>The two clocks may differ by any length, so the stamp is moved by what they differ now.</summary>
    private bool IsNewer(ColumnQueue queue)
    {
        var difference = rules.OrgClock() is { } orgNow ? orgNow.UtcDateTime - Now : TimeSpan.Zero;
        return Stamp - difference > queue.LastAt;
    }
}
