using Tandem.Postgres.Tables;
using Tandem.Sync.Catalog;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Adopt;

/// <summary>What is to be done with one table, and what a person should know of it. The lists hold one sentence or name each.</summary>
public sealed record TableAdoption
{
    /// <summary>As the org spells it; the table's name while no object is found for it.</summary>
    public required string ObjectName { get; init; }

    public required string Table { get; init; }

    public required AdoptionAction Action { get; init; }

    /// <summary>Null while the table cannot be understood.</summary>
    public Mapping? Mapping { get; init; }

    public TableContents? Contents { get; init; }

    /// <summary>What the org counts now; null when it was not asked.</summary>
    public int? SalesforceRecords { get; init; }

    /// <summary>From where reading goes on; null when the table is loaded instead.</summary>
    public DateTime? Cursor { get; init; }

    public long Queued { get; init; }

    /// <summary>Changes that were perhaps sent.</summary>
    public long UnderWay { get; init; }

    public long Failed { get; init; }

    public IReadOnlyList<string> Kept { get; init; } = [];

    public IReadOnlyList<string> Replaced { get; init; } = [];

    public IReadOnlyList<string> Added { get; init; } = [];

    /// <summary>Worth knowing, and no reason to stop.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Why the table is refused, and what to do.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Triggers of other names that do what ours will do.</summary>
    internal IReadOnlyList<string> OldTriggers { get; init; } = [];

    /// <summary>The sequence of the table's id that stands behind its rows; null when it is right.</summary>
    internal string? LateSequence { get; init; }

    /// <summary>Null unless the table is adopted.</summary>
    internal TablePlan? Plan { get; init; }
}
