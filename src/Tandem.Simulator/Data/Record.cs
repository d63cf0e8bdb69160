using Tandem.Simulator.Data.Seeding;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Data;

/// <summary>
/// A stored record. A save replaces <see cref="Values"/> as a whole and never changes an array in place, so that whoever holds
/// an array holds the record as it was at one moment. A record of a compact table that was never saved holds no values at all: they
/// are made anew from its seed whenever they are read.
/// </summary>
public sealed class Record(ObjectType type, object?[] values)
{
    private volatile object?[]? _values = values;
    private volatile bool _isGone;
    private RowMaker? _maker;
    private int _number;

    public ObjectType Type { get; } = type;

    /// <summary>The values in the order of the type's fields, as the CLR types that <see cref="FieldType"/> names.</summary>
    public object?[] Values => _values ?? MakeSeeded();

    public string Id => _maker?.IdOf(_number) ?? Values[0] as string
        ?? throw new InvalidOperationException($"A record of {Type.Name} has no id.");

    /// <summary>True for a record in the recycle bin.</summary>
    public bool IsDeleted => Type.IsDeletedOrdinal >= 0 && _values is { } values && values[Type.IsDeletedOrdinal] is true;

    public object? this[int ordinal] => Values[ordinal];

    /// <summary>True once the record was taken away for good; set within the org's gate.</summary>
    internal bool IsGone => _isGone;

    /// <summary>
    /// What to keep of the record as it is at this moment: its values, or the record itself while its seed stands for them.
    /// <see cref="ValuesOf"/> reads it, whatever becomes of the record.
    /// </summary>
    internal object Image => _values ?? (object)this;

    internal static object?[] ValuesOf(object image) => image is Record record ? record.MakeSeeded() : (object?[])image;

    /// <summary>Lets go of the values, which the maker can make again. Only the seed calls this.</summary>
    internal void Compact(RowMaker maker, int number)
    {
        _maker = maker;
        _number = number;
        _values = null;
    }

    internal void MarkGone() => _isGone = true;

    /// <summary>Only the org calls this, within its gate.</summary>
    internal void Replace(object?[] values) => _values = values;

    private object?[] MakeSeeded() =>
        _maker?.Make(_number) ?? throw new InvalidOperationException($"A record of {Type.Name} has neither values nor a seed.");
}
