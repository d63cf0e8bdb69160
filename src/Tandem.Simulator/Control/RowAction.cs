namespace Tandem.Simulator.Control;

/// <summary>What an edit of rows does.</summary>
public enum RowAction
{
    Create,
    Update,

    /// <summary>By an external id, whose value stands in each record.</summary>
    Upsert,

    /// <summary>Into the recycle bin.</summary>
    Delete,

    /// <summary>Out of the recycle bin.</summary>
    Undelete,

    /// <summary>For good.</summary>
    HardDelete,
}
