namespace Tandem.Sync.Freshness;

/// <summary>The reasons for which derived columns are read again; each has a progress of its own.</summary>
public enum FreshnessPartKind
{
    /// <summary>The formulas themselves changed in the org: every row, once.</summary>
    Definition,

    /// <summary>A parent changed: the rows below it.</summary>
    Parents,

    /// <summary>A new day began in the integration user's time zone: every row.</summary>
    Day,

    /// <summary>Formulas over NOW(): every row, at an interval.</summary>
    Moment,

    /// <summary>Nobody can be asked what changed: every row in turn, spread over an interval.</summary>
    Sweep,
}
