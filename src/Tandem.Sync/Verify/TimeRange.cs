using System.Runtime.InteropServices;

namespace Tandem.Sync.Verify;

/// <summary>From one moment to before another, UTC; <see cref="DateTime.MinValue"/> begins before everything.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TimeRange(DateTime From, DateTime To);
