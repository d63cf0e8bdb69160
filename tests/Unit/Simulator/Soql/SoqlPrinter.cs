using Tandem.Simulator.Soql;

namespace Tandem.Tests.Unit.Simulator.Soql;

/// <summary>Spells a parsed statement again, with brackets around every condition; for the round trip of the parser.</summary>
internal static class SoqlPrinter
{
    public static string Print(SoqlQuery query)
    {
        var text = $"SELECT {string.Join(", ", query.Select.Select(item => item.Value))} FROM {query.ObjectName}";
        if (query.Where is not null)
            text += $" WHERE {Print(query.Where)}";
        if (query.OrderBy.Count > 0)
            text += " ORDER BY " + string.Join(", ", query.OrderBy.Select(Print));
        return text + (query.Limit is { } limit ? $" LIMIT {limit}" : "") + (query.Offset is { } offset ? $" OFFSET {offset}" : "");
    }

    public static string Print(ICondition condition) => condition switch
    {
        LogicalCondition logical => $"({string.Join(logical.IsConjunction ? " AND " : " OR ", logical.Operands.Select(Print))})",
        NegatedCondition negated => $"NOT {Print(negated.Operand)}",
        ComparisonCondition { Operator: CompareOperator.In } list => $"{list.Left} IN ({string.Join(", ", list.Literals.Select(Print))})",
        ComparisonCondition one => $"{one.Left} {(one.Operator == CompareOperator.Like ? "LIKE" : "=")} {Print(one.Literals[0])}",
        _ => throw new ArgumentException("The printer knows what the generator makes.", nameof(condition)),
    };

    private static string Print(Literal literal) => literal.Kind == LiteralKind.Text ? $"'{literal.Text}'" : literal.Text;

    private static string Print(OrderItem item) =>
        $"{item.Value} {(item.IsDescending ? "DESC" : "ASC")} NULLS {(item.AreNullsLast ? "LAST" : "FIRST")}";
}
