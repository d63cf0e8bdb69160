using System.Runtime.InteropServices;

namespace Tandem.Sync.Pull;

/// <summary>A record's id and, where it was asked for, the stamp of its last change in UTC.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StampedId(string Id, DateTime? Stamp);
