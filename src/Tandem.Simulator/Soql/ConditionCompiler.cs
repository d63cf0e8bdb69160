using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Soql;

/// <summary>
/// Turns the WHERE tree into one delegate over a record's values and checks each comparison on the way. Logic is two-valued: a
/// comparison with a null field is false, its opposite true. Source: salesforce-api.md, section 4.
/// </summary>
/// <param name="query">The statement, which errors quote.</param>
/// <param name="bind">Finds what stands on the left of a comparison: a value of a row, or for HAVING of a group.</param>
/// <param name="join">Makes the test of a semi-join.</param>
/// <param name="today">The day that named spans of days count from.</param>
internal sealed class ConditionCompiler(
    SoqlQuery query, Func<Expression, BoundField> bind, Func<SemiJoinCondition, Func<object?[], bool>> join, DateOnly today)
{
    public Func<object?[], bool> Compile(ICondition condition)
    {
        switch (condition)
        {
            case LogicalCondition logical:
                return Combine([.. logical.Operands.Select(Compile)], logical.IsConjunction);
            case NegatedCondition negated:
                var operand = Compile(negated.Operand);
                return values => !operand(values);
            case ComparisonCondition comparison:
                return Compile(comparison);
            case SemiJoinCondition semiJoin:
                return join(semiJoin);
            default:
                throw new InvalidOperationException($"A condition has the type {condition.GetType()}, which the parser never makes.");
        }
    }

    private static Func<object?[], bool> Combine(Func<object?[], bool>[] operands, bool isConjunction)
    {
        if (operands is [var left, var right])
            return isConjunction ? values => left(values) && right(values) : values => left(values) || right(values);

        return values =>
        {
            foreach (var operand in operands)
            {
                if (operand(values) != isConjunction)
                    return !isConjunction;
            }

            return isConjunction;
        };
    }

    private Func<object?[], bool> Compile(ComparisonCondition comparison)
    {
        var bound = bind(comparison.Left);
        var field = bound.Field;
        if (!FieldRules.IsFilterable(field))
            throw Fault(comparison, SoqlFault.InvalidField, $"field '{field.Name}' can not be filtered in a query call");

        var test = comparison.Operator switch
        {
            CompareOperator.Like => Like(comparison, field),
            CompareOperator.In => AnyOf(comparison, field),
            CompareOperator.NotIn => Not(AnyOf(comparison, field)),
            CompareOperator.Includes => Includes(comparison, field),
            CompareOperator.Excludes => Not(Includes(comparison, field)),
            _ => new ValueComparison(query, comparison, field, today).Compile(comparison.Operator, comparison.Literals[0]),
        };

        if (bound.IsOwn)
        {
            var ordinal = bound.Sources[0].Ordinal;
            return values => test(values[ordinal]);
        }

        var read = bound.Read;
        return values => test(read(values));
    }

    private static Func<object?, bool> Not(Func<object?, bool> test) => value => !test(value);

    private Func<object?, bool> Like(ComparisonCondition comparison, Field field)
    {
        if (field.Type is FieldType.Id or FieldType.Reference)
            throw Fault(comparison, SoqlFault.InvalidFilterOperator, "invalid operator on id field");
        if (!ValueComparison.IsText(field.Type) || field.Type == FieldType.MultiPicklist)
            throw Fault(comparison, SoqlFault.InvalidFilterOperator, $"LIKE compares text; field '{field.Name}' is no text field");

        var literal = comparison.Literals[0];
        if (literal.Kind != LiteralKind.Text)
            throw ValueComparison.WrongLiteral(query, comparison, field, "string and should be enclosed in quotes");

        var pattern = new LikePattern(literal.Text, field.IsCaseSensitive);
        return value => value is string text && pattern.Matches(text);
    }

    private Func<object?, bool> AnyOf(ComparisonCondition comparison, Field field)
    {
        var compiler = new ValueComparison(query, comparison, field, today);
        if (compiler.TryCompileSet() is { } set)
            return set;

        var tests = comparison.Literals.Select(literal => compiler.Compile(CompareOperator.Equal, literal)).ToArray();
        return value => Array.Exists(tests, test => test(value));
    }

    private Func<object?, bool> Includes(ComparisonCondition comparison, Field field)
    {
        if (field.Type != FieldType.MultiPicklist)
        {
            throw Fault(comparison, SoqlFault.InvalidFilterOperator,
                "includes or excludes operator only valid on multipicklist field");
        }

        if (comparison.Literals.Any(literal => literal.Kind != LiteralKind.Text))
            throw ValueComparison.WrongLiteral(query, comparison, field, "string and should be enclosed in quotes");

        var wanted = comparison.Literals.Select(literal => StringLiteral.Unescape(literal.Text).Split(';')).ToArray();
        return value => value is string text && text.Split(';') is var chosen
            && Array.Exists(wanted, all => Array.TrueForAll(all, one => chosen.Contains(one, StringComparer.OrdinalIgnoreCase)));
    }

    private ApiException Fault(ComparisonCondition comparison, string errorCode, string reason) =>
        SoqlFault.At(query.Text, comparison.Left.Position, errorCode, reason);
}
