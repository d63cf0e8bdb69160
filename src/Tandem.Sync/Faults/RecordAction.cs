namespace Tandem.Sync.Faults;

/// <summary>What a push does about a record that Salesforce refused while it took the call.</summary>
public enum RecordAction
{
    /// <summary>The record's own matter, until its data or the org's rules change: the change fails, the others go on.</summary>
    Fail,

    /// <summary>It may pass: send it again before anything behind it, a bounded number of times.</summary>
    SendAgain,

    /// <summary>The org takes no such record for now, whoever sends it: wait, and send it again without bound.</summary>
    Wait,

    /// <summary>
    /// The user may not. Whether this record alone or any of its object, the object's describe tells: any pauses the mapping.
    /// </summary>
    AskTheOrg,

    /// <summary>The mapping no longer fits the org: it pauses, and a person must act.</summary>
    Pause,
}
