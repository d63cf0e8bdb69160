using Shouldly;
using Tandem.Simulator.Events;
using Xunit;

namespace Tandem.Tests.Conformance.Events;

/// <summary>Platform events: published as rows are created, and kept by nobody but the bus. Source: salesforce-api.md, sections 5.3 and
/// 11.</summary>
public sealed class PlatformEventTests
{
    private const string Channel = "/event/Order__e";

    [Fact]
    public async Task Publishes_by_creating_and_stores_no_row()
    {
        await using var org = await EventOrg.StartAsync();
        using var client = await org.SubscriberAsync(Channel);
        var id = await org.CreateAsync("Order__e", new { Number__c = "7", Total__c = 12.5, At__c = "2026-01-31T10:00:00Z" });
        var found = await client.NextAsync();
        var payload = StreamingClient.PayloadOf(found);
        payload.GetProperty("CreatedDate").GetString().ShouldNotBeNull().ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$");
        payload.GetProperty("CreatedById").GetString().ShouldBe(org.Server.Org.AdminUserId);
        payload.GetProperty("Number__c").GetString().ShouldBe("7");
        payload.GetProperty("Total__c").GetDecimal().ShouldBe(12.5m);
        payload.GetProperty("At__c").GetString().ShouldBe("2026-01-31T10:00:00.000Z");
        payload.EnumerateObject().Count().ShouldBe(5);
        found.GetProperty("data").GetProperty("event").GetProperty("EventUuid").GetString().ShouldNotBeNull().Length.ShouldBe(36);
        ((int)(await org.SendAsync(HttpMethod.Get, $"/sobjects/Order__e/{id}")).Status).ShouldBe(404);
    }

    [Fact]
    public async Task Publishes_each_row_of_a_collection_and_none_that_fails()
    {
        await using var org = await EventOrg.StartAsync();
        using var client = await org.SubscriberAsync(Channel);
        var answer = await org.SendAsync(HttpMethod.Post, "/composite/sobjects", new
        {
            allOrNone = false,
            records = new object[]
            {
                new { attributes = new { type = "Order__e" }, Number__c = "1" },
                new { attributes = new { type = "Order__e" }, Total__c = 1 },
                new { attributes = new { type = "Order__e" }, Number__c = "3" },
            },
        });
        answer.Json.EnumerateArray().Select(row => row.GetProperty("success").GetBoolean()).ShouldBe([true, false, true]);
        org.Kept(Channel).Select(found => found.Body.ShouldBeOfType<PlatformEvent>().Values[1]).ShouldBe(["1", "3"]);
        StreamingClient.PayloadOf(await client.NextAsync()).GetProperty("Number__c").GetString().ShouldBe("1");
    }

    [Fact]
    public async Task Makes_no_change_events_of_platform_events()
    {
        await using var org = await EventOrg.StartAsync();
        await org.CreateAsync("Order__e", new { Number__c = "7" });
        org.Changes().ShouldBeEmpty();
        org.Events.FindChannel("/data/Order__eChangeEvent").ShouldBeNull();
    }

    [Fact]
    public async Task Carries_the_members_of_a_custom_channel()
    {
        await using var org = await EventOrg.StartAsync();
        org.Events.Channels.AddCustom("/event/Orders__chn", ["Order__e"]);
        using var client = await org.SubscriberAsync("/event/Orders__chn");
        await org.CreateAsync("Order__e", new { Number__c = "7" });
        (await client.NextAsync()).GetProperty("channel").GetString().ShouldBe("/event/Orders__chn");
    }

    [Fact]
    public async Task Refuses_more_than_an_hour_allows()
    {
        await using var org = await EventOrg.StartAsync(new EventSettings { HourlyPublished = 1 });
        await org.CreateAsync("Order__e", new { Number__c = "1" });
        var refused = await org.SendAsync(HttpMethod.Post, "/sobjects/Order__e", new { Number__c = "2" });
        refused.ShouldBeError(System.Net.HttpStatusCode.BadRequest, "LIMIT_EXCEEDED");
        org.Kept(Channel).Count.ShouldBe(1);
    }
}
