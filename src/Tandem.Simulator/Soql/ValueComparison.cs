using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Soql;

/// <summary>
/// Compiles the comparison of one field's value with a literal, after checking that the literal suits the field's type.
/// Source: salesforce-api.md, section 4.
/// </summary>
internal sealed class ValueComparison(SoqlQuery query, ComparisonCondition condition, Field field, DateOnly today)
{
    public static bool IsText(FieldType type) => type is FieldType.String or FieldType.TextArea or FieldType.Picklist
        or FieldType.MultiPicklist or FieldType.Combobox or FieldType.Phone or FieldType.Url or FieldType.Email or FieldType.AnyType;

    public static ApiException WrongLiteral(SoqlQuery query, ComparisonCondition condition, Field field, string expected) => SoqlFault.At(
        query.Text, condition.Left.Position, SoqlFault.InvalidField,
        $"value of filter criterion for field '{field.Name}' must be of type {expected}");

    public Func<object?, bool> Compile(CompareOperator comparison, Literal literal)
    {
        if (literal.Kind == LiteralKind.Null || IsEmptyText(comparison, literal))
            return NullTest(comparison, literal);

        return field.Type switch
        {
            FieldType.Id or FieldType.Reference when literal is { Kind: LiteralKind.Text, Text.Length: 0 } =>
                Order(comparison, StringComparer.Ordinal, ""),
            FieldType.Id or FieldType.Reference => Order(comparison, StringComparer.Ordinal, ReadId(literal)),
            FieldType.MultiPicklist => ChoiceTest(comparison, ReadText(literal)),
            var type when IsText(type) => Order(comparison, TextComparer, ReadText(literal)),
            FieldType.Boolean => BooleanTest(comparison, literal),
            FieldType.Int or FieldType.Long or FieldType.Double or FieldType.Currency or FieldType.Percent =>
                Order(comparison, AsNumber, ReadNumber(literal)),
            FieldType.Date => Order(comparison, static value => value as DateOnly?, ReadDate(literal)),
            FieldType.DateTime => Order(comparison, static value => value as DateTime?, ReadMoment(literal)),
            FieldType.Time => Order(comparison, static value => value as TimeOnly?, ReadTime(literal)),
            _ => throw Wrong("one that a condition can compare"),
        };
    }

    /// <summary>A hashed test for IN over ids, text and numbers; null when a literal needs a comparison of its own.</summary>
    public Func<object?, bool>? TryCompileSet()
    {
        var withNull = condition.Literals.Any(literal => literal.Kind == LiteralKind.Null || IsEmptyText(CompareOperator.Equal, literal));
        var literals = condition.Literals.Where(literal => literal.Kind != LiteralKind.Null && literal.Text.Length > 0);
        if (field.Type is FieldType.Id or FieldType.Reference)
            return TextSet([.. literals.Select(ReadId)], StringComparer.Ordinal, withNull);
        if (IsText(field.Type) && field.Type != FieldType.MultiPicklist)
            return TextSet([.. literals.Select(ReadText)], TextComparer, withNull);
        return null;
    }

    private StringComparer TextComparer => @field.IsCaseSensitive ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;

    private static Func<object?, bool> TextSet(string[] texts, StringComparer comparer, bool withNull)
    {
        var set = new HashSet<string>(texts, comparer);
        return value => value is string text ? set.Contains(text) : withNull;
    }

    private bool IsEmptyText(CompareOperator comparison, Literal literal) =>
        literal is { Kind: LiteralKind.Text, Text.Length: 0 }
        && comparison is CompareOperator.Equal or CompareOperator.NotEqual
        && (IsText(field.Type) || field.Type is FieldType.Id or FieldType.Reference);

    private Func<object?, bool> NullTest(CompareOperator comparison, Literal literal) => comparison switch
    {
        CompareOperator.Equal => static value => value is null,
        CompareOperator.NotEqual => static value => value is not null,
        _ => throw SoqlFault.At(query.Text, literal.Position, SoqlFault.MalformedQuery, "unexpected token: 'null'"),
    };

    private static Func<object?, bool> ChoiceTest(CompareOperator comparison, string text)
    {
        // The order in which a statement names the choices counts for nothing.
        var wanted = text.Split(';').ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (comparison == CompareOperator.Equal)
            return value => value is string chosen && wanted.SetEquals(chosen.Split(';'));
        if (comparison == CompareOperator.NotEqual)
            return value => value is not string chosen || !wanted.SetEquals(chosen.Split(';'));
        return Order(comparison, StringComparer.OrdinalIgnoreCase, text);
    }

