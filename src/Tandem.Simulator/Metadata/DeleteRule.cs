namespace Tandem.Simulator.Metadata;

/// <summary>What the delete of a record does to the records whose reference points to it; the recycle bin acts on it.</summary>
public enum DeleteRule
{
    /// <summary>The reference is emptied.</summary>
    Clear,

    /// <summary>The record goes to the bin too, and comes back together with the deleted one.</summary>
    Cascade,

    /// <summary>The delete is refused as long as such a record is live.</summary>
    Restrict,

    /// <summary>The reference stays as it is.</summary>
    Keep,
}
