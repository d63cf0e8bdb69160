using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Soql;

/// <summary>
/// Binds the select list of a query of rows: fields and functions, FIELDS(), TYPEOF and queries for children. Used by
/// <see cref="QueryBinder"/>. Source: salesforce-api.md, section 4.
/// </summary>
internal sealed class SelectBinder(
    SoqlQuery query, QueryContext context, PathResolver resolver, ExpressionBinder expressions, Func<SoqlQuery, ChildQuery> bindChildren)
{
    private const int LargestFieldsLimit = 200;

    private readonly List<BoundField> _columns = [];
    private readonly List<ChildQuery> _children = [];
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly ShapeBuilder _shape = new(resolver, resolver.Joins);
    private int _unnamed;

    public IReadOnlyList<BoundField> Columns => _columns;

    public IReadOnlyList<ChildQuery> Children => _children;

    public RecordShape Bind()
    {
        foreach (var item in query.Select)
        {
            switch (item)
            {
                case { Kind: SelectKind.Value, Value: { } value }: AddColumn(item, BindValue(item, value)); break;
                case { Kind: SelectKind.TypeOf, TypeOf: { } clause }: AddTypeOf(item, clause); break;
                case { Kind: SelectKind.Children, Children: { } children }: AddChildren(item, bindChildren(children)); break;
                default: AddFields(item); break;
            }
        }

        return _shape.Build();
    }

    private BoundField BindValue(SelectItem item, Expression value)
    {
        if (item.Alias is not null && value.Path is not null)
            throw Fault(item.Position, SoqlFault.MalformedQuery, "only aggregate expressions use field aliasing");
        var bound = expressions.Bind(value);
        var isNameless = bound is { Compute: not null, IsTypeName: false };
        return item.Alias is null && !isNameless ? bound : bound with { Alias = item.Alias ?? $"expr{_unnamed++}" };
    }

    private void AddColumn(SelectItem item, BoundField field)
    {
        Claim(item, field.Name);
        _columns.Add(field);
        _shape.Add(field);
    }

    private void AddFields(SelectItem item)
    {
        if (item.Kind != SelectKind.StandardFields && query.Limit is null or > LargestFieldsLimit)
        {
            throw Fault(item.Position, SoqlFault.MalformedQuery,
                $"The SOQL FIELDS function must have a LIMIT of at most {LargestFieldsLimit}");
        }

        foreach (var field in resolver.VisibleOrdinals.Select(resolver.Own))
        {
            if (item.Kind == SelectKind.AllFields || field.Field.IsCustom == (item.Kind == SelectKind.CustomFields))
                AddColumn(item, field);
        }
    }

    private void AddChildren(SelectItem item, ChildQuery children)
    {
        Claim(item, children.Relationship);
        _shape.AddChildren(children.Relationship, _children.Count);
        _children.Add(children);
    }

    private void AddTypeOf(SelectItem item, TypeOfClause clause)
    {
        var hops = resolver.ResolveRelationship(clause.Relationship);
        var slots = hops[^1].Slots;
        if (slots.Count == 1)
        {
            throw Fault(item.Position, SoqlFault.InvalidField,
                $"TYPEOF takes a polymorphic relationship; '{clause.Relationship}' leads to {resolver.TypeOf(slots[0]).Name} only");
        }

        Claim(item, string.Join('.', hops.Select(hop => hop.Relationship)));
        var fields = new Dictionary<int, IReadOnlyList<BoundField>>();
        foreach (var branch in clause.Branches)
        {
            int[] reached = [.. slots.Where(slot => IsNamed(resolver.TypeOf(slot), branch.ObjectName))];
            if (reached.Length == 0)
                throw NoTarget(clause, branch);
            foreach (var slot in reached)
                fields[slot] = [.. branch.Fields.Select(path => resolver.Resolve(path, hops, [slot]))];
        }

        int[] others = [.. slots.Where(slot => !fields.ContainsKey(slot))];
        if (clause.OtherFields.Count > 0 && others.Length > 0)
        {
            BoundField[] shown = [.. clause.OtherFields.Select(path => resolver.Resolve(path, hops, others))];
            foreach (var slot in others)
                fields[slot] = shown;
        }

        _shape.AddTypeOf(hops, fields);
    }

    private static bool IsNamed(ObjectType type, string name) => type.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private ApiException NoTarget(TypeOfClause clause, TypeOfBranch branch) =>
        context.Org.FindTable(branch.ObjectName) is { } table && context.Access.CanSee(table.Type)
            ? Fault(branch.Position, SoqlFault.InvalidField, $"'{clause.Relationship}' never leads to {table.Type.Name}")
            : QueryBinder.UnknownObject(query, branch.ObjectName, branch.Position);

    private void Claim(SelectItem item, string name)
    {
        if (!_names.Add(name))
            throw Fault(item.Position, SoqlFault.InvalidField, $"duplicate field selected: {name}");
    }

    private ApiException Fault(int position, string errorCode, string reason) =>
        SoqlFault.At(query.Text, position, errorCode, reason);
}
