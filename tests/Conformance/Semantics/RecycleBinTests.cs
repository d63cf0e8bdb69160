using System.Net;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Semantics;

/// <summary>What a delete takes along, what an undelete brings back, and what ends a record for good. Source: salesforce-api.md, section
/// 10 ("Soft delete", "Hard delete").</summary>
public sealed class RecycleBinTests
{
    [Fact]
    public async Task An_account_takes_its_contacts_and_opportunities_along_and_brings_them_back()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var account = await org.CreateAsync("Account", new { Name = "Acme" });
        var child = await org.CreateAsync("Account", new { Name = "Child", ParentId = account });
        var contact = await org.CreateAsync("Contact", new { LastName = "Ada", AccountId = account });
        var other = await org.CreateAsync("Contact", new { LastName = "Bob", ReportsToId = contact });
        var opportunity = await org.CreateAsync("Opportunity",
            new { Name = "Deal", AccountId = account, StageName = "Prospecting", CloseDate = "2026-05-01" });
        var start = org.Org.Now().AddMinutes(-1);

        await org.DeleteAsync("Account", account);
        foreach (var (type, id) in new[] { ("Account", account), ("Contact", contact), ("Opportunity", opportunity) })
        {
            (await org.SendAsync(HttpMethod.Get, $"/sobjects/{type}/{id}")).ShouldBeError(HttpStatusCode.NotFound, "ENTITY_IS_DELETED");
            var row = (await org.RecordsAsync($"SELECT IsDeleted FROM {type} WHERE Id = '{id}'", withDeleted: true)).ShouldHaveSingleItem();
            row.GetProperty("IsDeleted").GetBoolean().ShouldBeTrue();
        }

        (await org.ValueAsync("Account", child, "ParentId")).ShouldBe("null");
        (await org.ValueAsync("Contact", other, "ReportsToId")).ShouldBe("null");
        org.Clock.Advance(TimeSpan.FromMinutes(2));
        var end = org.Org.Now().ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        var deleted = await org.GetAsync($"/sobjects/Contact/deleted?start={start:yyyy-MM-ddTHH:mm:ssZ}&end={end}");
        deleted.GetProperty("deletedRecords").EnumerateArray().Select(row => row.GetProperty("id").GetString()).ShouldBe([contact]);

