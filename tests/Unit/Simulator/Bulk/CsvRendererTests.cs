using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Tandem.Simulator.Bulk;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Soql;
using Xunit;

namespace Tandem.Tests.Unit.Simulator.Bulk;

/// <summary>The spelling of bulk results. Source: salesforce-api.md, section 3.2 and section 8.2, column Bulk CSV.</summary>
public sealed class CsvRendererTests
{
    [Fact]
    public void Text_comes_back_from_a_reader_of_CSV_as_it_was()
    {
        var text = Gen.Elements('a', '"', ',', '\n', '\r', 'é', '€', ';').ListOf().Select(characters => string.Concat(characters));
        Prop.ForAll(text.Two().ListOf().ToArbitrary(), rows =>
        {
            var csv = Render([FieldType.String, FieldType.TextArea], [.. rows.Select(row => new object?[] { row.Item1, row.Item2 })]);
            return Read(csv).SequenceEqual(rows.Select(row => $"{row.Item1}|{row.Item2}").Prepend("F0|F1"), StringComparer.Ordinal);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Decimals_are_spelled_as_the_slow_way_spells_them()
    {
        var number = from mantissa in Gen.Choose(int.MinValue, int.MaxValue)
                     from factor in Gen.Elements(1m, 1_000_000_007m, 79_228_162_514m)
                     from divisor in Gen.Choose(0, 9)
                     select mantissa * factor / (decimal)Math.Pow(10, divisor);
        Prop.ForAll(number.ToArbitrary(), value =>
            Render([FieldType.Double], [[value]]).Equals($"\"F0\"\n\"{ValueText.Number(value)}\"\n", StringComparison.Ordinal))
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("0", "0.0")]
    [InlineData("23", "23.0")]
    [InlineData("23.10", "23.1")]
    [InlineData("-0.05", "-0.05")]
    [InlineData("0.00", "0.0")]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335.0")]
    public void Decimals_show_a_fraction(string text, string expected) =>
        Render([FieldType.Currency], [[decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture)]])
            .ShouldBe($"\"F0\"\n\"{expected}\"\n");

    [Fact]
    public void Each_type_has_its_spelling_and_null_is_empty()
    {
        FieldType[] types =
            [FieldType.Id, FieldType.Boolean, FieldType.Int, FieldType.Date, FieldType.DateTime, FieldType.Time, FieldType.EncryptedString];
        object?[] values =
        [
            "001S00000000001AAA", true, -7, new DateOnly(987, 6, 5), new DateTime(2026, 1, 31, 10, 5, 9, 40, DateTimeKind.Utc),
            new TimeOnly(10, 30), "secret1234",
        ];
        Render(types, [values, new object?[types.Length]], delimiter: ';', withCarriageReturn: true).ShouldBe(
            "\"F0\";\"F1\";\"F2\";\"F3\";\"F4\";\"F5\";\"F6\"\r\n"
            + "\"001S00000000001AAA\";\"true\";\"-7\";\"0987-06-05\";\"2026-01-31T10:05:09.040Z\";\"10:30:00.000Z\";\"******1234\"\r\n"
            + "\"\";\"\";\"\";\"\";\"\";\"\";\"\"\r\n");
    }

    [Fact]
    public void Stops_at_the_byte_budget_and_goes_on_from_there()
    {
        QueryRow[] rows = [.. Enumerable.Range(0, 100).Select(number => new QueryRow([new string('x', 50_000), number], null))];
        var renderer = new CsvRenderer([Column(FieldType.String, 0), Column(FieldType.Int, 1)], (byte)',', false);
        var whole = new ArrayBufferWriter<byte>();
        renderer.Write(whole, rows, 0, rows.Length, long.MaxValue).ShouldBe(rows.Length);

        var pieces = new ArrayBufferWriter<byte>();
        var calls = 0;
        for (var place = 0; place < rows.Length; calls++)
            place = renderer.Write(pieces, rows, place, rows.Length, 256 * 1024);
        calls.ShouldBeGreaterThan(10);
        pieces.WrittenSpan.SequenceEqual(whole.WrittenSpan).ShouldBeTrue();
    }

    private static BoundField Column(FieldType type, int ordinal) => new()
    {
        Field = new Field { Name = $"F{ordinal}", Type = type },
        Owner = new ObjectType("Thing", "Thing", "a00", [new Field { Name = "Id", Type = FieldType.Id }]),
        Hops = [],
        Sources = [new RowSource(RowSource.OwnSlot, ordinal)],
        Read = values => values[ordinal],
    };

    private static string Render(FieldType[] types, object?[][] rows, char delimiter = ',', bool withCarriageReturn = false)
    {
        var renderer = new CsvRenderer([.. types.Select(Column)], (byte)delimiter, withCarriageReturn);
        var output = new ArrayBufferWriter<byte>();
        output.Write(renderer.Head);
        renderer.Write(output, [.. rows.Select(values => new QueryRow(values, null))], 0, rows.Length, long.MaxValue);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>A reader of CSV with quotes around every value; values of a row joined by a bar.</summary>
    private static IEnumerable<string> Read(string csv)
    {
        var row = new List<string>();
        for (var place = 0; place < csv.Length;)
        {
            csv[place++].ShouldBe('"');
            var value = new StringBuilder();
            for (; csv[place] != '"' || (place + 1 < csv.Length && csv[place + 1] == '"'); place++)
            {
                value.Append(csv[place]);
                if (csv[place] == '"')
                    place++;
            }

            row.Add(value.ToString());
            place++;
            if (csv[place++] != '\n')
                continue;
            yield return string.Join('|', row);
            row.Clear();
        }
    }
}
