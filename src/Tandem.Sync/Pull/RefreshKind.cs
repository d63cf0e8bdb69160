namespace Tandem.Sync.Pull;

/// <summary>Why a loaded table is read anew. Stored in <c>tandem.refresh</c> in capitals; lower ones run first.</summary>
public enum RefreshKind
{
    /// <summary>Set by a request; everything is read, merged, and rows that the org no longer has go.</summary>
    Reload,

    /// <summary>Set when a mapping's filter changed; only the difference is loaded and removed.</summary>
    Refilter,

    /// <summary>Set when columns were added; only they are read and written.</summary>
    Backfill,
}
