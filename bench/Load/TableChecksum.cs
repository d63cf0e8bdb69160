using System.Runtime.InteropServices;

namespace Tandem.Bench.Load;

/// <summary>What two tables with the same rows have in common, in whatever order the rows came.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TableChecksum(long Rows, decimal Hash);
