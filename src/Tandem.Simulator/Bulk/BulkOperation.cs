namespace Tandem.Simulator.Bulk;

/// <summary>What an ingest job does with its rows.</summary>
internal enum BulkOperation
{
    Insert,
    Update,
    Upsert,
    Delete,

    /// <summary>Past the recycle bin; needs a permission of its own.</summary>
    HardDelete,
}
