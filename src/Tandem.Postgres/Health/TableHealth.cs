using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Health;

/// <summary>How a synced table is looked after: vacuuming, indexes, triggers.</summary>
public sealed record TableHealth
{
    public required bool IsAutovacuumOn { get; init; }

    /// <summary>As the statistics of the server estimate it.</summary>
    public required long LiveRows { get; init; }

    /// <summary>Versions of rows that nobody sees any more and that wait to be vacuumed.</summary>
    public required long DeadRows { get; init; }

    /// <summary>The valid indexes over one column and all rows, whatever their names.</summary>
    public required IReadOnlySet<IndexDefinition> Indexes { get; init; }

    /// <summary>The triggers that fire, users' own among them.</summary>
    public required IReadOnlySet<string> Triggers { get; init; }

    public required IReadOnlySet<string> DisabledTriggers { get; init; }

    /// <summary>Of the triggers that capture changes and keep the status of rows, those that do not fire: disabled or dropped.</summary>
    public IReadOnlyList<string> FindSilentTriggers(string table) =>
    [
        .. new[]
        {
            ReservedNames.LogTrigger(table),
            ReservedNames.LogStartTrigger(table),
            ReservedNames.LogTrigger(table, "update"),
            ReservedNames.LogTrigger(table, "delete"),
            ReservedNames.StatusTrigger(table),
        }.Where(name => !Triggers.Contains(name)),
    ];
}
