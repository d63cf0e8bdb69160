using System.Net;
using System.Text.Json;
using Shouldly;
using Tandem.Simulator.Events;
using Xunit;

namespace Tandem.Tests.Conformance.Events;

/// <summary>The schemas of events, by event and by id. Source: salesforce-api.md, sections 5.3 and 6.5.</summary>
public sealed class EventSchemaTests(TestOrg org)
{
    [Fact]
    public async Task Answers_the_record_of_a_change_event_by_the_id_that_the_event_carries()
    {
        var byName = await org.GetAsync("/sobjects/AccountChangeEvent/eventSchema?payloadFormat=COMPACT");
        byName.GetProperty("name").GetString().ShouldBe("AccountChangeEvent");
        byName.GetProperty("namespace").GetString().ShouldBe("com.sforce.eventbus");
        byName.GetProperty("type").GetString().ShouldBe("record");
        var fields = byName.GetProperty("fields").EnumerateArray()
            .ToDictionary(field => field.GetProperty("name").GetString().ShouldNotBeNull());
        fields.Keys.First().ShouldBe("ChangeEventHeader");
        fields.ShouldNotContainKey("Id");
        fields.ShouldNotContainKey("BillingCity");
        fields["Name"].GetProperty("doc").GetString().ShouldNotBeNull().ShouldStartWith("Data:");
        fields["OwnerId"].GetProperty("doc").GetString().ShouldBe("ForeignKey:EntityId");
        fields["BillingAddress"].GetProperty("type")[1].GetProperty("name").GetString().ShouldBe("Address");
        fields["ShippingAddress"].GetProperty("type")[1].GetString().ShouldBe("Address");

        var id = byName.GetProperty("uuid").GetString();
        using var client = await StreamingClient.Of(org).ConnectedAsync();
        await client.SubscribedAsync("/data/AccountChangeEvent");
        var account = await org.CreateAsync("Account", new { Name = TestOrg.Unique() });
        (await client.NextChangeOfAsync(account)).GetProperty("data").GetProperty("schema").GetString().ShouldBe(id);
        (await org.GetAsync($"/event/eventSchema/{id}?payloadFormat=COMPACT")).ToString().ShouldBe(byName.ToString());
    }

    [Fact]
    public async Task Answers_the_whole_message_unless_the_compact_form_is_asked_for()
    {
        var schema = await org.GetAsync("/sobjects/ContactChangeEvent/eventSchema");
        schema.GetProperty("type").GetString().ShouldBe("expanded-record");
        var data = schema.GetProperty("fields")[0];
        data.GetProperty("name").GetString().ShouldBe("data");
        data.GetProperty("type").GetProperty("fields").EnumerateArray().Select(field => field.GetProperty("name").GetString())
            .ShouldBe(["schema", "payload", "event"]);
        schema.GetProperty("fields")[1].GetProperty("name").GetString().ShouldBe("channel");
    }

    [Fact]
    public async Task Knows_no_schema_that_it_never_gave_out()
    {
        await org.FailAsync(HttpMethod.Get, "/event/eventSchema/AAAAAAAAAAAAAAAAAAAAAA", null, HttpStatusCode.NotFound, "NOT_FOUND");
        await org.FailAsync(HttpMethod.Get, "/sobjects/NothingChangeEvent/eventSchema", null, HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task Names_every_shape_by_an_id_of_its_own()
    {
        await using var own = await EventOrg.StartAsync();
        var types = own.Server.Org.Types.ToList();
        types.Select(own.Events.Schemas.IdOf).ShouldBeUnique();
        await using var again = await EventOrg.StartAsync();
        var same = again.Org.Types.Single(type => type.Name == types[0].Name);
        own.Events.Schemas.IdOf(types[0]).ShouldBe(again.Events.Schemas.IdOf(same));
        own.Events.Schemas.IdOf(types[0]).Length.ShouldBe(22);
    }

    [Fact]
    public async Task Sets_up_custom_channels_and_their_members_through_the_Tooling_API()
    {
        await using var own = await EventOrg.StartAsync(new EventSettings { Entities = [] });
        var channel = await ToolingAsync(own, "PlatformEventChannel", "Boxes__chn", new { channelType = "data", label = "Boxes" });
        var member = await ToolingAsync(own, "PlatformEventChannelMember", "Boxes_chn_Box",
            new { eventChannel = "Boxes__chn", selectedEntity = "Box__ChangeEvent" });
        channel.ShouldStartWith("0YL");
        member.ShouldStartWith("0v8");
        await ToolingAsync(own, "PlatformEventChannelMember", "ChangeEvents_Account",
            new { eventChannel = "ChangeEvents", selectedEntity = "AccountChangeEvent" });

        using var client = await own.SubscriberAsync("/data/Boxes__chn");
        var box = await own.CreateAsync("Box__c", new { Name = "a" });
        await own.CreateAsync("Account", new { Name = "a" });
        StreamingClient.RecordIds(await client.NextAsync()).ShouldBe([box]);
        own.Changes().Select(change => change.EntityName).ShouldBe(["Account"]);

        var path = $"/tooling/sobjects/PlatformEventChannelMember/{member}";
        (await own.SendAsync(HttpMethod.Get, path)).Json.GetProperty("Metadata")
            .GetProperty("eventChannel").GetString().ShouldBe("Boxes__chn");
        (await own.SendAsync(HttpMethod.Delete, path)).Status.ShouldBe(HttpStatusCode.NoContent);
        (await own.SendAsync(HttpMethod.Get, path)).ShouldBeError(HttpStatusCode.NotFound, "NOT_FOUND");
        await own.CreateAsync("Box__c", new { Name = "b" });
        own.Kept("/data/Boxes__chn").Count.ShouldBe(1);
        (await own.SendAsync(HttpMethod.Delete, $"/tooling/sobjects/PlatformEventChannel/{channel}")).Status
            .ShouldBe(HttpStatusCode.NoContent);
        own.Events.FindChannel("/data/Boxes__chn").ShouldBeNull();
    }

    [Theory]
    [InlineData("PlatformEventChannel", "Boxes", """{"channelType":"data"}""")]
    [InlineData("PlatformEventChannel", "Boxes__chn", """{"channelType":"other"}""")]
    [InlineData("PlatformEventChannelMember", "m", """{"eventChannel":"Nothing__chn","selectedEntity":"AccountChangeEvent"}""")]
    [InlineData("PlatformEventChannelMember", "m", """{"eventChannel":"ChangeEvents","selectedEntity":"Nothing"}""")]
    [InlineData("PlatformEventChannelMember", "m",
        """{"eventChannel":"ChangeEvents","selectedEntity":"AccountChangeEvent","enrichedFields":[{"name":"Phone"}]}""")]
    public async Task Refuses_channels_and_members_that_make_no_sense(string objectName, string fullName, string metadata)
    {
        await using var own = await EventOrg.StartAsync();
        var answer = await own.SendAsync(HttpMethod.Post, $"/tooling/sobjects/{objectName}",
            new { FullName = fullName, Metadata = JsonSerializer.Deserialize<JsonElement>(metadata) });
        answer.ShouldBeError(HttpStatusCode.BadRequest, "INVALID_INPUT");
    }

    private static async Task<string> ToolingAsync(SimulatedOrg org, string objectName, string fullName, object metadata)
    {
        var answer = await org.SendAsync(HttpMethod.Post, $"/tooling/sobjects/{objectName}",
            new { FullName = fullName, Metadata = metadata });
        answer.Status.ShouldBe(HttpStatusCode.Created, answer.Text);
        return answer.Json.GetProperty("id").GetString().ShouldNotBeNull();
    }
}
