using System.Net;
using System.Text;
using Shouldly;
using Tandem.Simulator;
using Xunit;

namespace Tandem.Tests.Conformance.Control;

/// <summary>The doors of the control plane itself. Source: salesforce-api.md, section 12.</summary>
public sealed class ControlPlaneTests
{
    [Fact]
    public async Task Lists_its_resources()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var resources = (await org.OrderAsync(HttpMethod.Get, "")).GetProperty("resources").EnumerateArray()
            .Select(resource => resource.GetString()).ToList();
        resources.ShouldContain("POST /_simulator/faults");
        resources.ShouldContain("POST /_simulator/records/hardDelete");
    }

    [Fact]
    public async Task Sets_and_stops_the_time_of_the_org()
    {
        await using var org = await SimulatedOrg.StartAsync();
        await org.OrderAsync(HttpMethod.Post, "/clock/freeze");
        await org.OrderAsync(HttpMethod.Post, "/clock/set", """{"now":"2031-05-06T07:08:09Z"}""");
        var id = await org.CreateAsync("Account", """{"Name":"Then"}""");
        (await org.AskAsync($"/sobjects/Account/{id}")).Json.GetProperty("SystemModstamp").GetString()
            .ShouldBe("2031-05-06T07:08:09.000+0000");
        var clock = await org.OrderAsync(HttpMethod.Post, "/clock/resume");
        clock.GetProperty("isFrozen").GetBoolean().ShouldBeFalse();
        clock.GetProperty("now").GetDateTimeOffset().Year.ShouldBe(2031);
    }

    [Fact]
    public async Task Adds_lists_and_removes_faults()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var id = (await org.OrderAsync(HttpMethod.Post, "/faults", """
            {"method":"GET","path":"*/limits","kind":"restError","status":503,"errorCode":"SERVER_UNAVAILABLE","latency":"00:00:00.001"}
            """)).GetProperty("id").GetString();
        (await org.AskAsync("/limits")).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var listed = (await org.OrderAsync(HttpMethod.Get, "/faults"))[0];
        (listed.GetProperty("hits").GetInt32(), listed.GetProperty("rule").GetProperty("kind").GetString()).ShouldBe((1, "restError"));
        await org.OrderAsync(HttpMethod.Delete, $"/faults/{id}");
        (await org.AskAsync("/limits")).Status.ShouldBe(HttpStatusCode.OK);
        (await org.SendAsync(HttpMethod.Delete, $"/_simulator/faults/{id}")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_misspelt_member_is_told()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var answer = await org.SendAsync(HttpMethod.Post, "/_simulator/faults", """{"kind":"delay","laetncy":"00:00:01"}""");
        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Json.GetProperty("error").GetString().ShouldNotBeNull().ShouldContain("laetncy");
        org.Server.Control.Faults.List().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"commitLag":"00:00:00.010"}""", 200)]
    [InlineData("""{"commitLag":10}""", 400)]
    [InlineData("""{"commitLag":null}""", 400)]
    [InlineData("""{"sessionLifetime":null}""", 200)]
    [InlineData("""{"colour":"red"}""", 404)]
    public async Task Settings_take_what_they_can_hold(string json, int status)
    {
        await using var org = await SimulatedOrg.StartAsync();
        ((int)(await org.SendAsync(HttpMethod.Patch, "/_simulator/settings", json)).Status).ShouldBe(status);
    }

    [Fact]
    public async Task Is_closed_beyond_the_loopback_unless_a_token_opens_it()
    {
        await using (var open = await SimulatedOrg.StartAsync(new SimulatorOptions { Rows = 5, Host = "0.0.0.0" }))
        {
            open.Http.BaseAddress.ShouldNotBeNull();
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{open.Server.BaseAddress.Port}") };
            (await http.GetAsync("/_simulator/clock", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        await using var org = await SimulatedOrg.StartAsync(new SimulatorOptions { Rows = 5, ControlToken = "open sesame" });
        (await org.AskAsync("/_simulator/clock")).Status.ShouldBe(HttpStatusCode.Forbidden);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/_simulator/clock");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer open sesame");
        using var response = await org.Http.SendAsync(request, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Does_not_answer_the_pages_of_a_browser()
    {
        await using var org = await SimulatedOrg.StartAsync();
        (await org.SendAsync(HttpMethod.Delete, "/_simulator/calls", null, ("Origin", "http://evil.test"))).Status
            .ShouldBe(HttpStatusCode.Forbidden);
        using var form = new StringContent("""{"by":"01:00:00"}""", Encoding.UTF8, "text/plain");
        using var response = await org.Http.PostAsync("/_simulator/clock/advance", form, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }
}
