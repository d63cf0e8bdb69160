namespace Tandem.Sync.Verify;

/// <summary>Why a row that differs is left alone.</summary>
internal enum HoldReason
{
    /// <summary>A local change waits to be sent.</summary>
    Queue,

    /// <summary>The org refused a local change; the row shows it to its user.</summary>
    WriteError,

    /// <summary>A value does not fit; the read error shows it to a person.</summary>
    ReadError,
}
