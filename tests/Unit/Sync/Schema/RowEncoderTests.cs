using System.Text;
using System.Text.Json;
using Shouldly;
using Tandem.Postgres.Load;
using Tandem.Salesforce.Bulk;
using Tandem.Salesforce.Describe;
using Tandem.Sync.Catalog;
using Tandem.Sync.Schema;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Schema;

/// <summary>
/// salesforce-api.md, section 8.2: records of both APIs become COPY rows; what does not fit is held, and never with its value.
/// </summary>
public sealed class RowEncoderTests
{
    private const string Id = "001000000000001AAA";

    /// <summary>
    /// Rows measured, and what the smallest object for each of them would take. A collection at that moment counts what is left of the
    /// thread's allocation buffer as allocated too, up to 8 KiB, which is less.
    /// </summary>
    private const int Measured = 400;

    private const int OneObjectEach = Measured * 24;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_csv_row_costs_no_memory()
    {
        var mapped = SampleObjects.Map(
            null, "Name", "Ext__c", "Active__c", "Amount__c", "Count__c", "Day__c", "At__c", "Hour__c", "Notes__c", "Kinds__c");
        const string Row = "\"Zoë \"\"quoted\"\"\",\"e-1\",\"true\",\"12.5\",\"7\",\"2026-01-31\",\"2026-01-31T10:00:00.000Z\","
            + "\"10:30:00.000Z\",\"first\nsecond\",\"\",\"2026-01-31T10:00:00.000Z\",\"false\",\"" + Id + "\"\n";
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Row, 100 + Measured))));
        using var csv = new CsvReader(stream, 1 << 20);
        using var rows = new CopyRows(1 << 20);
        var encoder = new RowEncoder(mapped);
        await csv.FillAsync(Token);
        for (var i = 0; i < 100; i++)
            Encode();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Measured; i++)
            Encode();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        allocated.ShouldBeLessThan(OneObjectEach);
        rows.RowCount.ShouldBe(500);

        void Encode()
        {
            if (!csv.TryReadRow() || !encoder.Encode(csv, rows))
                throw new InvalidOperationException("A row was not encoded.");
        }
    }

    [Fact]
    public async Task A_row_of_exact_types_costs_no_memory_either()
    {
        var mapped = Map(TypeProfile.Exact, "Name", "Amount__c", "At__c");
        const string Row = "\"n\",\"-1234567890123456.78\",\"2026-01-31T10:00:00.000Z\",\"2026-01-31T10:00:00.000Z\",\"false\",\""
            + Id + "\"\n";
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Row, 100 + Measured))));
        using var csv = new CsvReader(stream, 1 << 20);
        using var rows = new CopyRows(1 << 20);
        var encoder = new RowEncoder(mapped);
        await csv.FillAsync(Token);
        long before = 0;
        for (var i = 0; i < 100 + Measured; i++)
        {
            before = i == 100 ? GC.GetAllocatedBytesForCurrentThread() : before;
            if (!csv.TryReadRow() || !encoder.Encode(csv, rows))
                throw new InvalidOperationException("A row was not encoded.");
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(OneObjectEach);
    }

    [Fact]
    public async Task The_same_record_becomes_the_same_row_from_either_api()
    {
        var mapped = SampleObjects.Map(null, "Name", "Amount__c", "At__c", "Notes__c", "Active__c", "Kinds__c");
        var csv = await EncodeCsvAsync(
            mapped,
            "\"tab\tquote\"\" 🎉\",\"1.0E7\",\"2026-01-31T10:00:00.000Z\",\"a\r\nb\",\"false\",\"\","
            + "\"2026-01-31T10:00:00.000Z\",\"false\",\"" + Id + "\"\n");
        var json = EncodeJson(mapped, $$"""
            {"attributes":{"type":"Widget__c"},"Name":"tab\tquote\" \ud83c\udf89","Amount__c":10000000.0,
             "At__c":"2026-01-31T10:00:00.000+0000","Notes__c":"a\r\nb","Active__c":false,"Kinds__c":null,
             "SystemModstamp":"2026-01-31T12:00:00.000+0200","IsDeleted":false,"Id":"{{Id}}"}
            """);

        json.Rows.ShouldBe(csv.Rows);
        json.Held.ShouldBeEmpty();
        csv.Held.ShouldBeEmpty();
    }

    [Fact]
    public void A_record_whose_fields_come_in_another_order_becomes_the_same_row()
    {
        var mapped = SampleObjects.Map(null, "Name", "Amount__c", "Notes__c");
        const string Rest = "\"SystemModstamp\":\"2026-01-31T12:00:00.000+0000\",\"IsDeleted\":false,\"Id\":\"" + Id + "\"}";

        var asked = EncodeJson(mapped, """{"attributes":{},"Name":"n","Amount__c":1.5,"Notes__c":"text",""" + Rest);

        EncodeJson(mapped, """{"Name":"n","Notes__c":"text","Extra__c":7,"Amount__c":1.5,""" + Rest).Rows.ShouldBe(asked.Rows);
        EncodeJson(mapped, """{"Notes__c":"text","Amount__c":1.5,"Name":"n","attributes":{},""" + Rest).Rows.ShouldBe(asked.Rows);
        Should.Throw<FormatException>(() => EncodeJson(mapped, """{"Name":"n","Notes__c":"text",""" + Rest))
            .Message.ShouldContain("Amount__c");
    }

    [Theory]
    [InlineData("\"At__c\":\"soon\"", "At__c", "Widget__c.At__c: Salesforce sent a value that is no datetime.")]
    [InlineData(
        "\"Count__c\":3000000000",
        "Count__c",
        "Widget__c.Count__c: Salesforce sent a number that the column count__c of type integer cannot hold.")]
    [InlineData("\"Ext__c\":\"0123456789012345678901234567890123456789\"", "Ext__c",
        "Widget__c.Ext__c: Salesforce sent a text of 40 characters; the column ext__c holds 36.")]
    [InlineData("\"Notes__c\":\"a\\u0000b\"", "Notes__c",
        "Widget__c.Notes__c: the text has the character U+0000, which PostgreSQL cannot store; remove it in Salesforce.")]
    [InlineData("\"Notes__c\":\"a\\ud83c\"", "Notes__c",
        "Widget__c.Notes__c: the text is no valid Unicode (half of a surrogate pair, or a broken character); correct it in Salesforce.")]
    public void A_record_with_a_value_that_does_not_fit_is_held(string member, string field, string sentence)
    {
        var mapped = SampleObjects.Map(null, field);

        var (rows, held) = EncodeJson(
            mapped, $$"""{{{member}},"SystemModstamp":"2026-01-31T12:00:00.000+0000","IsDeleted":false,"Id":"{{Id}}"}""");

        rows.ShouldBeEmpty();
        var row = held.ShouldHaveSingleItem();
        (row.Sfid, row.Sentence).ShouldBe((Id, sentence));
    }

    [Fact]
    public async Task A_held_row_names_all_of_its_columns_and_leaves_its_neighbours_alone()
    {
        var mapped = SampleObjects.Map(null, "Count__c", "Day__c", "Notes__c");
        const string Rest = "\"2026-01-31T10:00:00.000Z\",\"false\",\"" + Id + "\"\n";
        const string Good = "\"1\",\"2026-01-31\",\"n\"," + Rest;

        var alone = await EncodeCsvAsync(mapped, Good + Good);
        var beside = await EncodeCsvAsync(mapped, Good + "\"1.5\",\"tomorrow\",\"a\0b\"," + Rest + Good);

        beside.Rows.ShouldBe(alone.Rows);
        beside.Held.Select(row => $"{row.Field.Column.Name} {row.Fit}")
            .ShouldBe(["count__c WrongType", "day__c WrongType", "notes__c HasNul"]);
    }

    [Fact]
    public void A_relationship_external_id_comes_from_the_parent_or_is_null_without_one()
    {
        var parent = SampleObjects.Describe("Parent", SampleObjects.Field("Code__c", FieldType.String, 20) with { IsExternalId = true });
        var mapped = Map(TypeProfile.Heroku, SampleObjects.Context(parents: parent), "Parent__r__Code__c");
        const string Rest = "\"SystemModstamp\":\"2026-01-31T12:00:00.000+0000\",\"IsDeleted\":false,\"Id\":\"" + Id + "\"}";

        var with = EncodeJson(mapped, "{\"Parent__r\":{\"attributes\":{\"type\":\"Parent\"},\"Code__c\":\"p-1\"}," + Rest);
        var without = EncodeJson(mapped, "{\"Parent__r\":null," + Rest);

        Encoding.UTF8.GetString(with.Rows).ShouldContain("p-1");
        without.Rows.Length.ShouldBe(with.Rows.Length - 3);
        Should.Throw<FormatException>(() => EncodeJson(mapped, "{" + Rest)).Message.ShouldContain("Parent__r.Code__c");
    }

    private static MappedObject Map(TypeProfile types, params string[] fields) => Map(types, SampleObjects.Context(types), fields);

    private static MappedObject Map(TypeProfile types, ObjectContext context, params string[] fields)
    {
        var mapping = new Mapping { ObjectName = "Widget__c", Access = MappingAccess.ReadOnly, Fields = fields };
        return MappedObjectBuilder.Build(mapping, SampleObjects.Widget, context with { Types = types }, []).ShouldNotBeNull();
    }

    private static async Task<(byte[] Rows, IReadOnlyList<HeldRow> Held)> EncodeCsvAsync(MappedObject mapped, string text)
    {
        using var csv = new CsvReader(new MemoryStream(Encoding.UTF8.GetBytes(text)));
        using var rows = new CopyRows();
        var encoder = new RowEncoder(mapped);
        while (await csv.FillAsync(Token))
        {
            while (csv.TryReadRow())
                encoder.Encode(csv, rows);
        }

        return (rows.Written.ToArray(), encoder.Held);
    }

    private static (byte[] Rows, IReadOnlyList<HeldRow> Held) EncodeJson(MappedObject mapped, string json)
    {
        using var document = JsonDocument.Parse(json);
        using var rows = new CopyRows();
        var encoder = new RowEncoder(mapped);
        encoder.Encode(document.RootElement, rows);
        return (rows.Written.ToArray(), encoder.Held);
    }
}
