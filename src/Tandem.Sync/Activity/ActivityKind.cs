namespace Tandem.Sync.Activity;

/// <summary>What kind of thing happened in a connection.</summary>
public enum ActivityKind
{
    /// <summary>A table was filled for the first time.</summary>
    Load,

    /// <summary>A table was read anew because somebody asked.</summary>
    Reload,

    /// <summary>New columns were filled.</summary>
    Backfill,

    /// <summary>The table followed a changed filter.</summary>
    Refilter,

    /// <summary>Polls of a minute brought rows.</summary>
    Poll,

    /// <summary>Local changes of a minute were sent.</summary>
    Push,

    /// <summary>Both sides were compared.</summary>
    Verify,

    /// <summary>What had stopped was tried again because somebody asked.</summary>
    Recover,

    /// <summary>A mapping file was taken over.</summary>
    Import,

    /// <summary>A mapping was removed.</summary>
    Remove,

    /// <summary>A person has stopped the connection.</summary>
    Pause,

    /// <summary>A person has let it go on.</summary>
    Resume,

    /// <summary>The org's schema changed. Noted where the change is, by its statement.</summary>
    SchemaChange,

    /// <summary>An index was built, dropped or refused.</summary>
    Index,

    /// <summary>Something stopped a mapping until a person acts.</summary>
    Fault,
}
