namespace Tandem.Sync.Catalog;

/// <summary>Which ways a mapping syncs. Source: heroku-connect.md, section 1.</summary>
public enum MappingAccess
{
    /// <summary>Salesforce to Postgres only; local changes are logged as READONLY and never sent.</summary>
    ReadOnly,

    /// <summary>Both ways.</summary>
    ReadWrite,
}
