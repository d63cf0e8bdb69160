namespace Tandem.Postgres.ChangeLog;

/// <summary>The states of a log entry. They are stored as their upper-case names; users read and set them.</summary>
public enum ChangeState
{
    /// <summary>Set by capture, and by users to send a failed change again. Survives a restart.</summary>
    New,

    /// <summary>Set by capture where there is nothing to send. The next claim finishes it as Ignored.</summary>
    Ignore,

    /// <summary>Set by a claim. After a restart the entry is found by reading what is pending.</summary>
    Pending,

    /// <summary>Set when Salesforce accepted the change. Final.</summary>
    Success,

    /// <summary>Set when another change of the record carried this one. Final.</summary>
    Merged,

    /// <summary>Set when nothing had to be sent, and by users to silence an error. Final.</summary>
    Ignored,

    /// <summary>Set when Salesforce rejected the change; the reason stands beside it. Stays until a user acts.</summary>
    Failed,

    /// <summary>Set by capture on a table whose changes are not sent. Final.</summary>
    ReadOnly,

    /// <summary>Set by users on an archived entry that is to be sent again.</summary>
    Requeue,

    /// <summary>Set on an entry whose change was captured again. Final.</summary>
    Requeued,
}
