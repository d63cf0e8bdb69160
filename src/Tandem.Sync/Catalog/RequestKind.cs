namespace Tandem.Sync.Catalog;

/// <summary>What a person can ask of the server that works a schema.</summary>
public enum RequestKind
{
    /// <summary>Everything is read anew and merged; rows that the org no longer has go.</summary>
    Reload,

    /// <summary>What stopped with an error is tried again; data stays.</summary>
    Recover,

    /// <summary>Both sides are compared.</summary>
    Verify,

    /// <summary>A mapping file is taken over, or what it would change is told.</summary>
    Import,

    /// <summary>A mapping is removed; its table stays.</summary>
    Remove,
}
