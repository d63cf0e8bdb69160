using System.Globalization;

namespace Tandem.Simulator.Metadata;

/// <summary>
/// A parsed formula over one record: literals, fields, <c>&amp;</c> for text, <c>+ - * /</c> and parentheses for numbers. The saves
/// evaluate it after every change of the record and store the result.
/// </summary>
internal sealed class Formula(Func<object?[], object?> evaluate, bool isText)
{
    public bool IsText { get; } = isText;

    /// <summary>True for text, false for a number, null for a type that no formula gives.</summary>
    public static bool? ResultOf(FieldType type) => type switch
    {
        FieldType.String or FieldType.TextArea => true,
        FieldType.Double or FieldType.Currency or FieldType.Percent => false,
        _ => null,
    };

    public object? Evaluate(object?[] values) => evaluate(values);

    internal static string AsText(object? value) => value switch
    {
        null => "",
        string text => text,
        decimal number => number.ToString("0.##################", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>Null counts as nothing known: a sum with it is null, as a blank field makes a number formula blank.</summary>
    internal static decimal? AsNumber(object? value) => value switch
    {
        decimal number => number,
        int number => number,
        long number => number,
        _ => null,
    };
}
