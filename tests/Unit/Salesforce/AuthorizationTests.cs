using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Shouldly;
using Tandem.Salesforce;
using Tandem.Salesforce.Auth;
using Xunit;

namespace Tandem.Tests.Unit.Salesforce;

/// <summary>A code as a grant, and what follows it. Source: salesforce-api.md, sections 1.2, 1.3, 1.9 and 1.10.</summary>
public sealed class AuthorizationTests
{
    private const string Identity = """
        {"id":"x","user_id":"005xx000001SwiUAAS","organization_id":"00Dxx0000000001EAA","username":"ada@example.test"}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Redeems_a_code_once_and_goes_on_with_the_refresh_token_that_came_for_it()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.TokenAnswer = (context, number) => context.Response.WriteAsync(number == 1
            ? ScriptedOrg.TokenBody(org.Url, "token-1").Replace("{", """{"refresh_token":"first",""", StringComparison.Ordinal)
            : ScriptedOrg.TokenBody(org.Url, $"token-{number}"));
        var request = Request(org);
        using var client = org.Connect(grant: OAuthGrant.AuthorizationCode(request, "secret", "a code"));
        var stored = new List<string>();
        client.RefreshTokenRotated = (token, _) =>
        {
            stored.Add(token);
            return Task.CompletedTask;
        };
        org.Answer(403, "Bad_OAuth_Token");
        org.Answer(200, Identity);

        (await client.Identity.ReadAsync(Cancellation)).Username.ShouldBe("ada@example.test");

        stored.ShouldBe(["first"]);
        var forms = org.TokenRequests.Select(sent => QueryHelpers.ParseQuery(sent.Body)).ToList();
        forms.Count.ShouldBe(2);
        forms[0]["grant_type"].ToString().ShouldBe("authorization_code");
        forms[0]["code"].ToString().ShouldBe("a code");
        forms[0]["redirect_uri"].ToString().ShouldBe("http://localhost:8600/auth/callback?x=%2F");
        forms[0]["client_secret"].ToString().ShouldBe("secret");
        var challenge = QueryHelpers.ParseQuery(request.Address.Query)["code_challenge"].ToString();
        Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(forms[0]["code_verifier"].ToString()))).ShouldBe(challenge);
        forms[1]["grant_type"].ToString().ShouldBe("refresh_token");
        forms[1]["refresh_token"].ToString().ShouldBe("first");
        org.Requests.Last().Line.ShouldBe("GET /id/00Dxx0000000001EAA/005xx000001SwiUAAS?format=json");
        org.Requests.Last().Headers.Authorization.ToString().ShouldBe("Bearer token-2");
    }

    [Fact]
    public async Task A_refusal_of_the_identity_that_has_another_reason_signs_nobody_in_again()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(403, "Wrong_Org");
        using var client = org.Connect();
        (await Should.ThrowAsync<SalesforceException>(() => client.Identity.ReadAsync(Cancellation))).Status.ShouldBe(403);
        org.TokenRequests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Gives_back_a_refresh_token_and_nothing_else()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(200, "");
        org.Answer(400, "error=unsupported_token_type");
        org.Answer(503, "");
        using var client = org.Connect(grant: OAuthGrant.RefreshToken("client", null, "to+ken"));
        await client.SignOutAsync(Cancellation);
        await client.SignOutAsync(Cancellation);
        (await Should.ThrowAsync<SalesforceException>(() => client.SignOutAsync(Cancellation))).Status.ShouldBe(503);
        org.Requests.First().Line.ShouldBe("POST /services/oauth2/revoke");
        org.Requests.First().Body.ShouldBe("token=to%2Bken");

        using var other = org.Connect();
        await other.SignOutAsync(Cancellation);
        org.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Keeps_the_verifier_and_the_code_out_of_texts()
    {
        await using var org = await ScriptedOrg.StartAsync();
        var request = Request(org);
        request.Verifier.Length.ShouldBe(86);
        $"{request} {request.Address} {OAuthGrant.AuthorizationCode(request, "secret", "the-code")}".ShouldSatisfyAllConditions(
            text => text.ShouldNotContain(request.Verifier),
            text => text.ShouldNotContain("the-code"),
            text => text.ShouldNotContain("secret"));
    }

    [Fact]
    public async Task Lists_the_versions_that_the_org_offers()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(200, """[{"label":"a","url":"/services/data/v66.0","version":"66.0"},{"label":"b","url":"x","version":"67.0"}]""");
        using var client = org.Connect();
        (await client.Versions.ListAsync(Cancellation)).ShouldBe(["66.0", "67.0"]);
        org.Requests.ShouldHaveSingleItem().Line.ShouldBe("GET /services/data");
    }

    private static AuthorizationRequest Request(ScriptedOrg org) => new()
    {
        LoginUrl = org.Url, ClientId = "client", RedirectUri = new Uri("http://localhost:8600/auth/callback?x=%2F"),
    };
}
