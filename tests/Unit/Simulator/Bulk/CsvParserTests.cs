using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Tandem.Simulator.Bulk;
using Xunit;

namespace Tandem.Tests.Unit.Simulator.Bulk;

/// <summary>Reading uploaded CSV. Source: salesforce-api.md, section 3.1, "CSV rules".</summary>
public sealed class CsvParserTests
{
    private static readonly Configuration Often = Config.QuickThrowOnFailure.WithMaxTest(2000);

    private static Gen<string> Text => Gen.Elements('a', '"', ',', '\n', '\r', ' ', 'é', '€', ';', '\uD83D').ListOf()
        .Select(characters => string.Concat(characters).Replace("\uD83D", "😀", StringComparison.Ordinal));

    [Fact]
    public void Quoted_rows_come_back_as_they_were_written()
    {
        var rows = Text.NonEmptyListOf().NonEmptyListOf();
        var shapes = from table in rows
                     from delimiter in Gen.Elements(',', ';', '\t', '`', '^', '|')
                     from lineEnd in Gen.Elements("\n", "\r\n")
                     from isEnded in Gen.Elements(true, false)
                     select (Table: table, Delimiter: delimiter, LineEnd: lineEnd, IsEnded: isEnded);
        Prop.ForAll(shapes.ToArbitrary(), shape =>
        {
            var lines = shape.Table.Select(row => string.Join(shape.Delimiter, row.Select(value =>
                $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")));
            var csv = string.Join(shape.LineEnd, lines) + (shape.IsEnded ? shape.LineEnd : "");
            var read = Read(csv, shape.Delimiter);
            return read.All(row => row.Fault == CsvFault.None)
                && read.Select(row => string.Join('\u0001', row.Values))
                    .SequenceEqual(shape.Table.Select(row => string.Join('\u0001', row)), StringComparer.Ordinal);
        }).Check(Often);
    }

    [Fact]
    public void Any_bytes_are_read_to_their_end_without_an_error()
    {
        var bytes = Gen.Frequency((4, Gen.Elements((byte)'"', (byte)',', (byte)'\n', (byte)'\r', (byte)' ', (byte)'x')),
            (1, Gen.Choose(0, 255).Select(value => (byte)value))).ArrayOf();
        Prop.ForAll(bytes.ToArbitrary(), data =>
        {
            var parser = new CsvParser((byte)',');
            var at = 0;
            while (parser.Read(data.AsSpan(at)) is > 0 and var length)
            {
                at += length;
                for (var value = 0; value < parser.Count; value++)
                    _ = parser[value].Length;
            }

            return at == data.Length && parser.Count == 0;
        }).Check(Often);
    }

    [Theory]
    [InlineData("a,b\n", "a|b", CsvFault.None)]
    [InlineData("a,\n", "a|", CsvFault.None)]
    [InlineData(",", "|", CsvFault.None)]
    [InlineData("\"\"\n", "", CsvFault.None)]
    [InlineData(" a , b \n", " a | b ", CsvFault.None)]
    [InlineData("a\rb,c\n", "a\rb|c", CsvFault.None)]
    [InlineData("a, \"b\"\n", "a| \"b\"", CsvFault.QuoteInside)]
    [InlineData("a\"b,c\n", "a\"b|c", CsvFault.QuoteInside)]
    [InlineData("\"a\" ,b\n", "a |b", CsvFault.TextAfterQuote)]
    [InlineData("\"a\nb", "a\nb", CsvFault.OpenQuote)]
    public void Nothing_is_trimmed_and_what_is_no_csv_is_marked(string csv, string values, object fault)
    {
        var row = Read(csv, ',').ShouldHaveSingleItem();
        string.Join('|', row.Values).ShouldBe(values);
        row.Fault.ShouldBe(fault);
    }

    [Fact]
    public void A_broken_row_leaves_the_next_one_whole() =>
        Read("a, \"b\"\nc,d\n", ',').Select(row => (string.Join('|', row.Values), row.Fault)).ShouldBe(
            [("a| \"b\"", CsvFault.QuoteInside), ("c|d", CsvFault.None)]);

    [Fact]
    public void Bytes_that_are_no_utf8_are_marked()
    {
        var parser = new CsvParser((byte)',');
        parser.Read([(byte)'a', 0xC3, (byte)'\n']).ShouldBe(3);
        parser.Fault.ShouldBe(CsvFault.NotUtf8);
    }

    [Fact]
    public void Blank_lines_and_line_ends_are_told()
    {
        var parser = new CsvParser((byte)',');
        parser.Read("\r\nx"u8).ShouldBe(2);
        (parser.IsBlank, parser.EndsWithCarriageReturn).ShouldBe((true, true));
        parser.Read("\"\"\n"u8).ShouldBe(3);
        (parser.IsBlank, parser.EndsWithCarriageReturn).ShouldBe((false, false));
        parser.Read("x"u8).ShouldBe(1);
        (parser.IsBlank, parser.EndsWithCarriageReturn).ShouldBe((false, (bool?)null));
    }

    private static List<(List<string> Values, CsvFault Fault)> Read(string csv, char delimiter)
    {
        var rows = new List<(List<string>, CsvFault)>();
        var data = Encoding.UTF8.GetBytes(csv).AsSpan();
        var parser = new CsvParser((byte)delimiter);
        while (parser.Read(data) is > 0 and var length)
        {
            rows.Add(([.. Enumerable.Range(0, parser.Count).Select(at => Encoding.UTF8.GetString(parser[at]))], parser.Fault));
            data = data[length..];
        }

        return rows;
    }
}
