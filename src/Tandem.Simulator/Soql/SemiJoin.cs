using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Soql;

/// <summary>
/// The query inside <c>IN (SELECT ..)</c> and the ids that its latest run has found. A bound query runs its semi-joins first and then
/// tests its rows against them. Source: salesforce-api.md, section 4.
/// </summary>
internal sealed class SemiJoin(BoundQuery query, BoundField field)
{
    private HashSet<string> _ids = [];

    public bool Contains(object? id) => id is string text && _ids.Contains(text);

    public void Run(bool includeDeleted) =>
        _ids = query.Match(includeDeleted).Select(field.Read).OfType<string>().ToHashSet(StringComparer.Ordinal);

    /// <summary>Binds the inner query and checks that both sides speak of the same object's ids.</summary>
    public static SemiJoin Bind(SoqlQuery outer, SemiJoinCondition condition, BoundField left, QueryContext context)
    {
        if (!IsId(left))
        {
            throw Fault(outer, condition.Left.Position, SoqlFault.MalformedQuery,
                $"The left operand field in the where expression for outer query should be an id field, cannot use: '{left.Name}'");
        }

        var inner = condition.Query;
        if (inner.Select is not [{ Kind: SelectKind.Value, Value: { Path: not null } value, Alias: null }])
        {
            throw Fault(outer, inner.Select[0].Position, SoqlFault.MalformedQuery,
                "semi join sub-selects can only query one id field");
        }

        if (inner.Grouping is not null || inner.OrderBy.Count > 0 || inner.Limit is not null || inner.Offset is not null)
        {
            throw Fault(outer, inner.Select[0].Position, SoqlFault.MalformedQuery,
                "semi join sub-selects take no GROUP BY, ORDER BY, LIMIT or OFFSET");
        }

        if (HoldsSemiJoin(inner.Where))
            throw Fault(outer, inner.Select[0].Position, SoqlFault.MalformedQuery, "Nesting of semi join sub-selects is not supported");

        var bound = QueryBinder.Bind(inner, context);
        var right = bound.Columns[0];
        if (!IsId(right))
        {
            throw Fault(outer, value.Position, SoqlFault.MalformedQuery,
                $"semi join sub-selects can only query id fields, cannot use: '{right.Name}'");
        }

        if (!Targets(left).Intersect(Targets(right), StringComparer.OrdinalIgnoreCase).Any())
        {
            throw Fault(outer, condition.Left.Position, SoqlFault.InvalidField,
                $"The selected field '{right.Name}' in the subquery and the left operand field '{left.Name}' in the where expression in"
                + " the outer query should point to the same object type");
        }

        return new SemiJoin(bound, right);
    }

    private static bool IsId(BoundField field) => field.Field.Type is FieldType.Id or FieldType.Reference;

    private static IEnumerable<string> Targets(BoundField field) =>
        field.Field.Type == FieldType.Id ? [field.Owner.Name] : field.Field.ReferenceTo;

    private static bool HoldsSemiJoin(ICondition? condition) => condition switch
    {
        SemiJoinCondition => true,
        NegatedCondition negated => HoldsSemiJoin(negated.Operand),
        LogicalCondition logical => logical.Operands.Any(HoldsSemiJoin),
        _ => false,
    };

    private static ApiException Fault(SoqlQuery query, int position, string errorCode, string reason) =>
        SoqlFault.At(query.Text, position, errorCode, reason);
}