        org.Org.Undelete([account], org.Admin).ShouldAllBe(result => result.IsSuccess);
        (await org.ValueAsync("Contact", contact, "AccountId")).ShouldBe(account);
        (await org.ValueAsync("Opportunity", opportunity, "AccountId")).ShouldBe(account);
        (await org.ValueAsync("Account", child, "ParentId")).ShouldBe(account);
        (await org.ValueAsync("Contact", other, "ReportsToId")).ShouldBe(contact);
    }

    [Fact]
    public async Task A_record_leaves_the_bin_after_fifteen_days()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var account = await org.CreateAsync("Account", new { Name = "Acme" });
        await org.DeleteAsync("Account", account);
        org.Clock.Advance(TimeSpan.FromDays(14));
        (await org.RecordsAsync($"SELECT Id FROM Account WHERE Id = '{account}'", withDeleted: true)).Count.ShouldBe(1);
        org.Clock.Advance(TimeSpan.FromDays(2));
        (await org.RecordsAsync($"SELECT Id FROM Account WHERE Id = '{account}'", withDeleted: true)).ShouldBeEmpty();
        org.Org.Undelete([account], org.Admin).ShouldAllBe(result => result.Errors[0].StatusCode == "INVALID_CROSS_REFERENCE_KEY");
    }

    [Fact]
    public async Task The_bin_can_be_emptied_of_what_is_in_it_only()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var account = await org.CreateAsync("Account", new { Name = "Acme" });
        var contact = await org.CreateAsync("Contact", new { LastName = "Ada", AccountId = account });
        org.Org.EmptyRecycleBin([account], org.Admin)[0].Errors[0].StatusCode.ShouldBe("INVALID_ID_FIELD");
        await org.DeleteAsync("Account", account);
        org.Org.EmptyRecycleBin([account], org.Admin)[0].IsSuccess.ShouldBeTrue();
        (await org.RecordsAsync($"SELECT Id FROM Account WHERE Id = '{account}'", withDeleted: true)).ShouldBeEmpty();
        (await org.RecordsAsync($"SELECT Id FROM Contact WHERE Id = '{contact}'", withDeleted: true)).ShouldBeEmpty("its details go along");
    }

    [Fact]
    public async Task An_account_with_cases_stays_and_one_without_takes_its_people_and_deals_along()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var account = await org.CreateAsync("Account", new { Name = "Acme" });
        var contact = await org.CreateAsync("Contact", new { LastName = "Ada", AccountId = account });
        var deal = await org.CreateAsync("Opportunity",
            new { Name = "Deal", AccountId = account, StageName = "Prospecting", CloseDate = "2026-05-01" });
        var subject = await org.CreateAsync("Case", new { Subject = "Late", AccountId = account, ContactId = contact });
        var refused = (await org.SendAsync(HttpMethod.Delete, $"/sobjects/Account/{account}"))
            .ShouldBeError(HttpStatusCode.BadRequest, "DELETE_FAILED");
        refused.GetProperty("message").GetString().ShouldNotBeNull()
            .ShouldStartWith("Your attempt to delete Acme could not be completed because some items");
        (await org.RecordsAsync($"SELECT Id FROM Contact WHERE AccountId = '{account}'")).Count.ShouldBe(1);

        await org.DeleteAsync("Case", subject);
        await org.DeleteAsync("Account", account);
        foreach (var (name, id) in new[] { ("Contact", contact), ("Opportunity", deal) })
            (await org.RecordsAsync($"SELECT IsDeleted FROM {name} WHERE Id = '{id}'", withDeleted: true))[0].GetProperty("IsDeleted")
                .GetBoolean().ShouldBeTrue(name);
        org.Org.Undelete([account], org.Admin)[0].IsSuccess.ShouldBeTrue();
        (await org.ValueAsync("Contact", contact, "AccountId")).ShouldBe(account);
        (await org.RecordsAsync($"SELECT Id FROM Case WHERE Id = '{subject}'")).ShouldBeEmpty("it was deleted by itself");
    }

    [Fact]
    public async Task A_required_look_up_holds_a_delete_up()
    {
        await using var org = await SimulatedOrg.StartAsync(metadata: """
            { "objects": [ { "name": "Badge__c", "fields": [
              { "name": "Lead__c", "type": "reference", "referenceTo": ["Lead"], "required": true },
              { "name": "Case__c", "type": "reference", "referenceTo": ["Case"], "onDelete": "cascade" } ] } ] }
            """);
        var lead = await org.CreateAsync("Lead", new { LastName = "Ada", Company = "Acme" });
        var subject = await org.CreateAsync("Case", new { Subject = "Late" });
        var badge = await org.CreateAsync("Badge__c", new { Name = "b", Lead__c = lead, Case__c = subject });
        (await org.SendAsync(HttpMethod.Delete, $"/sobjects/Lead/{lead}")).ShouldBeError(HttpStatusCode.BadRequest, "DELETE_FAILED");
        var relationships = (await org.GetAsync("/sobjects/Lead/describe")).GetProperty("childRelationships").EnumerateArray();
        relationships.Single(one => one.GetProperty("childSObject").GetString() == "Badge__c").GetProperty("restrictedDelete").GetBoolean()
            .ShouldBeTrue();
        await org.DeleteAsync("Case", subject);
        (await org.SendAsync(HttpMethod.Get, $"/sobjects/Badge__c/{badge}")).Status.ShouldBe(HttpStatusCode.NotFound);
        await org.DeleteAsync("Lead", lead);
    }

    [Fact]
    public async Task A_detail_comes_back_only_under_a_live_master()
    {
        await using var org = await SimulatedOrg.StartAsync(metadata: """
            { "objects": [ { "name": "Detail__c", "fields": [
              { "name": "Master__c", "type": "reference", "referenceTo": ["Lead"], "masterDetail": true } ] } ] }
            """);
        var lead = await org.CreateAsync("Lead", new { LastName = "Ada", Company = "Acme" });
        var detail = await org.CreateAsync("Detail__c", new { Name = "d", Master__c = lead });
        await org.DeleteAsync("Lead", lead);
        org.Org.Undelete([detail], org.Admin)[0].Errors[0].StatusCode.ShouldBe("UNDELETE_FAILED");
        org.Org.Undelete([lead], org.Admin)[0].IsSuccess.ShouldBeTrue();
        (await org.ValueAsync("Detail__c", detail, "Master__c")).ShouldBe(lead);
    }
}
