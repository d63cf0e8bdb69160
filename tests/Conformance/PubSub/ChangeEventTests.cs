using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Tests.Conformance.Soap;
using Xunit;

namespace Tandem.Tests.Conformance.PubSub;

/// <summary>What change events say of creates, updates, deletes and undeletes. Source: salesforce-api.md, sections 6.5 to 6.7.</summary>
public sealed class ChangeEventTests(TestOrg org)
{
    [Fact]
    public async Task A_create_brings_every_field_that_has_a_value()
    {
        using var client = PubSubClient.Of(org);
        using var subscription = await client.SubscribeAsync("/data/AccountChangeEvent");
        var name = TestOrg.Unique();
        var id = await org.CreateAsync("Account", new { Name = name, BillingCity = "Köln", NumberOfEmployees = 7, AnnualRevenue = 1250 });
        var (schema, body, _) = await subscription.NextOfAsync(id);
        var header = body["ChangeEventHeader"].ShouldBeOfType<JsonObject>();
        Text(header, "entityName").ShouldBe("Account");
        Text(header, "changeType").ShouldBe("CREATE");
        Text(header, "changeOrigin").ShouldStartWith("com/salesforce/api/rest/67.0");
        Guid.TryParse(Text(header, "transactionKey"), out _).ShouldBeTrue();
        header["sequenceNumber"]?.GetValue<int>().ShouldBe(1);
        header["commitNumber"]?.GetValue<long>().ShouldBePositive();
        schema.NamesOf(header["changedFields"]).ShouldBeEmpty();
        schema.NamesOf(header["nulledFields"]).ShouldBeEmpty();
        Text(body, "Name").ShouldBe(name);
        Text(body, "CreatedById").ShouldBe(Text(header, "commitUser"));
        Text(body, "OwnerId").ShouldNotBeEmpty();
        body["NumberOfEmployees"]?.GetValue<int>().ShouldBe(7);
        body["AnnualRevenue"]?.GetValue<double>().ShouldBe(1250);
        body["BillingAddress"]?["City"]?.GetValue<string>().ShouldBe("Köln");
        body["BillingAddress"]?["Street"].ShouldBeNull();
        body["ShippingAddress"].ShouldBeNull();
        body["Phone"].ShouldBeNull();
        var created = body["CreatedDate"].ShouldNotBeNull().GetValue<long>();
        (created % 1000).ShouldBe(0);
        Math.Abs(created - header["commitTimestamp"].ShouldNotBeNull().GetValue<long>()).ShouldBeLessThan(60_000);
    }

    [Fact]
    public async Task An_update_lists_what_changed_and_what_is_empty_now()
    {
        using var client = PubSubClient.Of(org);
        using var subscription = await client.SubscribeAsync("/data/AccountChangeEvent");
        var id = await org.CreateAsync("Account", new { Name = TestOrg.Unique(), Phone = "123", Website = "https://example.com" });
        await subscription.NextOfAsync(id);
        await PatchAsync($"/sobjects/Account/{id}", """{"Phone":null,"Sic":"99"}""");
        var (schema, body, _) = await subscription.NextOfAsync(id);
        var header = body["ChangeEventHeader"].ShouldBeOfType<JsonObject>();
        Text(header, "changeType").ShouldBe("UPDATE");
        schema.NamesOf(header["changedFields"]).ShouldBe(["Phone", "Sic", "LastModifiedDate"]);
        schema.NamesOf(header["nulledFields"]).ShouldBe(["Phone"]);
        Text(body, "Sic").ShouldBe("99");
        body["Phone"].ShouldBeNull();
        body["Name"].ShouldBeNull();
        body["Website"].ShouldBeNull();
        body["LastModifiedDate"].ShouldNotBeNull();
    }

    [Fact]
    public async Task The_bitmap_of_a_new_name_is_the_one_that_the_platform_sends()
    {
        using var client = PubSubClient.Of(org);
        using var subscription = await client.SubscribeAsync("/data/AccountChangeEvent");
        var id = await org.CreateAsync("Account", new { Name = TestOrg.Unique() });
        await subscription.NextOfAsync(id);
        await PatchAsync($"/sobjects/Account/{id}", $$"""{"Name":"{{TestOrg.Unique()}}"}""");
        var (_, body, _) = await subscription.NextOfAsync(id);
        body["ChangeEventHeader"]?["changedFields"]?.ToJsonString().ShouldBe("""["0x800002"]""");
    }

    [Fact]
    public async Task Parts_of_a_compound_are_listed_under_it()
    {
        using var client = PubSubClient.Of(org);
        using var subscription = await client.SubscribeAsync("/data/ContactChangeEvent");
        var id = await org.CreateAsync("Contact",
            new { FirstName = "Ada", LastName = "Byron", MailingCity = "London", MailingStreet = "1 Strand" });
        var (_, created, _) = await subscription.NextOfAsync(id);
        created["Name"]?["FirstName"]?.GetValue<string>().ShouldBe("Ada");
        created["Name"]?["LastName"]?.GetValue<string>().ShouldBe("Byron");

        await PatchAsync($"/sobjects/Contact/{id}", """{"LastName":"Lovelace","MailingCity":null}""");
        var (schema, body, _) = await subscription.NextOfAsync(id);
        var header = body["ChangeEventHeader"].ShouldBeOfType<JsonObject>();
        schema.NamesOf(header["changedFields"]).ShouldBe(["LastModifiedDate", "Name.LastName", "MailingAddress.City"]);
        schema.NamesOf(header["nulledFields"]).ShouldBe(["MailingAddress.City"]);
        body["Name"]?["LastName"]?.GetValue<string>().ShouldBe("Lovelace");
        body["Name"]?["FirstName"].ShouldBeNull();
        body["MailingAddress"].ShouldBeNull();
    }

