namespace Tandem.Sync.Catalog.Access;

/// <summary>What a token or a user may do.</summary>
public enum AccessScope
{
    /// <summary>Sees configuration and state, changes nothing.</summary>
    Read,

    /// <summary>Changes configuration too.</summary>
    Admin,
}
