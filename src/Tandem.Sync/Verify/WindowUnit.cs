namespace Tandem.Sync.Verify;

/// <summary>How wide the windows are whose rows are counted.</summary>
internal enum WindowUnit
{
    Month,
    Day,
    Hour,
}