    [Fact]
    public async Task A_compound_that_is_emptied_is_listed_as_a_whole()
    {
        using var client = PubSubClient.Of(org);
        using var subscription = await client.SubscribeAsync("/data/ContactChangeEvent");
        var id = await org.CreateAsync("Contact", new { LastName = TestOrg.Unique(), MailingCity = "London" });
        await subscription.NextOfAsync(id);
        await PatchAsync($"/sobjects/Contact/{id}", """{"MailingCity":null}""");
        var (schema, body, _) = await subscription.NextOfAsync(id);
        schema.NamesOf(body["ChangeEventHeader"]?["nulledFields"]).ShouldBe(["MailingAddress"]);
        schema.NamesOf(body["ChangeEventHeader"]?["changedFields"]).ShouldContain("MailingAddress");
    }

    [Fact]
    public async Task A_delete_brings_the_header_only_and_an_undelete_the_whole_record()
    {
        using var client = PubSubClient.Of(org);
        using var subscription = await client.SubscribeAsync("/data/AccountChangeEvent");
        var name = TestOrg.Unique();
        var id = await org.CreateAsync("Account", new { Name = name });
        await subscription.NextOfAsync(id);
        (await org.SendAsync(HttpMethod.Delete, $"/sobjects/Account/{id}")).Status.ShouldBe(HttpStatusCode.NoContent);
        var (_, deleted, _) = await subscription.NextOfAsync(id);
        deleted["ChangeEventHeader"]?["changeType"]?.GetValue<string>().ShouldBe("DELETE");
        deleted.Where(field => field.Key != "ChangeEventHeader").ShouldAllBe(field => field.Value == null);

        await SoapClient.Of(org).CallAsync($"<undelete><ids>{id}</ids></undelete>");
        var (_, undeleted, _) = await subscription.NextOfAsync(id);
        undeleted["ChangeEventHeader"]?["changeType"]?.GetValue<string>().ShouldBe("UNDELETE");
        Text(undeleted, "Name").ShouldBe(name);
    }

    [Fact]
    public async Task The_channel_of_all_changes_brings_each_object_under_its_own_schema()
    {
        using var client = PubSubClient.Of(org);
        using var subscription = await client.SubscribeAsync("/data/ChangeEvents");
        var account = await org.CreateAsync("Account", new { Name = TestOrg.Unique() });
        var contact = await org.CreateAsync("Contact", new { LastName = TestOrg.Unique(), AccountId = account });
        (await subscription.NextOfAsync(account)).Schema.Root["name"]?.GetValue<string>().ShouldBe("AccountChangeEvent");
        var (schema, body, _) = await subscription.NextOfAsync(contact);
        schema.Root["name"]?.GetValue<string>().ShouldBe("ContactChangeEvent");
        Text(body, "AccountId").ShouldBe(account);
    }

    [Fact]
    public async Task The_same_change_to_several_records_of_one_call_is_one_event_or_several_in_sequence()
    {
        using var client = PubSubClient.Of(org);
        var first = await org.CreateAsync("Account", new { Name = TestOrg.Unique() });
        var second = await org.CreateAsync("Account", new { Name = TestOrg.Unique() });
        using var subscription = await client.SubscribeAsync("/data/AccountChangeEvent");
        var records = new[] { first, second }.Select(id => new { attributes = new { type = "Account" }, id, Sic = "77" });
        await PatchAsync("/composite/sobjects", JsonSerializer.Serialize(new { allOrNone = false, records }), HttpStatusCode.OK);
        var (_, one, _) = await subscription.NextOfAsync(first);
        var (key, ids) = (Text(one["ChangeEventHeader"], "transactionKey"), one["ChangeEventHeader"]?["recordIds"] as JsonArray);
        if (ids.ShouldNotBeNull().Count == 2)
            ids.Select(id => id?.GetValue<string>()).ShouldBe([first, second], ignoreOrder: true);
        else
            Text((await subscription.NextOfAsync(second)).Body["ChangeEventHeader"], "transactionKey").ShouldBe(key);
    }

    [Fact]
    public async Task The_origin_names_the_client_that_made_the_change()
    {
        using var client = PubSubClient.Of(org);
        using var subscription = await client.SubscribeAsync("/data/AccountChangeEvent");
        var answer = await org.SendAsync(HttpMethod.Post, "/sobjects/Account", $$"""{"Name":"{{TestOrg.Unique()}}"}""",
            ("Sforce-Call-Options", "client=tandem-conformance"));
        var id = answer.Json.GetProperty("id").GetString().ShouldNotBeNull();
        org.DeleteAtEnd(id);
        Text((await subscription.NextOfAsync(id)).Body["ChangeEventHeader"], "changeOrigin")
            .ShouldBe("com/salesforce/api/rest/67.0;client=tandem-conformance");
    }

    private async Task PatchAsync(string path, string json, HttpStatusCode expected = HttpStatusCode.NoContent)
    {
        var answer = await org.SendAsync(HttpMethod.Patch, path, json);
        answer.Status.ShouldBe(expected, answer.Text);
    }

    private static string Text(JsonNode? node, string key) => node?[key].ShouldNotBeNull().GetValue<string>() ?? "";
}
