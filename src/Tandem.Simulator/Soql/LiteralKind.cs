namespace Tandem.Simulator.Soql;

/// <summary>How a literal of a condition is spelled; the binder decides whether that spelling suits the field.</summary>
internal enum LiteralKind
{
    /// <summary><c>null</c>.</summary>
    Null,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A quoted string.</summary>
    Text,

    /// <summary>A number with or without a fraction.</summary>
    Number,

    /// <summary><c>2026-01-31</c>.</summary>
    Date,

    /// <summary><c>2026-01-31T10:00:00Z</c>.</summary>
    DateTime,

    /// <summary><c>10:30:00.000Z</c>.</summary>
    Time,

    /// <summary>A named span of days: <c>TODAY</c>, <c>LAST_N_DAYS:3</c>.</summary>
    DateSpan,
}
