using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Tandem.Postgres.Load;
using Tandem.Postgres.Tables;
using Tandem.Sync.Schema;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Schema;

/// <summary>salesforce-api.md, section 8.2: every spelling of a value; what COPY gets of it.</summary>
public sealed class ValueEncodersTests
{
    private static readonly DateTime Epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData("2026-01-31T10:00:00.000+0000", "2026-01-31T10:00:00Z")]
    [InlineData("2026-01-31T10:00:00.000Z", "2026-01-31T10:00:00Z")]
    [InlineData("2026-01-31T10:00:00Z", "2026-01-31T10:00:00Z")]
    [InlineData("2026-01-31T10:00:00.123+02:00", "2026-01-31T08:00:00.123Z")]
    [InlineData("2026-01-31T10:00:00.123456-0330", "2026-01-31T13:30:00.123456Z")]
    [InlineData("1700-01-01T00:00:00.000Z", "1700-01-01T00:00:00Z")]
    [InlineData("1999-12-31T23:59:59.999+0000", "1999-12-31T23:59:59.999Z")]
    [InlineData("2400-02-29T12:00:00.000+0000", "2400-02-29T12:00:00Z")]
    [InlineData("4000-12-31T23:59:59.000Z", "4000-12-31T23:59:59Z")]
    public void Reads_every_spelling_of_a_datetime(string text, string expected)
    {
        var microseconds = (DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture).UtcDateTime - Epoch).Ticks
            / TimeSpan.TicksPerMicrosecond;
        ReadInt64(Encode(ColumnKind.Timestamp, text)).ShouldBe(microseconds);
        ReadInt64(Encode(ColumnKind.TimestampTz, text)).ShouldBe(microseconds);
    }

    [Theory]
    [InlineData(ColumnKind.Integer, "1.0E3", 1000)]
    [InlineData(ColumnKind.Integer, "-7", -7)]
    [InlineData(ColumnKind.Integer, "23.0", 23)]
    [InlineData(ColumnKind.Integer, "-0.0", 0)]
    [InlineData(ColumnKind.Integer, "-2147483648", int.MinValue)]
    [InlineData(ColumnKind.Integer, "2.147483647E9", int.MaxValue)]
    public void Reads_whole_numbers_with_a_fraction_of_zero_or_an_exponent(ColumnKind kind, string text, int expected) =>
        BinaryPrimitives.ReadInt32BigEndian(Encode(kind, text)).ShouldBe(expected);

    [Theory]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808.0", long.MinValue)]
    public void Reads_long_whole_numbers(string text, long expected) => ReadInt64(Encode(ColumnKind.BigInt, text)).ShouldBe(expected);

    [Theory]
    [InlineData("1.0E7", 1e7)]
    [InlineData("-0.125", -0.125)]
    [InlineData("123456789012345.67", 123456789012345.67)]
    [InlineData("0.1", 0.1)]
    [InlineData("5E-324", double.Epsilon)]
    [InlineData("1.7976931348623157E308", double.MaxValue)]
    public void Reads_doubles(string text, double expected) =>
        BinaryPrimitives.ReadDoubleBigEndian(Encode(ColumnKind.Double, text)).ShouldBe(expected);

    [Fact]
    public void Keeps_the_sign_of_a_negative_zero() =>
        Encode(ColumnKind.Double, "-0.0").ShouldBe([0x80, 0, 0, 0, 0, 0, 0, 0]);

    [Fact]
    public void Reads_any_datetime_as_the_framework_does() => Prop.ForAll(
        ArbMap.Default.ArbFor<DateTime>().Filter(moment => moment.Year > 1),
        moment =>
        {
            var utc = DateTime.SpecifyKind(moment, DateTimeKind.Utc);
            var text = utc.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
            return ReadInt64(Encode(ColumnKind.Timestamp, text)) == (long)Math.Floor((utc - Epoch).Ticks / 10.0);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("10:30:00.000Z", 37_800_000_000)]
    [InlineData("23:59:59.999Z", 86_399_999_000)]
    [InlineData("00:00:00", 0)]
    public void Reads_a_time_of_day(string text, long expected) => ReadInt64(Encode(ColumnKind.Time, text)).ShouldBe(expected);

    [Fact]
    public void Keeps_text_byte_for_byte() =>
        Encoding.UTF8.GetString(Encode(ColumnKind.Text, "Zoë \"quoted\", 東京 🎉\r\n")).ShouldBe("Zoë \"quoted\", 東京 🎉\r\n");

    [Fact]
    public void Counts_the_characters_of_a_varchar_as_Postgres_does()
    {
        var type = new ColumnType(ColumnKind.Varchar, 3);

        Fit(type, "東京🎉").ShouldBe(ValueFit.Fits);
        Fit(type, "東京🎉!").ShouldBe(ValueFit.TooLong);
        ValueEncoders.CountCharacters("東京🎉!"u8).ShouldBe(4);
    }

    [Theory]
    [InlineData(ColumnKind.Boolean, "yes")]
    [InlineData(ColumnKind.Integer, "1.5")]
    [InlineData(ColumnKind.Integer, "1.5E0")]
    [InlineData(ColumnKind.BigInt, "many")]
    [InlineData(ColumnKind.Double, "much")]
    [InlineData(ColumnKind.Double, "NaN")]
    [InlineData(ColumnKind.Double, "Infinity")]
    [InlineData(ColumnKind.Double, " 1")]
    [InlineData(ColumnKind.Numeric, "1,5")]
    [InlineData(ColumnKind.Numeric, ".")]
    [InlineData(ColumnKind.Numeric, "1E")]
    [InlineData(ColumnKind.Numeric, "1.2.3")]
    [InlineData(ColumnKind.Numeric, "NaN")]
    [InlineData(ColumnKind.Date, "2026-02-30")]
    [InlineData(ColumnKind.Date, "1900-02-29")]
    [InlineData(ColumnKind.Date, "31/01/2026")]
    [InlineData(ColumnKind.Date, "2026-01-3x")]
    [InlineData(ColumnKind.Timestamp, "2026-01-31")]
    [InlineData(ColumnKind.Timestamp, "2026-01-31T10:00:00 CET")]
    [InlineData(ColumnKind.Timestamp, "2026-01-31T10:00:00.Z")]
    [InlineData(ColumnKind.Timestamp, "2026-01-31T10:00:00+99:99")]
    [InlineData(ColumnKind.Time, "25:00:00")]
    [InlineData(ColumnKind.Time, "10:00:00+01:00")]
    public void Refuses_what_is_no_such_value(ColumnKind kind, string text) => Fit(new ColumnType(kind), text).ShouldBe(ValueFit.WrongType);

    [Theory]
    [InlineData(ColumnKind.Integer, "3000000000")]
    [InlineData(ColumnKind.Integer, "-2147483649")]
    [InlineData(ColumnKind.BigInt, "9223372036854775808")]
    [InlineData(ColumnKind.BigInt, "1E30")]
    [InlineData(ColumnKind.Double, "1E400")]
    public void Refuses_a_number_that_the_column_cannot_hold(ColumnKind kind, string text) =>
        Fit(new ColumnType(kind), text).ShouldBe(ValueFit.OutOfRange);

    [Theory]
    [InlineData("99.995", ValueFit.OutOfRange)]
    [InlineData("-100", ValueFit.OutOfRange)]
    [InlineData("99.994", ValueFit.Fits)]
    [InlineData("0.004", ValueFit.Fits)]
    [InlineData("1E-30", ValueFit.Fits)]
    public void A_numeric_is_rounded_before_its_digits_are_counted(string text, ValueFit expected) =>
        Fit(new ColumnType(ColumnKind.Numeric, 4, 2), text).ShouldBe(expected);

    [Fact]
    public void Text_that_Postgres_cannot_store_is_told()
    {
        ValueEncoders.CheckText("plain ë 🎉"u8).ShouldBe(ValueFit.Fits);
        ValueEncoders.CheckText("a\0b"u8).ShouldBe(ValueFit.HasNul);
        ValueEncoders.CheckText([0xED, 0xA0, 0x80]).ShouldBe(ValueFit.NotUnicode);
    }

    /// <summary>What does not fit has written nothing.</summary>
    private static ValueFit Fit(ColumnType type, string text)
    {
        using var rows = new CopyRows();
        rows.BeginRow(1);
        var before = rows.Length;
        var fit = ValueEncoders.For(type)(rows, Encoding.UTF8.GetBytes(text));
        (rows.Length > before).ShouldBe(fit == ValueFit.Fits);
        return fit;
    }

    /// <summary>The value's bytes behind its length.</summary>
    private static byte[] Encode(ColumnKind kind, string text)
    {
        using var rows = new CopyRows();
        rows.BeginRow(2);
        rows.WriteNull();
        var before = rows.Length;
        ValueEncoders.For(new ColumnType(kind))(rows, Encoding.UTF8.GetBytes(text)).ShouldBe(ValueFit.Fits);
        return rows.Written.Span[(before + sizeof(int))..].ToArray();
    }

    private static long ReadInt64(byte[] bytes) => BinaryPrimitives.ReadInt64BigEndian(bytes);
}
