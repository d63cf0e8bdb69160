namespace Tandem.Sync.Pull;

/// <summary>Where a refresh stands; each step is left for the next one in the transaction that ends it.</summary>
public enum RefreshStep
{
    /// <summary>Records, or only their ids, are read from the org. A restart goes on behind the last committed page.</summary>
    Read,

    /// <summary>Another filter only: records that the table lacks are fetched by id. A restart goes on behind the last id.</summary>
    Fetch,

    /// <summary>Rows that were not seen are looked for in the org and removed. A restart goes on behind the last id.</summary>
    Remove,
}
