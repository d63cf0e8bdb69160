namespace Tandem.Sync.Verify;

/// <summary>How closely both sides are compared; each level sees what the one before it sees, and more.</summary>
public enum VerifyLevel
{
    /// <summary>Rows are counted by windows of time, and only windows that differ are read: one API call when all is well.</summary>
    Counts,

    /// <summary>Every record's id and stamp are read: finds every row that is missing, left over or older than its record.</summary>
    Stamps,

    /// <summary>Every mapped value is read: finds formulas that have aged and values that were damaged, too.</summary>
    Values,
}
