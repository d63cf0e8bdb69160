using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Events;

/// <summary>What change events tell of saves. A real org must have Account and Contact selected for Change Data Capture.
/// Source: salesforce-api.md, sections 5.3 and 6.7.</summary>
public sealed class ChangeEventTests(TestOrg org)
{
    [Theory]
    [InlineData("/data/ChangeEvents")]
    [InlineData("/data/AccountChangeEvent")]
    public async Task Tells_a_new_record_with_all_that_has_a_value(string channel)
    {
        using var client = await StreamingClient.Of(org).ConnectedAsync();
        await client.SubscribedAsync(channel);
        var name = TestOrg.Unique();
        var id = await org.CreateAsync("Account", new { Name = name, BillingCity = "Ulm", NumberOfEmployees = 7 });

        var found = await client.NextChangeOfAsync(id);
        found.GetProperty("channel").GetString().ShouldBe(channel);
        found.GetProperty("data").GetProperty("schema").GetString().ShouldNotBeNullOrEmpty();
        var header = StreamingClient.HeaderOf(found);
        header.GetProperty("entityName").GetString().ShouldBe("Account");
        header.GetProperty("changeType").GetString().ShouldBe("CREATE");
        header.GetProperty("sequenceNumber").GetInt32().ShouldBe(1);
        header.GetProperty("changeOrigin").GetString().ShouldNotBeNull().ShouldStartWith("com/salesforce/api/rest/67.0;client=");
        header.GetProperty("transactionKey").GetString().ShouldNotBeNull().Length.ShouldBe(36);
        header.GetProperty("commitNumber").GetInt64().ShouldBePositive();
        header.GetProperty("commitTimestamp").GetInt64().ShouldBeGreaterThan(1_500_000_000_000);
        header.GetProperty("commitUser").GetString().ShouldNotBeNull().ShouldStartWith("005");
        var payload = StreamingClient.PayloadOf(found);
        payload.GetProperty("Name").GetString().ShouldBe(name);
        payload.GetProperty("NumberOfEmployees").GetInt32().ShouldBe(7);
        payload.GetProperty("BillingAddress").GetProperty("City").GetString().ShouldBe("Ulm");
        payload.GetProperty("CreatedDate").GetString().ShouldNotBeNull().ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$");
        foreach (var absent in new[] { "Id", "IsDeleted", "SystemModstamp", "BillingCity", "Phone" })
            payload.TryGetProperty(absent, out _).ShouldBeFalse(absent);
    }

