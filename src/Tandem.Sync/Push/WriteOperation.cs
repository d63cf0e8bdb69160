namespace Tandem.Sync.Push;

/// <summary>How a batch of changes is written to the org.</summary>
public enum WriteOperation
{
    /// <summary>Inserts without a unique identifier: sending one twice would make two records.</summary>
    Create,

    /// <summary>Inserts, and updates of records whose sfid is not known, by the unique identifier.</summary>
    Upsert,

    /// <summary>Updates by sfid.</summary>
    Update,

    /// <summary>Deletes by sfid.</summary>
    Delete,

    /// <summary>Updates and deletes of a record that the org never got: nothing can be sent.</summary>
    Unsendable,
}
