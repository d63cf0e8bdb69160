namespace Tandem.Tests.Integration.Convergence;

/// <summary>What a step of a <see cref="Plan"/> does; whom it concerns is in the step's numbers.</summary>
internal enum StepKind
{
    /// <summary>Someone makes records in the org.</summary>
    OrgInsert,

    /// <summary>Someone changes records in the org.</summary>
    OrgUpdate,

    /// <summary>Someone changes every record of an object in the org, all under one stamp.</summary>
    OrgMassUpdate,

    /// <summary>Someone upserts a list of accounts by their external id.</summary>
    OrgUpsert,

    /// <summary>Someone deletes a record, and with an account its contacts.</summary>
    OrgDelete,

    /// <summary>Someone brings a record back from the recycle bin.</summary>
    OrgUndelete,

    /// <summary>Someone deletes a record for good.</summary>
    OrgHardDelete,

    /// <summary>The recycle bin is emptied.</summary>
    OrgPurge,

    /// <summary>Someone merges one record into another.</summary>
    OrgMerge,

    /// <summary>Someone gives a contact another account, or a record another owner.</summary>
    OrgReparent,

    /// <summary>Someone begins a change that is stamped now and is seen minutes later.</summary>
    OrgLateUpdate,

    /// <summary>As above with a new record.</summary>
    OrgLateInsert,

    /// <summary>The app inserts rows, some with an external id and some without.</summary>
    AppInsert,

    /// <summary>The app changes rows.</summary>
    AppUpdate,

    /// <summary>The app deletes a row.</summary>
    AppDelete,

    /// <summary>The app inserts, changes and deletes in one transaction.</summary>
    AppMixed,

    /// <summary>Time passes, from seconds to days.</summary>
    Wait,

    /// <summary>Some of the next calls go wrong at the wire.</summary>
    WireFault,

    /// <summary>Some of the next rows meet a lock.</summary>
    RowLock,

    /// <summary>All sessions of the org end.</summary>
    EndSessions,

    /// <summary>A text field of the org gets longer, and a record a value of the new length.</summary>
    Widen,

    /// <summary>The org gets a new field.</summary>
    AddField,

    /// <summary>The integration user loses a field, or gets it back.</summary>
    HideField,

    /// <summary>The program is stopped, and started with another filter of the contacts.</summary>
    Refilter,

    /// <summary>The program dies at the n-th reach of a failpoint.</summary>
    CrashAt,

    /// <summary>The program dies now, wherever it is.</summary>
    Crash,

    /// <summary>The program is stopped and started.</summary>
    Restart,

    /// <summary>The program works until it has nothing to do.</summary>
    Settle,
}
