using System.Runtime.InteropServices;

namespace Tandem.Sync.Verify;

/// <summary>A stretch of the cursor field, and how many rows each side has in it.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct VerifyWindow(TimeRange Range, long SalesforceRows, long PostgresRows)
{
    public bool IsDifferent => SalesforceRows != PostgresRows;

    public long Rows => Math.Max(SalesforceRows, PostgresRows);
}
