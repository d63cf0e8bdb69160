using System.Net;
using System.Text.Json;
using Shouldly;
using Tandem.Simulator.Metadata;
using Xunit;

namespace Tandem.Tests.Conformance.Semantics;

/// <summary>Rows that tell how tracked fields changed. Source: salesforce-api.md, sections 8.1 and 10.</summary>
public sealed class FieldHistoryTests
{
    private const string Metadata = """
        { "objects": [ { "name": "Invoice__c", "trackHistory": ["Net__c", "Paid__c", "Account__c", "Note__c"], "fields": [
          { "name": "Account__c", "type": "reference", "referenceTo": ["Account"] },
          { "name": "Net__c", "type": "currency" },
          { "name": "Paid__c", "type": "boolean" },
          { "name": "Free__c", "type": "text" },
          { "name": "Note__c", "type": "textarea", "length": 2000 } ] } ] }
        """;

    [Fact]
    public async Task Tells_the_old_and_the_new_value_of_a_tracked_field()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var id = await org.CreateAsync("Account", new { Name = "First", Phone = "1" });
        await org.UpdateAsync("Account", id, new { Name = "Second", Fax = "2" });
        await org.UpdateAsync("Account", id, new { Phone = (string?)null, Name = "Second" });
        var rows = await org.RecordsAsync($"SELECT AccountId, Field, OldValue, NewValue, CreatedDate, CreatedById, CreatedBy.Name"
            + $" FROM AccountHistory WHERE AccountId = '{id}'");
        rows.Select(Told).ShouldBe(["created::", "Name:First:Second", "Phone:1:"], ignoreOrder: true);
        rows.ShouldAllBe(row => row.GetProperty("CreatedById").GetString() == org.Org.AdminUserId);
        rows.ShouldAllBe(row => row.GetProperty("CreatedDate").ValueKind == JsonValueKind.String);
        (await org.RecordsAsync($"SELECT Id, (SELECT Field FROM Histories) FROM Account WHERE Id = '{id}'"))[0].GetProperty("Histories")
            .GetProperty("totalSize").GetInt32().ShouldBe(3);
    }

    [Fact]
    public async Task Tells_names_and_ids_of_a_reference()
    {
        await using var org = await SimulatedOrg.StartAsync(metadata: Metadata);
        var first = await org.CreateAsync("Account", new { Name = "First" });
        var id = await org.CreateAsync("Invoice__c", new { Name = "I", Account__c = first });
        await org.UpdateAsync("Invoice__c", id, new { Account__c = (string?)null, Free__c = "x" });
        var rows = await org.RecordsAsync($"SELECT Field, DataType, OldValue, NewValue FROM Invoice__History WHERE ParentId = '{id}'");
        rows.Select(row => row.GetProperty("DataType").GetString() + " " + Told(row)).ShouldBe(
            ["Text created::", "Text Account__c:First:", $"EntityId Account__c:{first}:"], ignoreOrder: true);
    }

    [Fact]
    public async Task Spells_values_by_their_type_and_leaves_out_long_texts()
    {
        await using var org = await SimulatedOrg.StartAsync(metadata: Metadata);
        var id = await org.CreateAsync("Invoice__c", new { Name = "I", Net__c = 5, Note__c = "short" });
        await org.UpdateAsync("Invoice__c", id, new { Net__c = 7.25, Paid__c = true, Note__c = new string('x', 300) });
        var rows = await org.RecordsAsync(
            $"SELECT Field, OldValue, NewValue FROM Invoice__History WHERE ParentId = '{id}' AND Field != 'created'");
        rows.Select(Told).ShouldBe(["Net__c:5.0:7.25", "Paid__c:false:true", "Note__c::"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_refused_save_leaves_no_history_and_a_deleted_record_takes_it_along()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var id = await org.CreateAsync("Account", new { Name = "First" });
        var refused = await org.SendAsync(HttpMethod.Patch, "/composite/sobjects", new
        {
            allOrNone = true,
            records = new object[]
            {
                new { attributes = new { type = "Account" }, id, Name = "Second" },
                new { attributes = new { type = "Account" }, id = "001000000000000AAA", Name = "Third" },
            },
        });
        refused.Text.ShouldContain("ALL_OR_NONE_OPERATION_ROLLED_BACK");
        (await org.RecordsAsync($"SELECT Id FROM AccountHistory WHERE AccountId = '{id}'")).Count.ShouldBe(1);
        await org.DeleteAsync("Account", id);
        (await org.RecordsAsync($"SELECT Id FROM AccountHistory WHERE AccountId = '{id}'")).ShouldBeEmpty();
        (await org.RecordsAsync($"SELECT Id FROM AccountHistory WHERE AccountId = '{id}'", withDeleted: true)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task History_is_read_and_never_written()
    {
        await using var org = await SimulatedOrg.StartAsync(metadata: Metadata);
        var answer = await org.SendAsync(HttpMethod.Post, "/sobjects/Invoice__History", new { Field = "Net__c" });
        answer.Status.ShouldBe(HttpStatusCode.BadRequest, answer.Text);
        var describe = await org.GetAsync("/sobjects/Invoice__History/describe");
        describe.GetProperty("createable").GetBoolean().ShouldBeFalse();
        describe.GetProperty("fields").EnumerateArray().Select(field => field.GetProperty("name").GetString())
            .ShouldBe(["Id", "ParentId", "Field", "DataType", "OldValue", "NewValue", "IsDeleted", "CreatedDate", "CreatedById"]);
    }

    [Theory]
    [InlineData("""{"objects":[{"name":"A__c","trackHistory":["Nope__c"],"fields":[]}]}""", "A__c has no field Nope__c.")]
    [InlineData("""{"objects":[{"name":"A__c","trackHistory":["SystemModstamp"],"fields":[]}]}""", "SystemModstamp cannot be tracked")]
    public async Task Metadata_that_tracks_what_cannot_change_stops_the_start(string metadata, string problem)
    {
        var error = await Should.ThrowAsync<MetadataException>(async () => await SimulatedOrg.StartAsync(metadata: metadata));
        error.Message.ShouldContain("trackHistory");
        error.Message.ShouldContain(problem);
    }

    private static string Told(JsonElement row) =>
        $"{row.GetProperty("Field")}:{row.GetProperty("OldValue")}:{row.GetProperty("NewValue")}";
}
