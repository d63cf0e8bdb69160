namespace Tandem.Sync.Verify;

/// <summary>In what a row differs from its record.</summary>
public enum DifferenceKind
{
    /// <summary>The org has the record, the table has no row of it.</summary>
    Missing,

    /// <summary>The table has a row whose record the org does not show.</summary>
    Surplus,

    /// <summary>Row and record bear different stamps.</summary>
    Stale,

    /// <summary>The stamps are equal and another value is not.</summary>
    Value,
}
