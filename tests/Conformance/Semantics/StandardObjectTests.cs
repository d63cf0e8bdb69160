using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Semantics;

/// <summary>The objects that clients' suites expect, and what the platform fills in them. Source: salesforce-api.md, sections 8.1, 13
/// and 15.</summary>
public sealed class StandardObjectTests(TestOrg org)
{
    [Theory]
    [InlineData("Account", "001")]
    [InlineData("Contact", "003")]
    [InlineData("Opportunity", "006")]
    [InlineData("Lead", "00Q")]
    [InlineData("Case", "500")]
    [InlineData("User", "005")]
    [InlineData("Campaign", "701")]
    [InlineData("CampaignMember", "00v")]
    [InlineData("Task", "00T")]
    [InlineData("Event", "00U")]
    [InlineData("Note", "002")]
    [InlineData("Attachment", "00P")]
    [InlineData("ContentVersion", "068")]
    [InlineData("ContentDocument", "069")]
    [InlineData("ContentDocumentLink", "06A")]
    [InlineData("Pricebook2", "01s")]
    [InlineData("PricebookEntry", "01u")]
    [InlineData("OpportunityLineItem", "00k")]
    [InlineData("OpportunityContactRole", "00K")]
    [InlineData("PushTopic", "0IF")]
    [InlineData("BusinessHours", "01m")]
    [InlineData("CronTrigger", "08e")]
    [InlineData("StreamingChannel", "0M6")]
    [InlineData("Group", "00G")]
    [InlineData("AccountHistory", "017")]
    public async Task Has_its_key_prefix(string name, string prefix)
    {
        var describe = await org.GetAsync($"/sobjects/{name}/describe");
        describe.GetProperty("keyPrefix").GetString().ShouldBe(prefix);
        (await org.GetAsync($"/sobjects/{name}")).GetProperty("objectDescribe").GetProperty("keyPrefix").GetString().ShouldBe(prefix);
    }

    [Fact]
    public async Task Scratch_orgs_are_unknown_to_an_org_that_is_no_hub() =>
        await org.FailAsync(HttpMethod.Get, "/query?q=SELECT%20Id%20FROM%20ScratchOrgInfo%20limit%201", null, HttpStatusCode.BadRequest,
            "INVALID_TYPE");

