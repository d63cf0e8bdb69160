using System.Globalization;

namespace Tandem.Simulator.Metadata.Formulas;

/// <summary>How formulas see values: blank text is no text, a truth is never blank, numbers are decimals.</summary>
internal static class FormulaValue
{
    public static readonly object True = true;
    public static readonly object False = false;

    /// <summary>What a field's values are in a formula; null for a type that no formula reads.</summary>
    public static FormulaKind? KindOf(FieldType type) => type switch
    {
        FieldType.Double or FieldType.Currency or FieldType.Percent or FieldType.Int or FieldType.Long => FormulaKind.Number,
        FieldType.Boolean => FormulaKind.Boolean,
        FieldType.Date => FormulaKind.Date,
        FieldType.DateTime => FormulaKind.DateTime,
        FieldType.Time => FormulaKind.Time,
        FieldType.Base64 or FieldType.Address or FieldType.Location or FieldType.EncryptedString or FieldType.AnyType => null,
        _ => FormulaKind.Text,
    };

    /// <summary>What a formula field of this type must give; null for a type that no formula field has.</summary>
    public static FormulaKind? ResultOf(FieldType type) => type switch
    {
        FieldType.String or FieldType.TextArea or FieldType.Picklist or FieldType.Phone or FieldType.Email => FormulaKind.Text,
        FieldType.Double or FieldType.Currency or FieldType.Percent or FieldType.Int => FormulaKind.Number,
        FieldType.Boolean => FormulaKind.Boolean,
        FieldType.Date => FormulaKind.Date,
        FieldType.DateTime => FormulaKind.DateTime,
        _ => null,
    };

    public static object Truth(bool value) => value ? True : False;

    public static bool IsBlank(object? value) => value is null or "";

    public static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        bool truth => truth ? "true" : "false",
        decimal number => number.ToString("0.##################", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime moment => moment.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    public static decimal? Number(object? value) => value switch
    {
        decimal number => number,
        int number => number,
        long number => number,
        _ => null,
    };

    /// <summary>Text is told apart by letter case, as formulas do; two blanks are the same.</summary>
    public static bool Same(object? left, object? right)
    {
        if (IsBlank(left) || IsBlank(right))
            return IsBlank(left) && IsBlank(right);
        return Number(left) is { } a && Number(right) is { } b ? a == b : left?.Equals(right) == true;
    }

    /// <summary>Null when one of the two is blank: then no order holds.</summary>
    public static int? Compare(object? left, object? right) => (left, right) switch
    {
        (null, _) or (_, null) => null,
        (string a, string b) => string.CompareOrdinal(a, b),
        (DateOnly a, DateOnly b) => a.CompareTo(b),
        (DateTime a, DateTime b) => a.CompareTo(b),
        (TimeOnly a, TimeOnly b) => a.CompareTo(b),
        _ => Number(left) is { } a && Number(right) is { } b ? a.CompareTo(b) : null,
    };

    /// <summary>A double as a decimal; null for what no decimal holds.</summary>
    public static object? OfDouble(double number) =>
        double.IsFinite(number) && Math.Abs(number) < 1e28 ? (decimal)number : null;
}
