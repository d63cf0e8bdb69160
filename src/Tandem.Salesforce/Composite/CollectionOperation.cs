namespace Tandem.Salesforce.Composite;

/// <summary>What a Collections request does with its rows.</summary>
public enum CollectionOperation
{
    /// <summary>Makes rows; sent twice it makes them twice.</summary>
    Create,

    /// <summary>Changes rows by their id.</summary>
    Update,

    /// <summary>Makes or changes rows by an external id field.</summary>
    Upsert,

    /// <summary>Deletes rows by their id.</summary>
    Delete,
}
