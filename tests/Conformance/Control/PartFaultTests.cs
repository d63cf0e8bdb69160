using System.Net;
using System.Text.Json;
using Shouldly;
using Tandem.Simulator.Events;
using Xunit;

namespace Tandem.Tests.Conformance.Control;

/// <summary>Faults within calls: rows, events and jobs that go wrong on order. Source: salesforce-api.md, sections 9, 10 and 12.</summary>
public sealed class PartFaultTests
{
    [Fact]
    public async Task Rows_of_an_object_are_refused_so_many_times()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var id = (await org.OrderAsync(HttpMethod.Post, "/row-faults", """
            {"objectName":"Account","statusCode":"UNABLE_TO_LOCK_ROW","count":1}
            """)).GetProperty("id").GetString();
        (await org.SendAsync(HttpMethod.Post, "/sobjects/Account", """{"Name":"A"}"""))
            .ShouldBeError(HttpStatusCode.BadRequest, "UNABLE_TO_LOCK_ROW");
        await org.CreateAsync("Account", """{"Name":"A"}""");
        var listed = (await org.OrderAsync(HttpMethod.Get, "/row-faults"))[0];
        (listed.GetProperty("rule").GetProperty("id").GetString(), listed.GetProperty("hits").GetInt32()).ShouldBe((id, 1));
        await org.OrderAsync(HttpMethod.Delete, $"/row-faults/{id}");
        (await org.OrderAsync(HttpMethod.Get, "/row-faults")).GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task An_event_is_lost_and_the_next_comes()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var events = org.Server.Events;
        var channel = events.FindChannel("/data/AccountChangeEvent").ShouldNotBeNull();
        var start = events.LatestReplayId();
        await org.OrderAsync(HttpMethod.Post, "/event-faults", """{"kind":"drop","times":1}""");
        await org.CreateAsync("Account", """{"Name":"Lost"}""");
        var told = await org.CreateAsync("Account", """{"Name":"Told"}""");
        events.ReadAfter(channel, start, 10).ShouldHaveSingleItem().Body.ShouldBeOfType<ChangeEvent>().RecordIds.ShouldBe([told]);
        (await org.OrderAsync(HttpMethod.Get, "/event-faults"))[0].GetProperty("hits").GetInt32().ShouldBe(1);
        await org.OrderAsync(HttpMethod.Delete, "/event-faults");
        await org.OrderAsync(HttpMethod.Delete, "/events");
        events.ReadAfter(channel, start, 10).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_change_event_names_the_program_of_an_edit_in_another_s_name()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var events = org.Server.Events;
        var start = events.LatestReplayId();
        await org.OrderAsync(HttpMethod.Post, "/records/create", """
            {"user":"user3@tandem.test","client":"rival","api":"soap","records":[{"attributes":{"type":"Account"},"Name":"Theirs"}]}
            """);
        var change = events.ReadAfter(events.FindChannel("/data/ChangeEvents").ShouldNotBeNull(), start, 10).ShouldHaveSingleItem().Body
            .ShouldBeOfType<ChangeEvent>();
        change.ChangeOrigin.ShouldBe("com/salesforce/api/soap/67.0;client=rival");
        change.CommitUser.ShouldBe(org.Server.Control.Rows.FindUser("user3@tandem.test"));
    }

    [Fact]
    public async Task Query_jobs_fail_on_order()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var settings = await org.OrderAsync(HttpMethod.Put, "/bulk", """{"failsQueries":true,"failMessage":"out of luck"}""");
        settings.GetProperty("defaultPageRecords").GetInt32().ShouldBePositive();
        var job = (await org.SendAsync(HttpMethod.Post, "/jobs/query",
            """{"operation":"query","query":"SELECT Id FROM Account"}""")).Json.GetProperty("id").GetString();
        JsonElement state;
        do
            state = (await org.AskAsync($"/jobs/query/{job}")).Json;
        while (state.GetProperty("state").GetString() is "UploadComplete" or "InProgress");
        state.GetProperty("state").GetString().ShouldBe("Failed");
        state.GetProperty("errorMessage").GetString().ShouldNotBeNull().ShouldContain("out of luck");
    }

    [Fact]
    public async Task The_limit_of_events_is_set_with_the_others()
    {
        await using var org = await SimulatedOrg.StartAsync();
        (await org.OrderAsync(HttpMethod.Patch, "/limits", """{"dailyEventsMax":7}"""))
            .GetProperty("dailyEventsMax").GetInt32().ShouldBe(7);
        org.Server.Events.Allowance.Max.ShouldBe(7);
    }
}
