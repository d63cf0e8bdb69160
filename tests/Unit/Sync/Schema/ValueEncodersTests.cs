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
    [InlineData("4000-12-31T23:59:59.000Z", "4000-12-31T23:59:59Z")]
    public void Reads_every_spelling_of_a_datetime(string text, string expected) =>
        ReadInt64(Encode(ColumnKind.Timestamp, text)).ShouldBe(
            (DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture).UtcDateTime - Epoch).Ticks / TimeSpan.TicksPerMicrosecond);

    [Theory]
    [InlineData(ColumnKind.Integer, "1.0E3", 1000)]
    [InlineData(ColumnKind.Integer, "-7", -7)]
    [InlineData(ColumnKind.Integer, "23.0", 23)]
    public void Reads_whole_numbers_with_a_fraction_of_zero_or_an_exponent(ColumnKind kind, string text, int expected) =>
        BinaryPrimitives.ReadInt32BigEndian(Encode(kind, text)).ShouldBe(expected);

    [Theory]
    [InlineData("1.0E7", 1e7)]
    [InlineData("-0.125", -0.125)]
    [InlineData("123456789012345.67", 123456789012345.67)]
    public void Reads_doubles(string text, double expected) =>
        BinaryPrimitives.ReadDoubleBigEndian(Encode(ColumnKind.Double, text)).ShouldBe(expected);

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
    [InlineData("00:00:00", 0)]
    public void Reads_a_time_of_day(string text, long expected) => ReadInt64(Encode(ColumnKind.Time, text)).ShouldBe(expected);

    [Fact]
    public void Keeps_text_byte_for_byte() =>
        Encoding.UTF8.GetString(Encode(ColumnKind.Text, "Zoë \"quoted\", 東京 🎉\r\n")).ShouldBe("Zoë \"quoted\", 東京 🎉\r\n");

    [Theory]
    [InlineData(ColumnKind.Varchar)]
    [InlineData(ColumnKind.Boolean)]
    [InlineData(ColumnKind.Integer)]
    [InlineData(ColumnKind.BigInt)]
    [InlineData(ColumnKind.Double)]
    [InlineData(ColumnKind.Date)]
    [InlineData(ColumnKind.Timestamp)]
    [InlineData(ColumnKind.Time)]
    public void An_empty_value_is_null(ColumnKind kind)
    {
        using var rows = new CopyRows();
        rows.BeginRow(1);
        ValueEncoders.For(kind)(rows, []);
        BinaryPrimitives.ReadInt32BigEndian(rows.Written.Span[^4..]).ShouldBe(-1);
    }

    [Theory]
    [InlineData(ColumnKind.Boolean, "yes")]
    [InlineData(ColumnKind.Integer, "1.5")]
    [InlineData(ColumnKind.Double, "much")]
    [InlineData(ColumnKind.Date, "2026-02-30")]
    [InlineData(ColumnKind.Date, "31/01/2026")]
    [InlineData(ColumnKind.Timestamp, "2026-01-31")]
    [InlineData(ColumnKind.Timestamp, "2026-01-31T10:00:00 CET")]
    [InlineData(ColumnKind.Time, "25:00:00")]
    public void Refuses_what_is_no_such_value(ColumnKind kind, string text) =>
        Should.Throw<FormatException>(() => Encode(kind, text)).Message.ShouldNotContain(text);

    [Fact]
    public void Refuses_a_whole_number_that_the_column_cannot_hold() =>
        Should.Throw<OverflowException>(() => Encode(ColumnKind.Integer, "3000000000"));

    /// <summary>The value's bytes behind its length.</summary>
    private static byte[] Encode(ColumnKind kind, string text)
    {
        using var rows = new CopyRows();
        rows.BeginRow(2);
        rows.WriteNull();
        var before = rows.Length;
        ValueEncoders.For(kind)(rows, Encoding.UTF8.GetBytes(text));
        return rows.Written.Span[(before + sizeof(int))..].ToArray();
    }

    private static long ReadInt64(byte[] bytes) => BinaryPrimitives.ReadInt64BigEndian(bytes);
}
