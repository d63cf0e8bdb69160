using System.Text;
using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Salesforce;
using Tandem.Salesforce.Composite;
using Tandem.Sync.Push;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Push;

/// <summary>What a Bulk job uploads. Source: salesforce-api.md, section 3.1, "CSV rules".</summary>
public sealed class CsvUploadTests
{
    private static readonly SalesforceId Id = SalesforceId.Parse("a00000000000001AAA");

    [Fact]
    public void An_absent_field_is_empty_and_a_null_or_empty_text_clears_the_field()
    {
        var upload = new CsvUpload(SampleObjects.Map(null, "Name", "Notes__c", "Amount__c", "Active__c"), WriteOperation.Update);

        upload.TryAdd(new CollectionRow(Id, new JsonObject { ["Name"] = "a \"b\"", ["Notes__c"] = null })).ShouldBe(Id.Value);
        upload.TryAdd(new CollectionRow(Id, new JsonObject { ["Name"] = "", ["Amount__c"] = 1.50m, ["Active__c"] = true }))
            .ShouldBe(Id.Value);

        var lines = Text(upload).TrimEnd('\n').Split('\n').Select(line => line.Split(',')).ToList();
        lines[0][0].ShouldBe("\"Id\"");
        Cells(1).ShouldBe((Quoted(Id.Value), "\"a \"\"b\"\"\"", "\"#N/A\"", "", ""));
        Cells(2).ShouldBe((Quoted(Id.Value), "\"#N/A\"", "", "\"1.50\"", "\"true\""));
        upload.Bytes.ShouldBe(Encoding.UTF8.GetByteCount(Text(upload)));

        (string, string, string, string, string) Cells(int line) =>
            (Cell(line, "Id"), Cell(line, "Name"), Cell(line, "Notes__c"), Cell(line, "Amount__c"), Cell(line, "Active__c"));

        string Cell(int line, string column) => lines[line][Array.IndexOf(lines[0], Quoted(column))];
    }

    [Fact]
    public void Refuses_what_would_be_taken_for_something_else_and_writes_nothing_of_it()
    {
        var upload = new CsvUpload(SampleObjects.Map(null, "Name"), WriteOperation.Update);
        var before = upload.Bytes;

        upload.TryAdd(new CollectionRow(Id, new JsonObject { ["Name"] = "#N/A" })).ShouldBeNull();
        upload.TryAdd(new CollectionRow(Id, new JsonObject { ["Unknown__c"] = "x" })).ShouldBeNull();
        upload.TryAdd(new CollectionRow(Id, new JsonObject { ["Name"] = new string('x', 131_073) })).ShouldBeNull();

        upload.Bytes.ShouldBe(before);
    }

    [Fact]
    public void An_upsert_is_found_by_its_unique_identifier_and_a_delete_by_nothing_but_the_id()
    {
        var upsert = new CsvUpload(SampleObjects.Map("Ext__c", "Name"), WriteOperation.Upsert);
        upsert.TryAdd(new CollectionRow(null, new JsonObject { ["Name"] = "x", ["Ext__c"] = "e-1" })).ShouldBe("e-1");
        (upsert.KeyColumn, Text(upsert)).ShouldBe(("Ext__c", "\"Ext__c\",\"Name\"\n\"e-1\",\"x\"\n"));

        var delete = new CsvUpload(SampleObjects.Map("Ext__c", "Name"), WriteOperation.Delete);
        delete.TryAdd(new CollectionRow(Id, [])).ShouldBe(Id.Value);
        Text(delete).ShouldBe($"\"Id\"\n\"{Id}\"\n");
    }

    private static string Quoted(string value) => $"\"{value}\"";

    private static string Text(CsvUpload upload) => string.Concat(upload.Segments.Select(part => Encoding.UTF8.GetString(part.Span)));
}
