namespace Tandem.Simulator.Data;

/// <summary>What a transaction did to a record, seen as a whole; events and the freshness of derived fields build on it.</summary>
public enum ChangeKind
{
    Create,
    Update,

    /// <summary>Into the recycle bin, or gone for good while it was live.</summary>
    Delete,

    Undelete,

    /// <summary>Gone for good out of the recycle bin: nobody is told.</summary>
    Purge,
}
