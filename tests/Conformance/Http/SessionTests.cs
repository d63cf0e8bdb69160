using System.Net;
using System.Net.Http.Headers;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Http;

/// <summary>Calls with a session and without one. Source: salesforce-api.md, sections 0 and 1.7.</summary>
public sealed class SessionTests
{
    [Fact]
    public async Task Without_a_live_session_nothing_is_answered()
    {
        await using var org = await SimulatedOrg.StartAsync();
        (await org.AskAsync("/limits")).Status.ShouldBe(HttpStatusCode.OK);
        org.Server.Sessions.RevokeAll();
        await org.FailAsync(HttpMethod.Get, "/limits", null, HttpStatusCode.Unauthorized, "INVALID_SESSION_ID");
        org.Http.DefaultRequestHeaders.Authorization = null;
        await org.FailAsync(HttpMethod.Get, "/limits", null, HttpStatusCode.Unauthorized, "INVALID_SESSION_ID");
    }

    [Fact]
    public async Task A_token_begins_with_the_org_and_has_either_scheme_and_any_address_that_means_the_same()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var token = org.Server.Sessions.Issue(org.Org.AdminUserId).AccessToken;
        token.ShouldMatch(@"^00D\w{12}![.\w]+$");
        org.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("OAuth", token);
        (await org.AskAsync("//limits/")).Status.ShouldBe(HttpStatusCode.OK);
    }
}
