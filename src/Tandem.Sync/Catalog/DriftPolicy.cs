namespace Tandem.Sync.Catalog;

/// <summary>What a mapping does by itself when the org describes its object anew; the rest is shown and waits for a person.</summary>
public enum DriftPolicy
{
    /// <summary>New fields of a mapping of all fields are added, longer ones widened, lost ones kept without being read.</summary>
    Follow,

    /// <summary>Only what cannot hurt is done (longer fields are widened); everything else is shown and waits for a person.</summary>
    Ask,
}
