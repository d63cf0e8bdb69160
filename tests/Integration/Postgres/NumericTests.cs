using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Npgsql;
using Shouldly;
using Tandem.Postgres.Load;
using Tandem.Postgres.Tables;
using Tandem.Sync.Schema;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Postgres;

/// <summary>
/// A number's spelling becomes Postgres's binary numeric without passing through a binary fraction. salesforce-api.md, section 8.2.
/// </summary>
public sealed class NumericTests
{
    [Fact]
    public async Task Any_decimal_of_any_spelling_reads_back_as_itself()
    {
        var spelled = Gen.Sample(Spellings(), 2_000).ToList();

        var read = await RoundTripAsync(new ColumnType(ColumnKind.Numeric), [.. spelled.Select(pair => pair.Text)]);

        for (var i = 0; i < spelled.Count; i++)
            decimal.Parse(read[i], CultureInfo.InvariantCulture).ShouldBe(spelled[i].Value, spelled[i].Text);
    }

    [Fact]
    public async Task Spellings_become_the_text_that_Postgres_itself_makes_of_them()
    {
        string[] spellings =
        [
            "0", "-0", "0.0", "-0.000", "1", "-1", "10000", "9999", "100000000", "0.0001", "0.00001", "1.0E7", "1.5e-5", "-2.50E+3",
            "123456789012345678", "0.123456789012345678", "999999999999999.999", "12345.6789", "00012.3400", "1E18", "1E-18", "+7", "5.",
            "340282366920938463463374607431768211456.5", "1E400", "1E-400",
        ];
        var expected = spellings.Select(text => $"trim_scale('{text}'::numeric)::text").ToList();
        await using var database = await TestDatabase.CreateAsync();
        await using var command = database.DataSource.CreateCommand($"select {string.Join(", ", expected)}");
        await using var reader = await command.ExecuteReaderAsync(Token);
        await reader.ReadAsync(Token);

        var read = await RoundTripAsync(new ColumnType(ColumnKind.Numeric), spellings);

        read.ShouldBe([.. spellings.Select((_, at) => reader.GetString(at))]);
    }

    [Theory]
    [InlineData("2.345", "2.35")]
    [InlineData("-2.345", "-2.35")]
    [InlineData("2.3449999", "2.34")]
    [InlineData("9.995", "10.00")]
    [InlineData("0.004", "0.00")]
    [InlineData("0.005", "0.01")]
    [InlineData("-0.001", "0.00")]
    [InlineData("23.0", "23.00")]
    [InlineData("9999999999999999.99", "9999999999999999.99")]
    [InlineData("1E-9", "0.00")]
    public async Task A_column_with_a_scale_shows_all_of_it(string spelled, string expected) =>
        (await RoundTripAsync(new ColumnType(ColumnKind.Numeric, 18, 2), [spelled])).ShouldBe([expected]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Numbers of up to 18 digits with a point anywhere, spelled plainly, with zeros around, or with an exponent.</summary>
    private static Gen<(string Text, decimal Value)> Spellings() =>
        from digits in Gen.Choose(int.MinValue, int.MaxValue).Two()
        from scale in Gen.Choose(0, 18)
        from form in Gen.Choose(0, 3)
        let value = new decimal(digits.Item1, digits.Item2 & 0x00DE_0B6B, 0, digits.Item2 < 0, (byte)scale)
        let plain = value.ToString(CultureInfo.InvariantCulture)
        select (form switch
        {
            0 => plain,
            1 => plain.Contains('.') ? plain + "000" : plain + ".00",
            2 => value.ToString("E20", CultureInfo.InvariantCulture),
            _ => plain.StartsWith('-') ? "-000" + plain[1..] : "000" + plain,
        }, value);

    private static async Task<IReadOnlyList<string>> RoundTripAsync(ColumnType type, string[] spellings)
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var connection = await database.DataSource.OpenConnectionAsync(Token);
        await using (var create = new NpgsqlCommand($"create table n (_hc_lastop text, at integer, v {type.Sql})", connection))
            await create.ExecuteNonQueryAsync(Token);
        using var rows = new CopyRows();
        var encode = ValueEncoders.For(type);
        for (var at = 0; at < spellings.Length; at++)
        {
            rows.BeginRow(2);
            rows.WriteInt32(at);
            encode(rows, Encoding.UTF8.GetBytes(spellings[at])).ShouldBe(ValueFit.Fits, spellings[at]);
        }

        await using (var copy = await connection.BeginRawBinaryCopyAsync("copy n from stdin (format binary)", Token))
        {
            await copy.WriteAsync((byte[])[.. "PGCOPY\n"u8, 0xFF, 0x0D, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0], Token);
            await copy.WriteAsync(rows.Written, Token);
            await copy.WriteAsync((byte[])[0xFF, 0xFF], Token);
        }

        await using var command = new NpgsqlCommand("select v::text from n order by at", connection);
        await using var reader = await command.ExecuteReaderAsync(Token);
        var read = new List<string>();
        while (await reader.ReadAsync(Token))
            read.Add(reader.GetString(0));
        return read;
    }
}
