using System.Runtime.InteropServices;

namespace Tandem.Simulator.Soql;

/// <summary>Where a value of a result row lies: a slot (-1 the row itself, else the join of that number) and a field's ordinal.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RowSource(int Slot, int Ordinal)
{
    /// <summary>The slot of the queried object's own values.</summary>
    public const int OwnSlot = -1;
}
