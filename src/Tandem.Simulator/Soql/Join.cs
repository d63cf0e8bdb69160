using Tandem.Simulator.Data;

namespace Tandem.Simulator.Soql;

/// <summary>
/// A step from a row to a parent record: the reference to follow and the table to look in. A polymorphic reference has one join per
/// object that it may point to; at most one of them finds a record.
/// </summary>
internal sealed record Join
{
    /// <summary>The slot of the row that holds the reference; <see cref="RowSource"/> counts from the queried object's own row.</summary>
    public required int FromSlot { get; init; }

    public required int ReferenceOrdinal { get; init; }

    public required ObjectTable Table { get; init; }

    public required IRecordView View { get; init; }

    /// <summary>The parent's values as they are now; null when there is no parent.</summary>
    public object?[]? Follow(object?[]? from) =>
        from?[ReferenceOrdinal] is string id && View.Find(Table, id) is { } parent ? parent.Values : null;
}