    [Fact]
    public async Task Tells_only_the_changed_fields_of_an_update_and_which_were_cleared()
    {
        var id = await org.CreateAsync("Account", new { Name = TestOrg.Unique(), Phone = "1", Fax = "2", BillingCity = "Ulm" });
        using var client = await StreamingClient.Of(org).ConnectedAsync();
        await client.SubscribedAsync("/data/AccountChangeEvent");
        await org.UpdateAsync("Account", id, new { Phone = (string?)null, BillingCity = "Bonn" });

        var found = await client.NextChangeOfAsync(id);
        var header = StreamingClient.HeaderOf(found);
        header.GetProperty("changeType").GetString().ShouldBe("UPDATE");
        StreamingClient.Texts(header.GetProperty("changedFields"))
            .ShouldBe(["Phone", "BillingAddress.City", "LastModifiedDate"], ignoreOrder: true);
        StreamingClient.Texts(header.GetProperty("nulledFields")).ShouldBe(["Phone"]);
        var payload = StreamingClient.PayloadOf(found);
        payload.GetProperty("Phone").ValueKind.ShouldBe(JsonValueKind.Null);
        payload.GetProperty("BillingAddress").ToString().ShouldBe("""{"City":"Bonn"}""");
        payload.TryGetProperty("LastModifiedDate", out _).ShouldBeTrue();
        payload.TryGetProperty("Fax", out _).ShouldBeFalse();
        payload.TryGetProperty("Name", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Nests_the_parts_of_a_persons_name()
    {
        using var client = await StreamingClient.Of(org).ConnectedAsync();
        await client.SubscribedAsync("/data/ContactChangeEvent");
        var last = TestOrg.Unique();
        var id = await org.CreateAsync("Contact", new { FirstName = "Ada", LastName = last });
        var name = StreamingClient.PayloadOf(await client.NextChangeOfAsync(id)).GetProperty("Name");
        name.GetProperty("FirstName").GetString().ShouldBe("Ada");
        name.GetProperty("LastName").GetString().ShouldBe(last);

        await org.UpdateAsync("Contact", id, new { FirstName = "Eva" });
        StreamingClient.Texts(StreamingClient.HeaderOf(await client.NextChangeOfAsync(id)).GetProperty("changedFields"))
            .ShouldBe(["Name.FirstName", "LastModifiedDate"], ignoreOrder: true);
    }

    [Fact]
    public async Task Names_the_client_that_made_the_change()
    {
        using var client = await StreamingClient.Of(org).ConnectedAsync();
        await client.SubscribedAsync("/data/AccountChangeEvent");
        var answer = await org.SendAsync(HttpMethod.Post, "/sobjects/Account", JsonSerializer.Serialize(new { Name = TestOrg.Unique() }),
            ("Sforce-Call-Options", "client=pgsync"));
        var id = answer.Json.GetProperty("id").GetString().ShouldNotBeNull();
        org.DeleteAtEnd(id);
        StreamingClient.HeaderOf(await client.NextChangeOfAsync(id)).GetProperty("changeOrigin").GetString()
            .ShouldBe("com/salesforce/api/rest/67.0;client=pgsync");
    }

    [Fact]
    public async Task Tells_deletes_and_undeletes_of_several_records_in_one_event()
    {
        var first = await org.CreateAsync("Account", new { Name = TestOrg.Unique() });
        var second = await org.CreateAsync("Account", new { Name = TestOrg.Unique() });
        using var client = await StreamingClient.Of(org).ConnectedAsync();
        await client.SubscribedAsync("/data/AccountChangeEvent");
        var answer = await org.SendAsync(HttpMethod.Delete, $"/composite/sobjects?ids={first},{second}");
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);

        var found = await client.NextChangeOfAsync(first);
        StreamingClient.HeaderOf(found).GetProperty("changeType").GetString().ShouldBe("DELETE");
        StreamingClient.RecordIds(found).ShouldBe([first, second], ignoreOrder: true);
        StreamingClient.PayloadOf(found).EnumerateObject().Select(member => member.Name).ShouldBe(["ChangeEventHeader"]);
    }

    [Fact]
    public async Task Numbers_the_events_of_a_transaction_under_one_key()
    {
        using var client = await StreamingClient.Of(org).ConnectedAsync();
        await client.SubscribedAsync("/data/ChangeEvents");
        var body = JsonSerializer.Serialize(new
        {
            allOrNone = true,
            records = new object[]
            {
                new { attributes = new { type = "Account" }, Name = TestOrg.Unique() },
                new { attributes = new { type = "Contact" }, LastName = TestOrg.Unique() },
            },
        });
        var ids = (await org.SendAsync(HttpMethod.Post, "/composite/sobjects", body)).Json.EnumerateArray()
            .Select(row => row.GetProperty("id").GetString().ShouldNotBeNull()).ToList();
        ids.ForEach(org.DeleteAtEnd);
        var account = StreamingClient.HeaderOf(await client.NextChangeOfAsync(ids[0]));
        var contact = StreamingClient.HeaderOf(await client.NextChangeOfAsync(ids[1]));
        contact.GetProperty("transactionKey").GetString().ShouldBe(account.GetProperty("transactionKey").GetString());
        account.GetProperty("sequenceNumber").GetInt32().ShouldBe(1);
        contact.GetProperty("sequenceNumber").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Replays_what_came_after_the_last_seen_event()
    {
        using var client = await StreamingClient.Of(org).ConnectedAsync();
        await client.SubscribedAsync("/data/AccountChangeEvent");
        var first = await org.CreateAsync("Account", new { Name = TestOrg.Unique() });
        var seen = StreamingClient.ReplayIdOf(await client.NextChangeOfAsync(first));
        var second = await org.CreateAsync("Account", new { Name = TestOrg.Unique() });

        using var later = await StreamingClient.Of(org).ConnectedAsync();
        await later.SubscribedAsync("/data/AccountChangeEvent", seen);
        var found = await later.NextAsync(found =>
            StreamingClient.RecordIds(found) is var ids && (ids.Contains(first) || ids.Contains(second)));
        StreamingClient.RecordIds(found).ShouldContain(second);
        StreamingClient.ReplayIdOf(found).ShouldBeGreaterThan(seen);

        using var all = await StreamingClient.Of(org).ConnectedAsync();
        await all.SubscribedAsync("/data/AccountChangeEvent", -2);
        await all.NextChangeOfAsync(first);

        using var text = await StreamingClient.Of(org).ConnectedAsync();
        await text.SubscribedAsync("/data/AccountChangeEvent", seen.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Delivers_no_more_after_an_unsubscribe()
    {
        using var client = await StreamingClient.Of(org).ConnectedAsync();
        await client.SubscribedAsync("/data/AccountChangeEvent");
        var reply = await client.SendOneAsync(
            new { channel = "/meta/unsubscribe", clientId = client.ClientId, subscription = "/data/AccountChangeEvent" });
        reply.GetProperty("successful").GetBoolean().ShouldBeTrue();
        await org.CreateAsync("Account", new { Name = TestOrg.Unique() });
        await client.ConnectAsync(timeout: 0);
        client.Events.ShouldBeEmpty();
    }
}
