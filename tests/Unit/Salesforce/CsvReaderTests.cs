using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Tandem.Salesforce.Bulk;
using Xunit;

namespace Tandem.Tests.Unit.Salesforce;

/// <summary>The parser of Bulk results. Source: salesforce-api.md, sections 3.1 (CSV rules) and 3.2.</summary>
public sealed class CsvReaderTests
{
    private static readonly string[] Atoms = ["a", "bc", "\"", ",", "\r", "\n", "\r\n", " ", "é", "漢", "😀", "#N/A", "0"];

    [Theory]
    [InlineData("", "")]
    [InlineData("\uFEFF", "")]
    [InlineData("a,b\n", "a|b")]
    [InlineData("a,b", "a|b")]
    [InlineData("a,\n,b\n", "a|/|b")]
    [InlineData("a,", "a|")]
    [InlineData("a,b\r\nc,d\r\n", "a|b/c|d")]
    [InlineData("\"a\",\"b\"\n\"c\",\"d\"\n", "a|b/c|d")]
    [InlineData("\"a\",\"b\"\r\n\"\",\"d\"", "a|b/|d")]
    [InlineData("\"x,y\",\"1\n2\r\n3\"\n", "x,y|1\n2\r\n3")]
    [InlineData("\"say \"\"hi\"\"\",\"\"\"\"\n", "say \"hi\"|\"")]
    [InlineData("\"\"\"\"\"\",\"z\"", "\"\"|z")]
    [InlineData("\uFEFF\"Id\",\"Name\"\n", "Id|Name")]
    [InlineData("a\n\nb\n", "a//b")]
    [InlineData(" a , b \n", " a | b ")]
    public async Task Reads_rows_as_they_are_written(string csv, string expected)
    {
        foreach (var piece in new[] { 1, 2, 3, 1000 })
        {
            var rows = await ReadAllAsync(csv, bufferSize: 1, piece, seed: 1);
            string.Join('/', rows.Select(row => string.Join('|', row))).ShouldBe(expected, $"in pieces of {piece}");
        }
    }

    [Theory]
    [InlineData("a,b\nc\"d,e\n", "Row 2 of the CSV has a quote inside a value that is not quoted.")]
    [InlineData("a\nb\n\"c", "Row 3 of the CSV has a quote that is never closed.")]
    [InlineData("\"a\"\"", "Row 1 of the CSV has a quote that is never closed.")]
    [InlineData("\"a\"b\n", "Row 1 of the CSV has text between a closing quote and the next comma or line end.")]
    [InlineData("\"a\" ,b\n", "Row 1 of the CSV has text between a closing quote and the next comma or line end.")]
    [InlineData("a\rb\n", "Row 1 of the CSV has a carriage return outside quotes that no line feed follows.")]
    [InlineData("\"a\"\r", "Row 1 of the CSV has a carriage return outside quotes that no line feed follows.")]
    public async Task Refuses_a_malformed_file_and_names_the_row(string csv, string expected)
    {
        foreach (var piece in new[] { 1, 1000 })
            (await Should.ThrowAsync<FormatException>(() => ReadAllAsync(csv, 1, piece, seed: 1))).Message.ShouldBe(expected);
    }

    [Fact]
    public async Task Reads_values_of_the_longest_kind()
    {
        // Section 11: a value has at most 131,072 characters.
        var value = string.Concat(Enumerable.Repeat("ab\"c,\nd漢", 131_072 / 8));
        var csv = $"\"x\",\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\",\"y\"\n\"1\",\"2\",\"3\"\n";
        var rows = await ReadAllAsync(csv, bufferSize: 1000, largestPiece: 30_000, seed: 5);
        rows.Count.ShouldBe(2);
        rows[0].ShouldBe(["x", value, "y"]);
        rows[1].ShouldBe(["1", "2", "3"]);
    }

    [Fact]
    public void Reads_back_whatever_was_written()
    {
        var value = Gen.Elements(Atoms).ListOf().Select(atoms => string.Concat(atoms));
        var table = from width in Gen.Choose(1, 6)
                    from rows in value.ListOf(width).ListOf()
                    select rows;
        var sample = from rows in table
                     from seed in Gen.Choose(0, int.MaxValue - 1)
                     from largestPiece in Gen.Choose(1, 40)
                     from bufferSize in Gen.Choose(1, 64)
                     select (Rows: rows, Seed: seed, Piece: largestPiece, BufferSize: bufferSize);
        Prop.ForAll(sample.ToArbitrary(), each =>
        {
            var written = each.Rows.Select(row => row.ToArray()).ToArray();
            var csv = Write(written, each.Seed);
            var read = ReadAllAsync(csv, each.BufferSize, each.Piece, each.Seed).GetAwaiter().GetResult();
            return read.Count == written.Length && read.Zip(written).All(pair => pair.First.SequenceEqual(pair.Second));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public async Task Allocates_nothing_per_row()
    {
        var line = "\"001Dp00000H8YVWIA3\",\"say \"\"hi\"\"\",\"\",\"2026-01-01T00:00:00.000Z\",\"1.5\"\r\n"u8.ToArray();
        var content = new byte[line.Length * 20_000];
        for (var at = 0; at < content.Length; at += line.Length)
            line.CopyTo(content, at);
        await CountAsync(content[..(line.Length * 100)]);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var cells = CountAsync(content);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // A MemoryStream answers at once, so all work was done on this thread.
        cells.IsCompletedSuccessfully.ShouldBeTrue();
        (await cells).ShouldBe((20_000 * 5, 20_000L * 53));
        allocated.ShouldBeLessThan(20_000, "less than one byte per row: the reader, its buffers and tasks only");
    }

    private static async Task<(int Cells, long Bytes)> CountAsync(byte[] content)
    {
        using var stream = new MemoryStream(content);
        using var csv = new CsvReader(stream, 64 * 1024);
        var cells = 0;
        var bytes = 0L;
        while (await csv.FillAsync(CancellationToken.None))
        {
            while (csv.TryReadRow())
            {
                cells += csv.FieldCount;
                for (var index = 0; index < csv.FieldCount; index++)
                    bytes += csv.Field(index).Length;
            }
        }

        return (cells, bytes);
    }

    /// <summary>Quotes where it must and else at random; ends lines with LF or CRLF, the last one perhaps not at all.</summary>
    private static string Write(string[][] rows, int seed)
    {
        var random = new Random(seed);
        var end = random.Next(2) == 0 ? "\n" : "\r\n";
        var text = new StringBuilder();
        for (var index = 0; index < rows.Length; index++)
        {
            text.AppendJoin(',', rows[index].Select(value =>
                value.AsSpan().ContainsAny("\",\r\n") || rows[index].Length == 1 || random.Next(2) == 0
                    ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
                    : value));
            if (index < rows.Length - 1 || random.Next(2) == 0)
                text.Append(end);
        }

        return text.ToString();
    }

    private static async Task<List<string[]>> ReadAllAsync(string text, int bufferSize, int largestPiece, int seed)
    {
        await using var stream = new ChunkedStream(Encoding.UTF8.GetBytes(text), seed, largestPiece);
        using var csv = new CsvReader(stream, bufferSize);
        var rows = new List<string[]>();
        while (await csv.FillAsync(CancellationToken.None))
        {
            while (csv.TryReadRow())
            {
                var row = new string[csv.FieldCount];
                for (var index = 0; index < row.Length; index++)
                    row[index] = Encoding.UTF8.GetString(csv.Field(index));
                rows.Add(row);
                csv.RowNumber.ShouldBe(rows.Count);
            }
        }

        return rows;
    }
}
