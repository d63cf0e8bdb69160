using System.Runtime.InteropServices;

namespace Tandem.Sync.Pull;

/// <summary>What became of rows whose records are gone: removed, or spared because a change of theirs is queued.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RemovedRows(int Removed, int Spared);
