using System.Buffers.Text;
using System.Globalization;
using System.Text.Unicode;
using Tandem.Postgres.Load;
using Tandem.Postgres.Tables;

namespace Tandem.Sync.Schema;

/// <summary>
/// From Salesforce's bytes to Postgres's binary form, without a string per value. Values are not empty: that is null, which
/// <see cref="RowEncoder"/> writes. Source: salesforce-api.md, section 8.2; performance.md, part B.
/// </summary>
public static class ValueEncoders
{
    private const NumberStyles NumberStyle =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public static ValueEncoder For(ColumnType type) => type.Kind switch
    {
        ColumnKind.Varchar => (rows, value) => EncodeVarchar(rows, value, type.Length),
        ColumnKind.Text => EncodeText,
        ColumnKind.Boolean => EncodeBoolean,
        ColumnKind.Integer => EncodeInteger,
        ColumnKind.BigInt => EncodeBigInt,
        ColumnKind.Double => EncodeDouble,
        ColumnKind.Numeric => (rows, value) => EncodeNumeric(rows, value, type),
        ColumnKind.Date => EncodeDate,
        ColumnKind.Timestamp or ColumnKind.TimestampTz => EncodeTimestamp,
        ColumnKind.Time => EncodeTime,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a kind of column."),
    };

    /// <summary>Whether a text can stand in any column of the database.</summary>
    public static ValueFit CheckText(ReadOnlySpan<byte> value) =>
        value.Contains((byte)0) ? ValueFit.HasNul
        : Utf8.IsValid(value) ? ValueFit.Fits
        : ValueFit.NotUnicode;

    /// <summary>Characters as Postgres counts them: one for each code point.</summary>
    public static int CountCharacters(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        foreach (var unit in utf8)
            count += (unit & 0xC0) == 0x80 ? 0 : 1;
        return count;
    }

    private static ValueFit EncodeText(CopyRows rows, ReadOnlySpan<byte> value)
    {
        rows.WriteUtf8(value);
        return ValueFit.Fits;
    }

    private static ValueFit EncodeVarchar(CopyRows rows, ReadOnlySpan<byte> value, int length) =>
        value.Length > length && CountCharacters(value) > length ? ValueFit.TooLong : EncodeText(rows, value);

    private static ValueFit EncodeBoolean(CopyRows rows, ReadOnlySpan<byte> value)
    {
        var isTrue = value.SequenceEqual("true"u8);
        if (!isTrue && !value.SequenceEqual("false"u8))
            return ValueFit.WrongType;
        rows.WriteBoolean(isTrue);
        return ValueFit.Fits;
    }

    private static ValueFit EncodeInteger(CopyRows rows, ReadOnlySpan<byte> value)
    {
        var fit = ParseWhole(value, out var number);
        if (fit == ValueFit.Fits && number is < int.MinValue or > int.MaxValue)
            return ValueFit.OutOfRange;
        if (fit == ValueFit.Fits)
            rows.WriteInt32((int)number);
        return fit;
    }

    private static ValueFit EncodeBigInt(CopyRows rows, ReadOnlySpan<byte> value)
    {
        var fit = ParseWhole(value, out var number);
        if (fit == ValueFit.Fits)
            rows.WriteInt64(number);
        return fit;
    }

    private static ValueFit EncodeDouble(CopyRows rows, ReadOnlySpan<byte> value)
    {
        if (!double.TryParse(value, NumberStyle, CultureInfo.InvariantCulture, out var number) || double.IsNaN(number))
            return ValueFit.WrongType;
        if (!double.IsFinite(number))
            return value[^1] is >= (byte)'0' and <= (byte)'9' or (byte)'.' ? ValueFit.OutOfRange : ValueFit.WrongType;
        rows.WriteDouble(number);
        return ValueFit.Fits;
    }

    /// <summary>
    /// A column with a scale gets the number rounded to it, as Postgres would; one without gets every digit and no trailing zeros,
    /// since REST spells 23 as <c>23.0</c> and Bulk may not.
    /// </summary>
    private static ValueFit EncodeNumeric(CopyRows rows, ReadOnlySpan<byte> value, ColumnType type)
    {
        Span<byte> buffer = stackalloc byte[DecimalDigits.Most];
        if (!DecimalDigits.TryParse(value, buffer, out var number))
            return ValueFit.WrongType;
        if (type.Length > 0)
        {
            number.RoundTo(type.Scale);
            if (!number.Digits.IsEmpty && number.PointAt > type.Length - type.Scale)
                return ValueFit.OutOfRange;
        }

        rows.WriteNumeric(number.IsNegative, number.Digits, number.PointAt, type.Length > 0 ? type.Scale : number.Scale);
        return ValueFit.Fits;
    }

    private static ValueFit EncodeDate(CopyRows rows, ReadOnlySpan<byte> value)
    {
        if (!SalesforceMoments.TryParseDays(value, out var days))
            return ValueFit.WrongType;
        rows.WriteDate(days);
        return ValueFit.Fits;
    }

    private static ValueFit EncodeTimestamp(CopyRows rows, ReadOnlySpan<byte> value)
    {
        if (!SalesforceMoments.TryParseMoment(value, out var microseconds))
            return ValueFit.WrongType;
        rows.WriteTimestamp(microseconds);
        return ValueFit.Fits;
    }

    private static ValueFit EncodeTime(CopyRows rows, ReadOnlySpan<byte> value)
    {
        if (!SalesforceMoments.TryParseTimeOfDay(value, out var microseconds, out var rest) || !(rest.IsEmpty || rest.SequenceEqual("Z"u8)))
            return ValueFit.WrongType;
        rows.WriteTime(microseconds);
        return ValueFit.Fits;
    }

    /// <summary>Bulk may spell a whole number with a fraction of zero or an exponent.</summary>
    private static ValueFit ParseWhole(ReadOnlySpan<byte> value, out long number)
    {
        if (Utf8Parser.TryParse(value, out number, out var used) && used == value.Length)
            return ValueFit.Fits;
        number = 0;
        Span<byte> buffer = stackalloc byte[DecimalDigits.Most];
        if (!DecimalDigits.TryParse(value, buffer, out var spelled) || spelled.Scale > 0)
            return ValueFit.WrongType;
        if (spelled.PointAt > 19)
            return ValueFit.OutOfRange;
        var whole = default(Int128);
        for (var at = 0; at < spelled.PointAt; at++)
            whole = whole * 10 + (at < spelled.Digits.Length ? spelled.Digits[at] : 0);
        whole = spelled.IsNegative ? -whole : whole;
        if (whole < long.MinValue || whole > long.MaxValue)
            return ValueFit.OutOfRange;
        number = (long)whole;
        return ValueFit.Fits;
    }
}
