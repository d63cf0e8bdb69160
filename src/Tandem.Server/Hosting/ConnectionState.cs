namespace Tandem.Server.Hosting;

/// <summary>Where a connection stands, in the words of the contract. Source: heroku-connect.md, section 10.1.</summary>
public enum ConnectionState
{
    /// <summary>It is being started, or waits for another program that works its schema.</summary>
    Busy,

    /// <summary>Nobody has signed in to Salesforce for it.</summary>
    NeedAuthentication,

    /// <summary>At work, and nothing waits.</summary>
    Idle,

    /// <summary>At work, and local changes are on their way.</summary>
    PollingDbChanges,

    /// <summary>A mapping file is being taken over.</summary>
    ImportConfiguration,

    /// <summary>A person has stopped it.</summary>
    Paused,

    /// <summary>It is started again after a failure.</summary>
    Recovery,

    /// <summary>Only a person can help; the sentence says how, and recover tries again.</summary>
    SystemError,

    /// <summary>The database does not answer; it is tried again.</summary>
    DbUnavailable,

    /// <summary>Salesforce refuses the sign-in.</summary>
    Unauthorized,
}
