namespace Tandem.Postgres.ChangeLog;

/// <summary>The states in which a claimed change ends.</summary>
public enum SettledState
{
    /// <summary>Salesforce accepted it.</summary>
    Success,

    /// <summary>Salesforce rejected it; log and row say why.</summary>
    Failed,

    /// <summary>Nothing was sent.</summary>
    Ignored,

    /// <summary>Another change of the same record carried it.</summary>
    Merged,
}
