namespace Tandem.Sync.Running.Allowance;

/// <summary>The kinds of work that calls of the org are made for, and by which they are counted and held back.</summary>
public enum CallKind
{
    /// <summary>Sign-in, descriptions, counts, checks of what was asked for; few, and never held back.</summary>
    Other,

    /// <summary>A first load, a reload, a back-fill.</summary>
    Load,

    /// <summary>Polls, and what they bring: changed rows, rows that left a filter, rows that did not fit.</summary>
    Poll,

    /// <summary>Looking for rows that are to be deleted, and comparing ids.</summary>
    Deletes,

    /// <summary>Writing local changes, and reading them back.</summary>
    Push,

    /// <summary>Comparing both sides.</summary>
    Verify,

    /// <summary>Keeping formula columns fresh.</summary>
    Formulas,
}
