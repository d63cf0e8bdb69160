namespace Tandem.Tests.Integration.ChaosPush;

/// <summary>What a step of a <see cref="ChaosPlan"/> does; which rows it takes is in the step's numbers.</summary>
internal enum ChaosStepKind
{
    /// <summary>A writer inserts rows, with or without an external id, with or without parents.</summary>
    Insert,

    /// <summary>Rows that are equal in every value, none with an external id.</summary>
    InsertTwins,

    /// <summary>A parent and its children, in either order.</summary>
    InsertFamily,

    /// <summary>More rows than one Collections call takes.</summary>
    InsertHundreds,

    /// <summary>INSERT .. ON CONFLICT DO UPDATE.</summary>
    Upsert,

    /// <summary>A row, found by its local id.</summary>
    Update,

    /// <summary>A row, found by its Salesforce id if it has one.</summary>
    UpdateBySfid,

    /// <summary>Several rows of a table by one statement.</summary>
    UpdateMany,

    /// <summary>All rows of a table that no other writer holds.</summary>
    UpdateAll,

    /// <summary>Another parent, by Salesforce id, external id or local id, or none.</summary>
    Move,

    /// <summary>A row that no other refers to, sent or not.</summary>
    Delete,

    /// <summary>A row that is inserted and deleted in one transaction.</summary>
    Fleeting,

    /// <summary>A value that the org refuses.</summary>
    Refused,

    Savepoint,

    RollbackToSavepoint,

    Commit,

    Rollback,

    /// <summary>Until the program has nothing to do, or waits for a writer's transaction.</summary>
    Work,

    /// <summary>Time passes, from seconds to hours.</summary>
    Wait,

    /// <summary>Some of the next calls go wrong at the wire.</summary>
    WireFault,

    /// <summary>Some of the next records are locked.</summary>
    RowLock,

    /// <summary>All sessions of the org end.</summary>
    EndOrgSessions,

    /// <summary>The server ends one of the program's database sessions, or all of them.</summary>
    EndDatabaseSessions,

    /// <summary>The program dies at the n-th reach of a failpoint.</summary>
    CrashAt,

    /// <summary>The program dies now, wherever it is.</summary>
    Crash,

    /// <summary>The program is stopped and started.</summary>
    Restart,
}
