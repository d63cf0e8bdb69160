namespace Tandem.Sync.Catalog.Access;

/// <summary>What a stored credential opens.</summary>
public enum CredentialKind
{
    /// <summary>The org: how the connection signs in to Salesforce.</summary>
    SignIn,

    /// <summary>The target database: its address with the password.</summary>
    Database,
}
