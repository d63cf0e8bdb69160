using System.Runtime.InteropServices;

namespace Tandem.Sync.Pull;

/// <summary>How far a pass has brought a mapping, and how many rows it wrote or deleted.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PassOutcome(Progress Progress, int Changed);
