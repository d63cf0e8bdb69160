using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Soql;

/// <summary>
/// Finds field paths in the org, as far as the user may see it, and collects the joins that they need. One per bound query; used by
/// <see cref="QueryBinder"/>.
/// </summary>
internal sealed class PathResolver(SoqlQuery query, QueryContext context, ObjectType type)
{
    private const int MostHops = 5;
    private const string LookAtDescribe = "Please reference your WSDL or the describe call for the appropriate names.";

    private static readonly Field TypeName = new() { Name = "Type", Type = FieldType.String };

    private readonly List<Join> _joins = [];

    public IReadOnlyList<Join> Joins => _joins;

    /// <summary>The ordinals of the queried object's fields that the user may see.</summary>
    public IEnumerable<int> VisibleOrdinals =>
        Enumerable.Range(0, type.Fields.Count).Where(ordinal => context.Access.CanSee(type, type.Fields[ordinal]));

    public BoundField Resolve(FieldPath path) => Resolve(path, [], [RowSource.OwnSlot]);

    /// <summary>Resolves a path that starts at a parent and not at the queried object.</summary>
    public BoundField Resolve(FieldPath path, IReadOnlyList<BoundHop> before, IReadOnlyList<int> start)
    {
        var names = before.Count > 0 ? path.Names : WithoutAliases(path);
        var hops = before.ToList();
        var slots = start;
        for (var place = 0; place < names.Count - 1; place++)
        {
            var hop = FollowRelationship(path, slots, names[place]);
            hops.Add(hop);
            slots = hop.Slots;
        }

        return hops.Count <= MostHops ? Bind(path, hops, slots, names[^1]) : throw Fault(path,
            $"A field path follows at most {MostHops} relationships; '{path}' follows {hops.Count}.");
    }

    /// <summary>Follows all names of a path as relationships.</summary>
    public IReadOnlyList<BoundHop> ResolveRelationship(FieldPath path)
    {
        IReadOnlyList<int> slots = [RowSource.OwnSlot];
        var hops = new List<BoundHop>();
        foreach (var name in WithoutAliases(path))
        {
            hops.Add(FollowRelationship(path, slots, name));
            slots = hops[^1].Slots;
        }

        return hops.Count <= MostHops ? hops : throw Fault(path, $"A field path follows at most {MostHops} relationships.");
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

    public ObjectType TypeOf(int slot) => slot == RowSource.OwnSlot ? type : _joins[slot].Table.Type;

    /// <summary>The values of the record in a slot, seen from the queried object's own.</summary>
    public object?[]? ValuesAt(int slot, object?[] own) =>
        slot == RowSource.OwnSlot ? own : _joins[slot].Follow(ValuesAt(_joins[slot].FromSlot, own));

    /// <summary>The names without the object's own name or short names of FROM.</summary>
    private IReadOnlyList<string> WithoutAliases(FieldPath path)
    {
        var names = path.Names;
        for (var round = 0; round <= query.ParentAliases.Count; round++)
        {
            if (names.Count > 1 && IsOwnName(names[0]))
                return [.. names.Skip(1)];
            var alias = query.ParentAliases.FirstOrDefault(parent => parent.Alias.Equals(names[0], StringComparison.OrdinalIgnoreCase));
            if (alias is null)
                return names;
            names = [.. alias.Path.Names, .. names.Skip(1)];
        }

        return names;
    }

    private bool IsOwnName(string name)
    {
        if (name.Equals(query.Alias, StringComparison.OrdinalIgnoreCase))
            return true;
        return (name.Equals(query.ObjectName, StringComparison.OrdinalIgnoreCase)
            || name.Equals(type.Name, StringComparison.OrdinalIgnoreCase)) && !type.Fields.Any(field => IsRelationship(field, name));
    }

    private BoundHop FollowRelationship(FieldPath path, IReadOnlyList<int> slots, string relationship)
    {
        var reached = new List<int>();
        var spelling = relationship;
        foreach (var slot in slots)
        {
            var from = TypeOf(slot);
            for (var ordinal = 0; ordinal < from.Fields.Count; ordinal++)
            {
                var field = from.Fields[ordinal];
                if (!IsRelationship(field, relationship) || !context.Access.CanSee(from, field))
                    continue;
                spelling = field.RelationshipName ?? relationship;
                foreach (var target in field.ReferenceTo)
                {
                    if (context.Org.FindTable(target) is { } table && context.Access.CanSee(table.Type))
                        reached.Add(SlotOf(slot, ordinal, table));
                }
            }
        }

        return reached.Count > 0 ? new BoundHop(spelling, reached) : throw Fault(path,
            $"Didn't understand relationship '{relationship}' in field path. If you are attempting to use a custom relationship, be sure"
            + $" to append the '__r' after the custom relationship name. {LookAtDescribe}");
    }

    private BoundField Bind(FieldPath path, List<BoundHop> hops, IReadOnlyList<int> slots, string name)
    {
        if (slots.Count > 1 && name.Equals(TypeName.Name, StringComparison.OrdinalIgnoreCase))
            return BindTypeName(hops, slots);

        var sources = slots.Select(slot => new RowSource(slot, VisibleOrdinalOf(TypeOf(slot), name)))
            .Where(source => source.Ordinal >= 0).ToArray();
        if (sources.Length == 0)
        {
            var entity = slots.Count > 1 ? "Name" : TypeOf(slots[0]).Name;
            throw Fault(path,
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

    private BoundField BindTypeName(List<BoundHop> hops, IReadOnlyList<int> slots) => new()
    {
        Field = TypeName,
        Owner = TypeOf(slots[0]),
        Hops = hops,
        Sources = [],
        IsTypeName = true,
        Read = values => slots.Where(slot => ValuesAt(slot, values) is not null).Select(slot => TypeOf(slot).Name).FirstOrDefault(),
        Compute = row =>
        {
            foreach (var slot in slots)
            {
                if (row.Parents?[slot] is not null)
                    return TypeOf(slot).Name;
            }

            return null;
        },
    };

    private int VisibleOrdinalOf(ObjectType owner, string name) =>
        owner.OrdinalOf(name) is >= 0 and var ordinal && context.Access.CanSee(owner, owner.Fields[ordinal]) ? ordinal : -1;

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

    private int SlotOf(int from, int reference, ObjectTable table)
    {
        var join = new Join { FromSlot = from, ReferenceOrdinal = reference, Table = table, View = context.View };
        var slot = _joins.IndexOf(join);
        if (slot >= 0)
            return slot;
        _joins.Add(join);
        return _joins.Count - 1;
    }

    private ApiException Fault(FieldPath path, string reason) => SoqlFault.At(query.Text, path.Position, SoqlFault.InvalidField, reason);

    private static bool IsRelationship(Field field, string name) =>
        field.Type == FieldType.Reference && name.Equals(field.RelationshipName, StringComparison.OrdinalIgnoreCase);
}
