using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Soql;

/// <summary>
/// Finds field paths in the org and collects the joins that they need. One per bound query; used by <see cref="QueryBinder"/>.
/// </summary>
internal sealed class PathResolver(SoqlQuery query, Org org, ObjectType type)
{
    private const int MostHops = 5;
    private const string LookAtDescribe = "Please reference your WSDL or the describe call for the appropriate names.";

    private readonly List<Join> _joins = [];

    public IReadOnlyList<Join> Joins => _joins;

    public BoundField Resolve(FieldPath path)
    {
        var names = path.Names;
        var first = names.Count > 1 && IsOwnName(names[0]) ? 1 : 0;
        if (names.Count - first > MostHops + 1)
        {
            throw SoqlFault.At(query.Text, path.Position, SoqlFault.InvalidField,
                $"A field path follows at most {MostHops} relationships; '{path}' follows {names.Count - first - 1}.");
        }

        IReadOnlyList<int> slots = [RowSource.OwnSlot];
        var hops = new List<BoundHop>();
        for (var place = first; place < names.Count - 1; place++)
        {
            var hop = FollowRelationship(path, slots, names[place]);
            hops.Add(hop);
            slots = hop.Slots;
        }

        return Bind(path, hops, slots, names[^1]);
    }

    /// <summary>The bound form of the queried object's own field of this ordinal, for FIELDS().</summary>
    public BoundField Own(int ordinal) => new()
    {
        Field = type.Fields[ordinal],
        Owner = type,
        Hops = [],
        Sources = [new RowSource(RowSource.OwnSlot, ordinal)],
        Read = values => values[ordinal],
    };

    private bool IsOwnName(string name) =>
        name.Equals(query.Alias, StringComparison.OrdinalIgnoreCase)
        || (name.Equals(query.ObjectName, StringComparison.OrdinalIgnoreCase) && !type.Fields.Any(field => IsRelationship(field, name)));

    private BoundHop FollowRelationship(FieldPath path, IReadOnlyList<int> slots, string relationship)
    {
        var reached = new List<int>();
        var spelling = relationship;
        foreach (var slot in slots)
        {
            var from = TypeOf(slot);
            for (var ordinal = 0; ordinal < from.Fields.Count; ordinal++)
            {
                if (!IsRelationship(from.Fields[ordinal], relationship))
                    continue;
                spelling = from.Fields[ordinal].RelationshipName ?? relationship;
                foreach (var target in from.Fields[ordinal].ReferenceTo)
                {
                    if (org.FindTable(target) is { } table)
                        reached.Add(SlotOf(new Join { FromSlot = slot, ReferenceOrdinal = ordinal, Table = table }));
                }
            }
        }

        if (reached.Count == 0)
        {
            throw SoqlFault.At(query.Text, path.Position, SoqlFault.InvalidField,
                $"Didn't understand relationship '{relationship}' in field path. If you are attempting to use a custom relationship, be"
                + $" sure to append the '__r' after the custom relationship name. {LookAtDescribe}");
        }

        return new BoundHop(spelling, reached);
    }

    private BoundField Bind(FieldPath path, List<BoundHop> hops, IReadOnlyList<int> slots, string name)
    {
        var sources = slots.Select(slot => new RowSource(slot, TypeOf(slot).OrdinalOf(name)))
            .Where(source => source.Ordinal >= 0).ToArray();
        if (sources.Length == 0)
        {
            var entity = slots.Count > 1 ? "Name" : TypeOf(slots[0]).Name;
            throw SoqlFault.At(query.Text, path.Position, SoqlFault.InvalidField,
                $"No such column '{name}' on entity '{entity}'. If you are attempting to use a custom field, be sure to append the '__c'"
                + $" after the custom field name. {LookAtDescribe}");
        }

        var owner = TypeOf(sources[0].Slot);
        return new BoundField
        {
            Field = owner.Fields[sources[0].Ordinal],
            Owner = owner,
            Hops = hops,
            Sources = sources,
            Read = ReaderOf(sources),
        };
    }

    private Func<object?[], object?> ReaderOf(RowSource[] sources)
    {
        if (sources is [{ Slot: RowSource.OwnSlot, Ordinal: var ordinal }])
            return values => values[ordinal];

        return values =>
        {
            foreach (var source in sources)
            {
                if (ValuesAt(source.Slot, values)?[source.Ordinal] is { } value)
                    return value;
            }

            return null;
        };
    }

    private object?[]? ValuesAt(int slot, object?[] own) =>
        slot == RowSource.OwnSlot ? own : _joins[slot].Follow(ValuesAt(_joins[slot].FromSlot, own));

    private ObjectType TypeOf(int slot) => slot == RowSource.OwnSlot ? type : _joins[slot].Table.Type;

    private int SlotOf(Join join)
    {
        var slot = _joins.IndexOf(join);
        if (slot >= 0)
            return slot;
        _joins.Add(join);
        return _joins.Count - 1;
    }

    private static bool IsRelationship(Field field, string name) =>
        field.Type == FieldType.Reference && name.Equals(field.RelationshipName, StringComparison.OrdinalIgnoreCase);
}
