using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Control;

/// <summary>What the org remembers of its calls. Source: salesforce-api.md, sections 11 and 12.</summary>
public sealed class CallLogTests
{
    [Fact]
    public async Task Tells_route_status_user_client_and_cost_of_every_call()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var calls = org.Server.Control.Calls;
        calls.Reset();
        await org.SendAsync(HttpMethod.Get, "/sobjects/Account/001000000000000", null, ("Sforce-Call-Options", "client=tests"));
        var call = calls.Entries.ShouldHaveSingleItem();
        call.Method.ShouldBe("GET");
        call.Route.ShouldBe("/services/data/v{version}/sobjects/{object}/{id}");
        call.Path.ShouldBe("/services/data/v67.0/sobjects/Account/001000000000000");
        (call.Status, call.Cost, call.Client).ShouldBe((404, 1, "tests"));
        call.UserId.ShouldBe(org.Server.Org.AdminUserId);
    }

    [Fact]
    public async Task Counts_the_cost_of_a_piece_of_work_by_resource()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var calls = org.Server.Control.Calls;
        calls.Reset();
        await org.SendAsync(HttpMethod.Get, "/services/data");
        for (var call = 0; call < 3; call++)
            await org.QueryAsync("SELECT Id FROM Account LIMIT 1");
        calls.Cost.ShouldBe(3);
        var counts = calls.Counts;
        counts[0].Route.ShouldBe("/services/data/v{version}/query");
        (counts[0].Calls, counts[0].Cost, counts[0].Errors).ShouldBe((3, 3, 0));
        (counts[1].Calls, counts[1].Cost).ShouldBe((1, 0));
    }

    [Fact]
    public async Task Calls_of_the_control_plane_are_no_calls_of_the_org()
    {
        await using var org = await SimulatedOrg.StartAsync();
        await org.OrderAsync(HttpMethod.Delete, "/calls");
        await org.OrderAsync(HttpMethod.Get, "/clock");
        (await org.OrderAsync(HttpMethod.Get, "/calls")).GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Keeps_no_query_and_no_token()
    {
        await using var org = await SimulatedOrg.StartAsync();
        await org.QueryAsync("SELECT Id FROM Account WHERE Name = 'secret'");
        (await org.OrderAsync(HttpMethod.Get, "/calls?last=10")).GetRawText().ShouldNotContain("secret");
    }
}
