namespace Tandem.Salesforce.Bulk;

/// <summary>What an ingest job does with its rows; all of them may be done twice without a second effect.</summary>
public enum BulkIngestOperation
{
    /// <summary>Changes rows by their Id.</summary>
    Update,

    /// <summary>Makes or changes rows by an external id field.</summary>
    Upsert,

    /// <summary>Deletes rows by their Id.</summary>
    Delete,
}
