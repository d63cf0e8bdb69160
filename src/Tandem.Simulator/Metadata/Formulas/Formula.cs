namespace Tandem.Simulator.Metadata.Formulas;

/// <summary>
/// A parsed formula of an object: of a formula field, whose value the saves store, of a validation rule or of a roll-up's filter. It tells
/// what it reads, so that whoever stores its value knows when to make it anew.
/// </summary>
internal sealed class Formula(FormulaTerm root, FormulaScope scope)
{
    public FormulaKind Kind { get; } = root.Kind;

    public IReadOnlyList<FormulaPath> Paths { get; } = scope.Paths;

    /// <summary>True when the value changes with the day.</summary>
    public bool UsesToday { get; } = scope.UsesToday;

    /// <summary>True when the value changes with the minute.</summary>
    public bool UsesNow { get; } = scope.UsesNow;

    /// <summary>The value; null when it is blank or cannot be calculated, as with a number beyond all bounds.</summary>
    public object? Evaluate(FormulaRow row)
    {
        try
        {
            return root.Evaluate(row) is var value && value is "" ? null : value;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    /// <summary>True when a rule applies.</summary>
    public bool IsTrue(FormulaRow row) => Evaluate(row) is true;

    /// <summary>The value as a field stores it: a number rounded to its scale, a text cut at its length; it never fails a save.</summary>
    public object? EvaluateFor(Field field, FormulaRow row)
    {
        var value = Evaluate(row);
        return field.Type switch
        {
            FieldType.Boolean => FormulaValue.Truth(value is true),
            FieldType.Percent => Round(field, FormulaValue.Number(value) * 100),
            FieldType.Double or FieldType.Currency => Round(field, FormulaValue.Number(value)),
            FieldType.Int => FormulaValue.Number(value) is >= int.MinValue and <= int.MaxValue and var whole ? (int)whole : null,
            FieldType.Date or FieldType.DateTime => value,
            _ => value is null ? null : FormulaValue.Text(value) is var text && text.Length > field.Length ? text[..field.Length] : text,
        };
    }

    private static decimal? Round(Field field, decimal? number) =>
        number is { } value ? decimal.Round(value, field.Scale, MidpointRounding.AwayFromZero) : null;
}
