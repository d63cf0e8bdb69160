using System.Net;
using Shouldly;
using Tandem.Simulator.Control;
using Xunit;

namespace Tandem.Tests.Conformance.Control;

/// <summary>The limits of calls, and sessions that end. Source: salesforce-api.md, sections 1.7, 2.1 and 11.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task The_day_s_calls_can_be_used_up_and_given_back()
    {
        await using var org = await SimulatedOrg.StartAsync();
        await org.OrderAsync(HttpMethod.Patch, "/limits", """{"dailyMax":1000,"dailyUsed":999}""");
        (await org.AskAsync("/limits")).Headers["Sforce-Limit-Info"].ShouldBe("api-usage=1000/1000");
        (await org.AskAsync("/limits")).ShouldBeError(HttpStatusCode.Forbidden, "REQUEST_LIMIT_EXCEEDED");
        await org.OrderAsync(HttpMethod.Patch, "/limits", """{"dailyUsed":0}""");
        (await org.AskAsync("/limits")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Used_calls_come_back_after_a_day_of_the_org()
    {
        await using var org = await SimulatedOrg.StartAsync();
        org.Server.Control.Usage.Used = org.Server.Control.Usage.Max;
        (await org.AskAsync("/limits")).Status.ShouldBe(HttpStatusCode.Forbidden);
        await org.OrderAsync(HttpMethod.Post, "/clock/advance", """{"by":"1.00:00:00"}""");
        (await org.AskAsync("/limits")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_limits_tell_of_published_events_and_made_jobs()
    {
        await using var org = await SimulatedOrg.StartAsync(
            metadata: """{"objects":[{"name":"Order__e","fields":[{"name":"Text__c","type":"text"}]}]}""");
        await org.OrderAsync(HttpMethod.Patch, "/limits", """{"hourlyPublishedMax":2,"dailyEventsMax":77}""");
        (await LimitAsync(org, "DailyDeliveredPlatformEvents")).ShouldBe((77, 77));
        (await LimitAsync(org, "HourlyPublishedPlatformEvents")).ShouldBe((2, 2));
        await org.CreateAsync("Order__e", new { Text__c = "one" });
        (await LimitAsync(org, "HourlyPublishedPlatformEvents")).ShouldBe((2, 1));
        await org.CreateAsync("Order__e", new { Text__c = "two" });
        await org.FailAsync(HttpMethod.Post, "/sobjects/Order__e", new { Text__c = "three" }, HttpStatusCode.BadRequest, "LIMIT_EXCEEDED");

        var (max, remaining) = await LimitAsync(org, "DailyBulkV2QueryJobs");
        remaining.ShouldBe(max);
        (await org.SendAsync(HttpMethod.Post, "/jobs/query", new { operation = "query", query = "SELECT Id FROM Account" })).Status
            .ShouldBe(HttpStatusCode.OK);
        (await LimitAsync(org, "DailyBulkV2QueryJobs")).ShouldBe((max, max - 1));
        org.Clock.Advance(TimeSpan.FromHours(25));
        (await LimitAsync(org, "DailyBulkV2QueryJobs")).ShouldBe((max, max));
        (await LimitAsync(org, "HourlyPublishedPlatformEvents")).ShouldBe((2, 2));
    }

    [Fact]
    public async Task The_usage_header_may_tell_of_the_app_too()
    {
        await using var org = await SimulatedOrg.StartAsync();
        await org.OrderAsync(HttpMethod.Patch, "/settings", """{"appUsageName":"Tandem","appUsageMax":400}""");
        (await org.AskAsync("/limits")).Headers["Sforce-Limit-Info"]
            .ShouldMatch(@"^api-usage=\d+/\d+; per-app-api-usage=\d+/400\(appName=Tandem\)$");
    }

    [Fact]
    public async Task A_call_too_many_beside_long_ones_is_refused()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var control = org.Server.Control;
        control.Clock.Freeze();
        control.OpenCalls.MaxLong = 2;
        control.Faults.Add(new FaultRule { Path = "*/sobjects", Latency = TimeSpan.FromHours(1) });
        var slow = new[] { org.AskAsync("/sobjects"), org.AskAsync("/sobjects") };
        while (control.OpenCalls.Count < 2)
            await Task.Yield();
        (await org.AskAsync("/limits")).Status.ShouldBe(HttpStatusCode.OK);
        control.Clock.Advance(TimeSpan.FromSeconds(20));
        var refused = (await org.AskAsync("/limits")).ShouldBeError(HttpStatusCode.Forbidden, "REQUEST_LIMIT_EXCEEDED");
        refused.GetProperty("message").GetString().ShouldBe("ConcurrentPerOrgLongTxn Limit exceeded.");
        control.OpenCalls.MaxLong = 25;
        await org.PassAsync(Task.WhenAll(slow), TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task A_session_ends_with_its_lifetime_by_revocation_and_with_its_user()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var admin = org.Server.Org.AdminUserId;
        var token = (await org.OrderAsync(HttpMethod.Post, "/sessions", $$"""{"user":"{{admin}}"}"""))
            .GetProperty("accessToken").GetString();
        await org.OrderAsync(HttpMethod.Post, "/sessions/revoke", $$"""{"accessToken":"{{token}}"}""");
        org.Server.Sessions.Find(token.ShouldNotBeNull()).ShouldBeNull();
        (await org.AskAsync("/limits")).Status.ShouldBe(HttpStatusCode.OK);

        await org.OrderAsync(HttpMethod.Patch, "/settings", """{"sessionLifetime":"02:00:00"}""");
        await org.OrderAsync(HttpMethod.Post, "/clock/advance", """{"by":"02:00:01"}""");
        (await org.AskAsync("/limits")).ShouldBeError(HttpStatusCode.Unauthorized, "INVALID_SESSION_ID");
    }

    [Fact]
    public async Task A_deactivated_user_has_no_session_left()
    {
        await using var org = await SimulatedOrg.StartAsync();
        await org.OrderAsync(HttpMethod.Patch, "/users/admin@tandem.test", """{"isActive":false}""");
        (await org.AskAsync("/limits")).ShouldBeError(HttpStatusCode.Unauthorized, "INVALID_SESSION_ID");
        var users = org.Server.Org.FindTable("User").ShouldNotBeNull();
        users.Find(org.Server.Org.AdminUserId).ShouldNotBeNull()[users.Type.OrdinalOf("IsActive")].ShouldBe(false);
    }

    private static async Task<(int Max, int Remaining)> LimitAsync(SimulatedOrg org, string name)
    {
        var limit = (await org.GetAsync("/limits")).GetProperty(name);
        return (limit.GetProperty("Max").GetInt32(), limit.GetProperty("Remaining").GetInt32());
    }
}
