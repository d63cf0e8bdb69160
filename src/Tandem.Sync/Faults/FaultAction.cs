namespace Tandem.Sync.Faults;

/// <summary>What a worker does about a failure.</summary>
public enum FaultAction
{
    /// <summary>Do the same unit again after a pause that grows, with jitter.</summary>
    Retry,

    /// <summary>Begin the unit anew from what is stored: its query, job or page is gone.</summary>
    Restart,

    /// <summary>The org's allowance is used up: wait minutes, not seconds.</summary>
    WaitForAllowance,

    /// <summary>Only this mapping cannot go on; a person must act. The others go on.</summary>
    PauseMapping,

    /// <summary>The whole connection cannot go on; a person must act.</summary>
    StopConnection,
}
