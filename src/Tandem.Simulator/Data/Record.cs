using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Data;

/// <summary>
/// A stored record. A save replaces <see cref="Values"/> as a whole and never changes an array in place, so that whoever holds
/// an array holds the record as it was at one moment.
/// </summary>
public sealed class Record(ObjectType type, object?[] values)
{
    private volatile object?[] _values = values;
    private volatile bool _isGone;

    public ObjectType Type { get; } = type;

    /// <summary>The values in the order of the type's fields, as the CLR types that <see cref="FieldType"/> names.</summary>
    public object?[] Values => _values;

    public string Id => Values[0] as string ?? throw new InvalidOperationException($"A record of {Type.Name} has no id.");

    /// <summary>True for a record in the recycle bin.</summary>
    public bool IsDeleted => Type.IsDeletedOrdinal >= 0 && Values[Type.IsDeletedOrdinal] is true;

    public object? this[int ordinal] => Values[ordinal];

    /// <summary>True once the record was taken away for good; set within the org's gate.</summary>
    internal bool IsGone => _isGone;

    internal void MarkGone() => _isGone = true;

    /// <summary>Only the org calls this, within its gate.</summary>
    internal void Replace(object?[] values) => _values = values;
}
