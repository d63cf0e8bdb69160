using System.Text.Json;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Soql;

/// <summary>
/// Folds the flat select list into the nested shape of the answer: <c>Account.Name</c> becomes a member of <c>Account</c>.
/// </summary>
internal sealed class ShapeBuilder(ObjectType type, IReadOnlyList<Join> joins)
{
    private readonly Level _root = new("", [RowSource.OwnSlot]);

    public void Add(BoundField field)
    {
        var level = _root;
        foreach (var hop in field.Hops)
        {
            var next = level.Children.Find(child => child.Relationship.Equals(hop.Relationship, StringComparison.Ordinal));
            if (next is null)
            {
                next = new Level(hop.Relationship, hop.Slots);
                level.Children.Add(next);
                level.Members.Add(next.Relationship);
            }

            level = next;
        }

        level.Members.Add(field.Field.Name);
    }

    public RecordShape Build() => Build(_root, RowSource.OwnSlot);

    private RecordShape Build(Level level, int slot)
    {
        var own = slot == RowSource.OwnSlot ? type : joins[slot].Table.Type;
        return new RecordShape
        {
            Type = own,
            TypeName = level.Slots.Count > 1 ? "Name" : own.Name,
            Members = [.. level.Members.Select(name => Member(level, own, slot, name))],
        };
    }

    private ShapeMember Member(Level level, ObjectType own, int slot, string name)
    {
        if (level.Children.Find(child => child.Relationship.Equals(name, StringComparison.Ordinal)) is { } child)
        {
            return new ShapeMember
            {
                Name = JsonEncodedText.Encode(name),
                Parents = [.. child.Slots.Where(to => joins[to].FromSlot == slot).Select(to => (to, Build(child, to)))],
            };
        }

        var ordinal = own.OrdinalOf(name);
        return ordinal >= 0 ? ShapeMember.Of(own, ordinal) : new ShapeMember { Name = JsonEncodedText.Encode(name) };
    }

    private sealed record Level(string Relationship, IReadOnlyList<int> Slots)
    {
        public List<Level> Children { get; } = [];

        /// <summary>Field names and relationship names in the order of the select list.</summary>
        public List<string> Members { get; } = [];
    }
}
