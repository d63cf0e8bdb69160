namespace Tandem.Postgres.Conflicts;

/// <summary>Whose value stands when both sides have changed it before either knew of the other.</summary>
public enum ConflictPolicy
{
    /// <summary>The row keeps what the user wrote, and that is sent.</summary>
    Local,

    /// <summary>The row takes what Salesforce has, and the user's value is not sent.</summary>
    Salesforce,

    /// <summary>That of the two which was changed later.</summary>
    Newest,
}
