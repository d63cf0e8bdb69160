using System.Net;
using System.Text.Json;
using Shouldly;
using Tandem.Tests.Conformance.Soap;
using Xunit;

namespace Tandem.Tests.Conformance.Events;

/// <summary>PushTopics: a query, and the changes of what it selects. Source: salesforce-api.md, sections 5.3 and 15.</summary>
public sealed class PushTopicTests(TestOrg org)
{
    [Fact]
    public async Task Tells_of_a_record_from_its_creation_to_its_undelete()
    {
        var marker = TestOrg.Unique();
        var topic = await TopicAsync($"SELECT Id, Name, Phone FROM Account WHERE Name = '{marker}'");
        using var client = await StreamingClient.Of(org).ConnectedAsync();
        await client.SubscribedAsync(topic);
        var id = await org.CreateAsync("Account", new { Name = marker, Phone = "1" });
        var created = await client.NextAsync();
        created.GetProperty("channel").GetString().ShouldBe(topic);
        created.GetProperty("data").GetProperty("event").GetProperty("type").GetString().ShouldBe("created");
        created.GetProperty("data").GetProperty("event").GetProperty("createdDate").GetString().ShouldNotBeNull()
            .ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$");
        StreamingClient.ReplayIdOf(created).ShouldBePositive();
        var shown = created.GetProperty("data").GetProperty("sobject");
        shown.EnumerateObject().Select(member => member.Name).ShouldBe(["Id", "Name", "Phone"], ignoreOrder: true);
        shown.GetProperty("Id").GetString().ShouldBe(id);

        await org.UpdateAsync("Account", id, new { Phone = "2" });
        await ExpectAsync(client, "updated", id);
        (await org.SendAsync(HttpMethod.Delete, $"/sobjects/Account/{id}")).Status.ShouldBe(HttpStatusCode.NoContent);
        await ExpectAsync(client, "deleted", id);
        await SoapClient.Of(org).CallAsync($"<undelete><ids>{id}</ids></undelete>");
        await ExpectAsync(client, "undeleted", id);
    }

    [Theory]
    [InlineData("Referenced", "Fax", false)]
    [InlineData("Referenced", "Phone", true)]
    [InlineData("Referenced", "Website", true)]
    [InlineData("Select", "Phone", true)]
    [InlineData("Select", "Website", false)]
    [InlineData("Where", "Website", true)]
    [InlineData("Where", "Phone", false)]
    [InlineData("All", "Fax", true)]
    public async Task Tells_of_an_update_by_the_fields_that_it_is_to_watch(string notifyForFields, string field, bool isTold)
    {
        var marker = TestOrg.Unique();
        var topic = await TopicAsync($"SELECT Id, Phone FROM Account WHERE Website != 'none' AND Name LIKE '{marker}%'", notifyForFields);
        using var client = await StreamingClient.Of(org).ConnectedAsync();
        var id = await org.CreateAsync("Account", new { Name = marker, Website = "a.example" });
        await client.SubscribedAsync(topic);
        await org.UpdateAsync("Account", id, new Dictionary<string, string> { [field] = "b.example" });

        // A second record closes the question: its event comes after the update's, if there is one.
        var last = await org.CreateAsync("Account", new { Name = marker, Website = "c.example" });
        var found = await client.NextAsync();
        found.GetProperty("data").GetProperty("sobject").GetProperty("Id").GetString().ShouldBe(isTold ? id : last);
    }

    [Fact]
    public async Task Filters_by_a_field_in_the_name_of_the_subscription()
    {
        var marker = TestOrg.Unique();
        var topic = await TopicAsync($"SELECT Id, Phone FROM Account WHERE Name = '{marker}'");
        using var client = await StreamingClient.Of(org).ConnectedAsync();
        await client.SubscribedAsync(topic + "?Phone=7");
        await org.CreateAsync("Account", new { Name = marker, Phone = "6" });
        var wanted = await org.CreateAsync("Account", new { Name = marker, Phone = "7" });
        (await client.NextAsync()).GetProperty("data").GetProperty("sobject").GetProperty("Id").GetString().ShouldBe(wanted);
    }

    [Theory]
    [InlineData("SELECT Name FROM Account")]
    [InlineData("SELECT Id FROM Nothing__c")]
    [InlineData("SELECT Id, Nothing__c FROM Account")]
    [InlineData("SELECT FROM")]
    public async Task Refuses_a_query_that_cannot_be_watched(string query)
    {
        var answer = await org.SendAsync(HttpMethod.Post, "/sobjects/PushTopic",
            JsonSerializer.Serialize(new { Name = TestOrg.Unique()[..20], Query = query, ApiVersion = 60.0 }));
        answer.Status.ShouldBe(HttpStatusCode.BadRequest, answer.Text);
        answer.Json[0].GetProperty("errorCode").GetString().ShouldBe("INVALID_FIELD");
    }

    [Fact]
    public async Task Closes_the_channel_of_a_deleted_topic()
    {
        var answer = await org.SendAsync(HttpMethod.Post, "/sobjects/PushTopic",
            JsonSerializer.Serialize(new { Name = TestOrg.Unique("t")[..20], Query = "SELECT Id FROM Account", ApiVersion = 60.0 }));
        var id = answer.Json.GetProperty("id").GetString().ShouldNotBeNull();
        var name = (await org.QueryAsync($"SELECT Name FROM PushTopic WHERE Id = '{id}'")).GetProperty("records")[0].GetProperty("Name");
        using var client = await StreamingClient.Of(org).ConnectedAsync();
        await client.SubscribedAsync($"/topic/{name}");
        await org.SendAsync(HttpMethod.Delete, $"/sobjects/PushTopic/{id}");
        (await client.SubscribeAsync($"/topic/{name}")).GetProperty("successful").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Pushes_generic_events_to_their_channel()
    {
        var name = "/u/" + TestOrg.Unique();
        var id = await org.CreateAsync("StreamingChannel", new { Name = name });
        using var client = await StreamingClient.Of(org).ConnectedAsync();
        await client.SubscribedAsync(name);
        var answer = await org.SendAsync(HttpMethod.Post, $"/sobjects/StreamingChannel/{id}/push",
            """{"pushEvents":[{"payload":"one"},{"payload":"two"}]}""");
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        var found = await client.NextAsync();
        found.GetProperty("data").GetProperty("payload").GetString().ShouldBe("one");
        found.GetProperty("data").GetProperty("event").GetProperty("replayId").GetInt64().ShouldBePositive();
        (await client.NextAsync()).GetProperty("data").GetProperty("payload").GetString().ShouldBe("two");
    }

    private async Task<string> TopicAsync(string query, string notifyForFields = "Referenced")
    {
        var name = TestOrg.Unique("t")[..24].Replace('-', 'x');
        await org.CreateAsync("PushTopic", new
        {
            Name = name,
            Query = query,
            ApiVersion = 60.0,
            NotifyForFields = notifyForFields,
            NotifyForOperationCreate = true,
            NotifyForOperationUpdate = true,
            NotifyForOperationDelete = true,
            NotifyForOperationUndelete = true,
        });
        return "/topic/" + name;
    }

    private static async Task ExpectAsync(StreamingClient client, string type, string id)
    {
        var found = await client.NextAsync();
        found.GetProperty("data").GetProperty("event").GetProperty("type").GetString().ShouldBe(type);
        found.GetProperty("data").GetProperty("sobject").GetProperty("Id").GetString().ShouldBe(id);
    }
}
