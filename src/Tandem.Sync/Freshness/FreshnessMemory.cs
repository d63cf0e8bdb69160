namespace Tandem.Sync.Freshness;

/// <summary>
/// What a <see cref="FreshnessPass"/> remembers of one mapped table between ticks, so that a tick at which nothing is due costs neither a
/// call nor a statement. Used by the table's worker alone; lost with the shift and read again from the database.
/// </summary>
internal sealed class FreshnessMemory
{
    public FreshnessPlan? Plan { get; set; }

    /// <summary>The formulas that the rows' values were read with.</summary>
    public string? Definition { get; set; }

    public Dictionary<string, FreshnessPart> Parts { get; } = new(StringComparer.Ordinal);

    public DateTime DueAt { get; set; } = DateTime.MinValue;

    /// <summary>The org took too long over conditions by path.</summary>
    public bool PrefersSemiJoins { get; set; }

    /// <summary>Calls that were spent and are not stored yet.</summary>
    public int Calls { get; set; }
}
