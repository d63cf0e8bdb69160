namespace Tandem.Simulator.Auth;

/// <summary>What the org thinks of a sign-in; OAuth and SOAP say it each in their own words.</summary>
internal enum LoginVerdict
{
    /// <summary>The user may come in.</summary>
    Allowed,

    /// <summary>There is no such user, or the password is another one.</summary>
    WrongCredentials,

    /// <summary>The user is frozen or no longer active.</summary>
    InactiveUser,

    /// <summary>The whole org is shut.</summary>
    InactiveOrg,

    /// <summary>The user has signed in too often within the hour.</summary>
    RateExceeded,
}
