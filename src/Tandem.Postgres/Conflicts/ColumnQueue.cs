using Tandem.Postgres.ChangeLog;

namespace Tandem.Postgres.Conflicts;

/// <summary>The queued changes of one column of one row, met in the order of capture by a value that came from Salesforce.</summary>
internal sealed class ColumnQueue(string column, ConflictRule rule, string? incoming)
{
    private readonly string? _spelled = rule.Spell(incoming);
    private bool _isEcho;

    /// <summary>The oldest entry.</summary>
    public required ChangeId First { get; init; }

    public required DateTime FirstAt { get; init; }

    public required bool IsInsert { get; init; }

    /// <summary>The oldest entry tells what was before it, and so what both sides had.</summary>
    public required bool HasBase { get; init; }

    public required string? Base { get; init; }

    public DateTime LastAt { get; private set; }

    /// <summary>
    /// Both sides have changed the value. What Salesforce had all along is no change of its, and what is on the wire has perhaps arrived
    /// there. Of an entry that does not say what was before it, nobody can tell.
    /// </summary>
    public bool IsConflict => !_isEcho && (IsInsert || (HasBase && rule.Spell(Base) != _spelled));

    public void Add(QueuedEntry entry, DateTime at)
    {
        LastAt = at > LastAt ? at : LastAt;
        _isEcho |= entry.IsClaimed && rule.Spell(entry.Values[column]) == _spelled;
    }

    /// <summary>Goes back over a change that never reached Salesforce: its value, with which the queue began, was only the row's.</summary>
    /// <param name="present">The value of the row behind that change; becomes that before it.</param>
    /// <returns>True when Salesforce has what was before it.</returns>
    public bool StepsBack(ref string? present, IReadOnlyDictionary<string, string?> values, IReadOnlyDictionary<string, string?> old)
    {
        if (!values.TryGetValue(column, out var value) || value != present || !old.TryGetValue(column, out var before))
            return false;
        present = before;
        return rule.Spell(before) == _spelled;
    }
}
