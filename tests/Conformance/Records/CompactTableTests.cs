using System.Net;
using System.Text.Json;
using Shouldly;
using Tandem.Simulator.Metadata;
using Tandem.Tests.Conformance.Bulk;
using Xunit;

namespace Tandem.Tests.Conformance.Records;

/// <summary>
/// A table whose seeded rows are made when they are read behaves as any other. Source: salesforce-api.md, sections 2.3, 2.4, 2.6 and 3.2.
/// </summary>
public sealed class CompactTableTests
{
    private const string Metadata = """{ "objects": [{ "name": "Account", "rows": 300, "compact": true }] }""";
    private const string Fields = "Id,Name,Phone,Website,AnnualRevenue,CreatedDate,SystemModstamp,ParentId,OwnerId,Ext_Id__c,BillingCity";

    [Fact]
    public async Task Rows_read_twice_and_by_any_api_are_the_same()
    {
        await using var org = await SimulatedOrg.StartAsync(metadata: Metadata);

        var all = await org.RecordsAsync($"SELECT {Fields} FROM Account");
        all.Count.ShouldBe(300);
        all.Select(Id).Distinct().Count().ShouldBe(300);
        all.Select(record => record.GetProperty("Name").GetString()).Distinct().Count().ShouldBeGreaterThan(50);
        (await org.QueryAsync("SELECT COUNT() FROM Account")).GetProperty("totalSize").GetInt32().ShouldBe(300);
        var again = await org.RecordsAsync($"SELECT {Fields} FROM Account WHERE Id != null ORDER BY Id");
        again.Select(record => record.GetRawText()).ShouldBe(all.Select(record => record.GetRawText()));
        foreach (var record in all.Take(5))
        {
            (await org.ValueAsync("Account", Id(record), "Name")).ShouldBe(Text(record, "Name"));
            (await org.RecordsAsync($"SELECT Id FROM Account WHERE Ext_Id__c = '{Text(record, "Ext_Id__c")}'"))
                .Select(Id).ShouldBe([Id(record)]);
        }

        var parents = all.Select(record => record.GetProperty("ParentId").GetString()).OfType<string>().ToList();
        parents.ShouldNotBeEmpty();
        parents.ShouldBeSubsetOf(all.Select(Id));
    }

    [Fact]
    public async Task A_saved_row_keeps_what_was_saved_and_what_was_not_touched()
    {
        await using var org = await SimulatedOrg.StartAsync(metadata: Metadata);
        var record = (await org.RecordsAsync($"SELECT {Fields} FROM Account"))[7];

        await org.UpdateAsync("Account", Id(record), new { Phone = "1" });

        var saved = (await org.RecordsAsync($"SELECT {Fields} FROM Account WHERE Id = '{Id(record)}'")).ShouldHaveSingleItem();
        saved.GetProperty("Phone").GetString().ShouldBe("1");
        Text(saved, "Name").ShouldBe(Text(record, "Name"));
        string.CompareOrdinal(Text(saved, "SystemModstamp"), Text(record, "SystemModstamp")).ShouldBePositive();
        var upsert = await org.SendAsync(
            HttpMethod.Patch, $"/sobjects/Account/Ext_Id__c/{Text(record, "Ext_Id__c")}", new { Name = "by external id" });
        upsert.Json.GetProperty("created").GetBoolean().ShouldBeFalse();
        (await org.ValueAsync("Account", Id(record), "Name")).ShouldBe("by external id");
        await org.FailAsync(
            HttpMethod.Post, "/sobjects/Account", new { Name = "twin", Ext_Id__c = Text(record, "Ext_Id__c") },
            HttpStatusCode.BadRequest, "DUPLICATE_VALUE");
    }

    [Fact]
    public async Task A_deleted_row_is_gone_from_queries_and_comes_back_as_it_was()
    {
        await using var org = await SimulatedOrg.StartAsync(metadata: Metadata);
        var record = (await org.RecordsAsync($"SELECT {Fields} FROM Account"))[9];

        await org.DeleteAsync("Account", Id(record));

        (await org.RecordsAsync("SELECT Id FROM Account")).Count.ShouldBe(299);
        (await org.RecordsAsync("SELECT Id FROM Account", withDeleted: true)).Count.ShouldBe(300);
        (await org.QueryAsync("SELECT COUNT() FROM Account")).GetProperty("totalSize").GetInt32().ShouldBe(299);
        org.Org.Undelete([Id(record)], org.Admin)[0].Errors.ShouldBeEmpty();
        (await org.ValueAsync("Account", Id(record), "Name")).ShouldBe(Text(record, "Name"));
    }

    [Fact]
    public async Task A_bulk_job_holds_the_rows_as_they_were_when_it_was_made()
    {
        await using var org = await SimulatedOrg.StartAsync(metadata: Metadata);
        var record = (await org.RecordsAsync($"SELECT {Fields} FROM Account"))[3];
        var made = await org.SendAsync(
            HttpMethod.Post, "/jobs/query", """{"operation":"query","query":"SELECT Id, Name FROM Account","contentType":"CSV"}""");
        var id = made.Json.GetProperty("id").GetString().ShouldNotBeNull();
        (await new BulkClient(org).WaitAsync(id, "query")).GetProperty("numberRecordsProcessed").GetInt32().ShouldBe(300);

        await org.UpdateAsync("Account", Id(record), new { Name = "after the job" });

        var csv = (await org.AskAsync($"/jobs/query/{id}/results")).Text;
        csv.ShouldContain($"\"{Id(record)}\",\"{Text(record, "Name").Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        csv.ShouldNotContain("after the job");
    }

    [Fact]
    public async Task What_cannot_be_made_again_cannot_be_compact()
    {
        var refusal = await Should.ThrowAsync<MetadataException>(() => SimulatedOrg.StartAsync(metadata:
            """
            { "objects": [{ "name": "Ticket__c", "compact": true, "rows": 5,
              "fields": [{ "name": "Number__c", "type": "string", "autoNumber": "T-{0000}" }] }] }
            """));

        refusal.Message.ShouldContain("Ticket__c cannot be compact: it has the field Number__c");
    }

    private static string Id(JsonElement record) => Text(record, "Id");

    private static string Text(JsonElement record, string field) => record.GetProperty(field).GetString().ShouldNotBeNull();
}
