using System.Globalization;
using System.Runtime.InteropServices;

namespace Tandem.Postgres.Tables;

/// <summary>
/// The type of a column as the table is created with it. <see cref="Length"/> counts the characters of a varchar or all digits of a
/// numeric, <see cref="Scale"/> those of a numeric behind the point; a numeric of length 0 takes any number.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ColumnType(ColumnKind Kind, int Length = 0, int Scale = 0)
{
    private const int MaxLength = 10_485_760;
    private const int MaxDigits = 1_000;

    /// <summary>As the system catalogue spells it, but for <c>varchar</c>.</summary>
    public string Sql => Kind switch
    {
        ColumnKind.Varchar when Length is > 0 and <= MaxLength => string.Create(CultureInfo.InvariantCulture, $"varchar({Length})"),
        ColumnKind.Varchar => throw new InvalidOperationException(
            $"A varchar column needs a length from 1 to {MaxLength.ToString(CultureInfo.InvariantCulture)}; this one has "
            + $"{Length.ToString(CultureInfo.InvariantCulture)}."),
        ColumnKind.Text => "text",
        ColumnKind.Boolean => "boolean",
        ColumnKind.Integer => "integer",
        ColumnKind.BigInt => "bigint",
        ColumnKind.Double => "double precision",
        ColumnKind.Numeric when Length is 0 && Scale is 0 => "numeric",
        ColumnKind.Numeric when Length is > 0 and <= MaxDigits && Scale >= 0 && Scale <= Length =>
            string.Create(CultureInfo.InvariantCulture, $"numeric({Length},{Scale})"),
        ColumnKind.Numeric => throw new InvalidOperationException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"A numeric column has 1 to {MaxDigits} digits, at most all of them behind the point; this one has {Length} and {Scale}.")),
        ColumnKind.Date => "date",
        ColumnKind.Timestamp => "timestamp without time zone",
        ColumnKind.TimestampTz => "timestamp with time zone",
        ColumnKind.Time => "time without time zone",
        _ => throw new InvalidOperationException($"There is no column kind {Kind}."),
    };

    /// <summary>
    /// True when the column becomes this type without losing a value that it may hold: a longer varchar, text in its place, a numeric
    /// with as many digits or more on both sides of the point.
    /// </summary>
    public bool IsWiderThan(ColumnType other) => (Kind, other.Kind) switch
    {
        (ColumnKind.Varchar, ColumnKind.Varchar) => Length > other.Length,
        (ColumnKind.Text, ColumnKind.Varchar) => true,
        (ColumnKind.Numeric, ColumnKind.Numeric) when other.Length is 0 => false,
        (ColumnKind.Numeric, ColumnKind.Numeric) =>
            Length is 0 || (this != other && Scale >= other.Scale && Length - Scale >= other.Length - other.Scale),
        _ => false,
    };
}