    private Func<object?, bool> BooleanTest(CompareOperator comparison, Literal literal)
    {
        if (literal.Kind != LiteralKind.Boolean)
            throw Wrong("boolean and should not be enclosed in quotes");

        var wanted = bool.Parse(literal.Text);
        return comparison switch
        {
            CompareOperator.Equal => value => value is bool truth && truth == wanted,
            CompareOperator.NotEqual => value => value is not bool truth || truth != wanted,
            _ => throw SoqlFault.At(
                query.Text, condition.Left.Position, SoqlFault.InvalidFilterOperator, "invalid operator on boolean field"),
        };
    }

    private static Func<object?, bool> Order(CompareOperator comparison, StringComparer comparer, string text) => comparison switch
    {
        CompareOperator.Equal => value => value is string other && comparer.Equals(other, text),
        CompareOperator.NotEqual => value => value is not string other || !comparer.Equals(other, text),
        CompareOperator.Less => value => value is string other && comparer.Compare(other, text) < 0,
        CompareOperator.LessOrEqual => value => value is string other && comparer.Compare(other, text) <= 0,
        CompareOperator.Greater => value => value is string other && comparer.Compare(other, text) > 0,
        CompareOperator.GreaterOrEqual => value => value is string other && comparer.Compare(other, text) >= 0,
        _ => throw new InvalidOperationException($"{comparison} does not order values."),
    };

    /// <summary>A literal is a span from its first to its last value; for all but named spans of days the two are the same.</summary>
    private static Func<object?, bool> Order<T>(CompareOperator comparison, Func<object?, T?> read, (T First, T Last) span)
        where T : struct, IComparable<T>
    {
        var (first, last) = span;
        return comparison switch
        {
            CompareOperator.Equal => value => read(value) is { } found && found.CompareTo(first) >= 0 && found.CompareTo(last) <= 0,
            CompareOperator.NotEqual => value => read(value) is not { } found || found.CompareTo(first) < 0 || found.CompareTo(last) > 0,
            CompareOperator.Less => value => read(value) is { } found && found.CompareTo(first) < 0,
            CompareOperator.LessOrEqual => value => read(value) is { } found && found.CompareTo(last) <= 0,
            CompareOperator.Greater => value => read(value) is { } found && found.CompareTo(last) > 0,
            CompareOperator.GreaterOrEqual => value => read(value) is { } found && found.CompareTo(first) >= 0,
            _ => throw new InvalidOperationException($"{comparison} does not order values."),
        };
    }

    private static decimal? AsNumber(object? value) =>
        value switch { decimal number => number, int number => number, long number => number, _ => null };

    private string ReadText(Literal literal) =>
        literal.Kind == LiteralKind.Text ? StringLiteral.Unescape(literal.Text) : throw Wrong("string and should be enclosed in quotes");

    private string ReadId(Literal literal)
    {
        if (literal.Kind != LiteralKind.Text)
            throw Wrong("string and should be enclosed in quotes");
        return RecordId.Expand(literal.Text) ?? throw SoqlFault.At(
            query.Text, condition.Left.Position, SoqlFault.InvalidFilterOperator, $"invalid ID field: {literal.Text}");
    }

    private (decimal First, decimal Last) ReadNumber(Literal literal) =>
        literal.Kind == LiteralKind.Number && LiteralSyntax.TryNumber(literal.Text, out var number)
            ? (number, number)
            : throw Wrong($"{TypeName} and should not be enclosed in quotes");

    private (DateOnly First, DateOnly Last) ReadDate(Literal literal)
    {
        if (literal.Kind == LiteralKind.Date && LiteralSyntax.TryDate(literal.Text, out var date))
            return (date, date);
        if (literal.Kind == LiteralKind.DateSpan && DateSpan.TryRead(literal.Text, today, out var span))
            return (span.First, span.Last);
        throw Wrong("date and should not be enclosed in quotes");
    }

    private (DateTime First, DateTime Last) ReadMoment(Literal literal)
    {
        if (literal.Kind == LiteralKind.DateTime && LiteralSyntax.TryDateTime(literal.Text, out var moment))
            return (moment, moment);
        if (literal.Kind == LiteralKind.DateSpan && DateSpan.TryRead(literal.Text, today, out var span))
            return (span.First.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc), span.Last.ToDateTime(TimeOnly.MaxValue, DateTimeKind.Utc));
        throw Wrong("dateTime and should not be enclosed in quotes");
    }

    private (TimeOnly First, TimeOnly Last) ReadTime(Literal literal) =>
        literal.Kind == LiteralKind.Time && LiteralSyntax.TryTime(literal.Text, out var time)
            ? (time, time)
            : throw Wrong("time and should not be enclosed in quotes");

    private string TypeName => @field.Type.ToString().ToLowerInvariant();

    private ApiException Wrong(string expected) => WrongLiteral(query, condition, field, expected);
}
