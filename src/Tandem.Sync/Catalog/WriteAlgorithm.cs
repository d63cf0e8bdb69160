namespace Tandem.Sync.Catalog;

/// <summary>How a connection sends local changes. Source: heroku-connect.md, section 7.</summary>
public enum WriteAlgorithm
{
    /// <summary>Each captured change by itself, in the order of capture. The default.</summary>
    Ordered,

    /// <summary>The queued changes of a record condensed into one, the latest value of each column.</summary>
    Merged,
}
