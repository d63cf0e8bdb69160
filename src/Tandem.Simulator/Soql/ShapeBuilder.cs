using System.Text.Json;

namespace Tandem.Simulator.Soql;

/// <summary>
/// Folds the flat select list into the nested shape of the answer: <c>Account.Name</c> becomes a member of <c>Account</c>.
/// </summary>
internal sealed class ShapeBuilder(PathResolver resolver, IReadOnlyList<Join> joins)
{
    private readonly Level _root = new([RowSource.OwnSlot]);

    public void Add(BoundField field)
    {
        var level = Reach(field.Hops);
        if (field.Compute is not null && !field.IsTypeName)
        {
            _root.Members.Add(_ => new ShapeMember { Name = JsonEncodedText.Encode(field.Name), Compute = field.Compute });
            return;
        }

        level.Members.Add(slot => MemberOf(field, slot));
    }

    /// <summary>Adds the parent behind TYPEOF: the shape to show by the slot that it is found in; null for one that shows nothing.
    /// </summary>
    public void AddTypeOf(IReadOnlyList<BoundHop> hops, IReadOnlyDictionary<int, IReadOnlyList<BoundField>> fields)
    {
        var last = hops[^1];
        var shapes = fields.Select(pair => (pair.Key, Shape: BuildAt(pair.Key, hops, pair.Value))).ToArray();
        Reach([.. hops.Take(hops.Count - 1)]).Members.Add(slot => new ShapeMember
        {
            Name = JsonEncodedText.Encode(last.Relationship),
            IsParent = true,
            Parents = [.. shapes.Where(pair => joins[pair.Key].FromSlot == slot)],
        });
    }

    public void AddChildren(string relationship, int place) =>
        _root.Members.Add(_ => new ShapeMember { Name = JsonEncodedText.Encode(relationship), Children = place });

    public RecordShape Build() => Build(_root, RowSource.OwnSlot);

    private RecordShape BuildAt(int slot, IReadOnlyList<BoundHop> hops, IReadOnlyList<BoundField> fields)
    {
        var builder = new ShapeBuilder(resolver, joins);
        foreach (var field in fields)
            builder.Add(field with { Hops = [.. field.Hops.Skip(hops.Count)] });
        return builder.Build(builder._root with { Slots = [slot] }, slot);
    }

    private Level Reach(IReadOnlyList<BoundHop> hops)
    {
        var level = _root;
        foreach (var hop in hops)
        {
            if (!level.Children.TryGetValue(hop.Relationship, out var next))
            {
                level.Children[hop.Relationship] = next = new Level(hop.Slots);
                level.Members.Add(slot => new ShapeMember
                {
                    Name = JsonEncodedText.Encode(hop.Relationship),
                    IsParent = true,
                    Parents = [.. next.Slots.Where(to => joins[to].FromSlot == slot).Select(to => (to, Build(next, to)))],
                });
            }

            level = next;
        }

        return level;
    }

    private RecordShape Build(Level level, int slot)
    {
        var own = resolver.TypeOf(slot);
        return new RecordShape
        {
            Type = own,
            TypeName = level.Slots.Count > 1 ? "Name" : own.Name,
            Members = [.. level.Members.Select(member => member(slot))],
        };
    }

    private ShapeMember MemberOf(BoundField field, int slot)
    {
        var own = resolver.TypeOf(slot);
        var name = JsonEncodedText.Encode(field.Alias ?? field.Field.Name);
        if (field.IsTypeName)
            return new ShapeMember { Name = name, Compute = _ => own.Name };
        var source = field.Sources.FirstOrDefault(source => source.Slot == slot, new RowSource(slot, -1));
        return source.Ordinal >= 0
            ? ShapeMember.Of(own, source.Ordinal) with { Name = name, Transform = field.Transform }
            : new ShapeMember { Name = name };
    }

    private sealed record Level(IReadOnlyList<int> Slots)
    {
        public Dictionary<string, Level> Children { get; } = new(StringComparer.Ordinal);

        /// <summary>The members in the order of the select list, each made for the slot of the record that it belongs to.</summary>
        public List<Func<int, ShapeMember>> Members { get; } = [];
    }
}