    [Fact]
    public async Task The_organization_answers_what_the_command_line_asks()
    {
        var answer = await org.QueryAsync(
            "SELECT Name, InstanceName, IsSandbox, TrialExpirationDate, NamespacePrefix, OrganizationType FROM Organization");
        answer.GetProperty("totalSize").GetInt32().ShouldBe(1);
        answer.GetProperty("records")[0].GetProperty("InstanceName").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_history_object_knows_only_its_creation()
    {
        var fields = await FieldsAsync("AccountHistory");
        fields.ShouldContainKey("CreatedDate");
        fields.ShouldNotContainKey("SystemModstamp");
        fields.ShouldNotContainKey("LastModifiedDate");
    }

    [Fact]
    public async Task A_task_points_to_people_and_to_things()
    {
        var contact = await org.CreateAsync("Contact", new { LastName = TestOrg.Unique() });
        var account = await org.CreateAsync("Account", new { Name = TestOrg.Unique() });
        var task = await org.CreateAsync("Task", new { Subject = "Call", WhoId = contact, WhatId = account, Status = "Completed" });
        var row = await org.GetAsync($"/sobjects/Task/{task}");
        row.GetProperty("WhoId").GetString().ShouldBe(contact);
        row.GetProperty("WhatId").GetString().ShouldBe(account);
        row.GetProperty("IsClosed").GetBoolean().ShouldBeTrue();
        row.GetProperty("Priority").GetString().ShouldBe("Normal");
        var who = (await FieldsAsync("Task"))["WhoId"];
        who.GetProperty("polymorphicForeignKey").GetBoolean().ShouldBeTrue();
        who.GetProperty("relationshipName").GetString().ShouldBe("Who");
        who.GetProperty("referenceTo").EnumerateArray().Select(one => one.GetString()).ShouldBe(["Contact", "Lead"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_new_file_version_starts_a_document()
    {
        var version = await org.CreateAsync("ContentVersion",
            new { Title = TestOrg.Unique(), PathOnClient = "note.txt", VersionData = Convert.ToBase64String("hello"u8) });
        var row = await org.GetAsync($"/sobjects/ContentVersion/{version}");
        row.GetProperty("ContentSize").GetInt32().ShouldBe(5);
        row.GetProperty("IsLatest").GetBoolean().ShouldBeTrue();
        row.GetProperty("FileExtension").GetString().ShouldBe("txt");
        var document = row.GetProperty("ContentDocumentId").GetString().ShouldNotBeNull();
        org.DeleteAtEnd(document);
        var described = await org.GetAsync($"/sobjects/ContentDocument/{document}");
        described.GetProperty("LatestPublishedVersionId").GetString().ShouldBe(version);
        described.GetProperty("Title").GetString().ShouldBe(row.GetProperty("Title").GetString());
        var links = await org.QueryAsync($"SELECT LinkedEntityId FROM ContentDocumentLink WHERE ContentDocumentId = '{document}'");
        links.GetProperty("totalSize").GetInt32().ShouldBePositive();

        var second = await org.CreateAsync("ContentVersion", new { Title = "second", PathOnClient = "note.txt",
            ContentDocumentId = document, VersionData = Convert.ToBase64String("hello again"u8) });
        var versions = await org.QueryAsync($"SELECT Id, IsLatest FROM ContentVersion WHERE ContentDocumentId = '{document}'");
        versions.GetProperty("records").EnumerateArray().Where(one => one.GetProperty("IsLatest").GetBoolean())
            .Select(one => one.GetProperty("Id").GetString()).ShouldBe([second]);
    }

    [Fact]
    public async Task A_line_item_multiplies_its_price()
    {
        org.RequireSimulator("Prices of a real org depend on features that it may not have.");
        var product = await org.CreateAsync("Product2", new { Name = "Pump", IsActive = true });
        var book = (await org.QueryAsync("SELECT Id FROM Pricebook2 WHERE IsStandard = true")).GetProperty("records")[0].GetProperty("Id")
            .GetString();
        var entry = await org.CreateAsync("PricebookEntry",
            new { Pricebook2Id = book, Product2Id = product, UnitPrice = 10, IsActive = true });
        var opportunity = await org.CreateAsync("Opportunity",
            new { Name = TestOrg.Unique(), StageName = "Prospecting", CloseDate = "2026-05-01", Pricebook2Id = book });
        var line = await org.CreateAsync("OpportunityLineItem",
            new { OpportunityId = opportunity, PricebookEntryId = entry, Quantity = 3, UnitPrice = 9.5 });
        var row = await org.GetAsync($"/sobjects/OpportunityLineItem/{line}");
        row.GetProperty("TotalPrice").GetDecimal().ShouldBe(28.5m);
        row.GetProperty("ListPrice").GetDecimal().ShouldBe(10);
        var byTotal = await org.CreateAsync("OpportunityLineItem",
            new { OpportunityId = opportunity, PricebookEntryId = entry, Quantity = 4, TotalPrice = 10 });
        (await org.GetAsync($"/sobjects/OpportunityLineItem/{byTotal}")).GetProperty("UnitPrice").GetDecimal().ShouldBe(2.5m);
    }

    [Theory]
    [InlineData("Account")]
    [InlineData("Contact")]
    [InlineData("Lead")]
    [InlineData("Case")]
    public async Task What_can_be_merged_says_so(string name)
    {
        var describe = await org.GetAsync($"/sobjects/{name}/describe");
        describe.GetProperty("mergeable").GetBoolean().ShouldBeTrue();
        var master = (await FieldsAsync(name))["MasterRecordId"];
        master.GetProperty("createable").GetBoolean().ShouldBeFalse();
        master.GetProperty("referenceTo")[0].GetString().ShouldBe(name);
    }

    private async Task<Dictionary<string, JsonElement>> FieldsAsync(string name) =>
        (await org.GetAsync($"/sobjects/{name}/describe")).GetProperty("fields").EnumerateArray()
            .ToDictionary(field => field.GetProperty("name").GetString().ShouldNotBeNull());

    [Fact]
    public async Task A_share_object_knows_only_when_and_by_whom_it_was_changed_last()
    {
        await using var own = await SimulatedOrg.StartAsync(metadata: """
            {"objects": [{"name": "AccountShare", "share": true, "fields": [
              {"name": "AccountId", "type": "reference", "referenceTo": ["Account"]},
              {"name": "RowCause", "type": "picklist", "length": 40, "values": ["Manual"]}]}]}
            """);

        var fields = (await own.GetAsync("/sobjects/AccountShare/describe")).GetProperty("fields").EnumerateArray()
            .Select(field => field.GetProperty("name").GetString());
        var id = await own.CreateAsync("AccountShare", """{"RowCause":"Manual"}""");

        fields.ShouldBe(["Id", "AccountId", "RowCause", "IsDeleted", "LastModifiedDate", "LastModifiedById"]);
        (await own.GetAsync($"/sobjects/AccountShare/{id}")).GetProperty("LastModifiedDate").GetString().ShouldNotBeNull();
    }

    [Fact]
    public async Task Amounts_name_their_currency_where_there_are_several()
    {
        await using var own = await SimulatedOrg.StartAsync(SimulatedOrg.Small with { HasSeveralCurrencies = true });

        var id = await own.CreateAsync("Account", """{"Name":"A"}""");
        var euro = await own.CreateAsync("Account", """{"Name":"B","CurrencyIsoCode":"EUR"}""");

        (await own.GetAsync($"/sobjects/Account/{id}")).GetProperty("CurrencyIsoCode").GetString().ShouldBe("USD");
        (await own.GetAsync($"/sobjects/Account/{euro}")).GetProperty("CurrencyIsoCode").GetString().ShouldBe("EUR");
        (await own.SendAsync(HttpMethod.Patch, $"/sobjects/Account/{id}", """{"CurrencyIsoCode":"XXX"}"""))
            .ShouldBeError(HttpStatusCode.BadRequest, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST");
    }
}
