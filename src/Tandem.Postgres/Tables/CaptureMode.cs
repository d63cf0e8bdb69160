namespace Tandem.Postgres.Tables;

/// <summary>What the log trigger of a table records a user's change as.</summary>
public enum CaptureMode
{
    /// <summary>As READONLY: logged, never sent.</summary>
    ReadOnly,

    /// <summary>As NEW, to be sent, or as IGNORE where there is nothing to send.</summary>
    ReadWrite,
}
