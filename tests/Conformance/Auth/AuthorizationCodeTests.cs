using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Shouldly;
using Tandem.Simulator.Auth;
using Xunit;

namespace Tandem.Tests.Conformance.Auth;

/// <summary>Consent, codes and PKCE. Source: salesforce-api.md, sections 1.2, 1.7 and 13.</summary>
public sealed class AuthorizationCodeTests
{
    [Fact]
    public async Task Signs_in_with_a_code_and_PKCE_without_a_method()
    {
        await using var world = await SignInWorld.StartAsync();
        var code = await world.AllowAsync(SignInWorld.Ask(SignInWorld.Challenge));
        var token = await world.GrantAsync(SignInWorld.Redeem(code));

        token["instance_url"].ShouldBe(world.Origin);
        token["id"].ShouldBe(world.IdentityUrl);
        token["token_type"].ShouldBe("Bearer");
        token["scope"].ShouldBe("api refresh_token");
        token["issued_at"].ShouldBe(world.Clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        token["signature"].ShouldBe(Convert.ToBase64String(HMACSHA256.HashData(
            Encoding.UTF8.GetBytes("app-secret"), Encoding.UTF8.GetBytes(world.IdentityUrl + token["issued_at"]))));
        token["access_token"].ShouldMatch(@"^00D\w{12}![.\w]+$");
        token["refresh_token"].ShouldNotBeNullOrEmpty();
        token.ShouldNotContainKey("expires_in");
        token.ShouldNotContainKey("id_token");

        (await world.FaultAsync(SignInWorld.Redeem(code))).ShouldBe("invalid_grant: invalid authorization code");
    }

    [Fact]
    public async Task Refuses_a_wrong_verifier_and_then_the_code_is_used()
    {
        await using var world = await SignInWorld.StartAsync();
        var code = await world.AllowAsync(SignInWorld.Ask(SignInWorld.Challenge));
        (await world.FaultAsync([.. SignInWorld.Redeem(code).Where(pair => pair.Name is not "code_verifier"), ("code_verifier", "wrong")]))
            .ShouldBe("invalid_grant: invalid code verifier");
        (await world.FaultAsync(SignInWorld.Redeem(code))).ShouldBe("invalid_grant: invalid authorization code");
    }

    [Fact]
    public async Task A_code_expires_is_its_apps_own_and_without_PKCE_needs_the_secret()
    {
        await using var world = await SignInWorld.StartAsync(new SignInOptions { CodeLifetime = TimeSpan.FromMinutes(2) });
        var late = await world.AllowAsync(SignInWorld.Ask(SignInWorld.Challenge));
        world.Clock.Advance(TimeSpan.FromMinutes(2));
        (await world.FaultAsync(SignInWorld.Redeem(late))).ShouldBe("invalid_grant: expired authorization code");

        var bare = await world.AllowAsync(SignInWorld.Ask(challenge: null));
        (await world.FaultAsync(SignInWorld.Redeem(bare))).ShouldBe("invalid_client: invalid client credentials");
        var proved = await world.AllowAsync(SignInWorld.Ask(challenge: null));
        await world.GrantAsync([.. SignInWorld.Redeem(proved), ("client_secret", "app-secret")]);

        var foreign = await world.AllowAsync(SignInWorld.Ask(SignInWorld.Challenge));
        (await world.FaultAsync(SignInWorld.Redeem(foreign, "PlatformCLI"))).ShouldBe("invalid_grant: invalid authorization code");
    }

    [Fact]
    public async Task The_command_lines_own_app_signs_in_without_a_secret_and_refreshes()
    {
        await using var world = await SignInWorld.StartAsync();
        var code = await world.AllowAsync(SignInWorld.Ask(SignInWorld.Challenge, "refresh_token api web", "PlatformCLI"));
        var token = await world.GrantAsync([.. SignInWorld.Redeem(code, "PlatformCLI"), ("client_secret", "")]);
        var again = await world.GrantAsync(SignInWorld.Refresh(token["refresh_token"], "PlatformCLI"));
        (await world.GetAsync("/services/data/v51.0", again["access_token"])).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Shows_a_consent_page_that_names_the_app_and_quotes_what_it_was_sent()
    {
        await using var world = await SignInWorld.StartAsync(new SignInOptions
        {
            Apps = [new ConnectedApp { ClientId = "named", Name = "Books & Co" }],
        });
        var page = await world.GetAsync(SignInWorld.AuthorizeAddress(("response_type", "code"), ("client_id", "named"),
            ("redirect_uri", SignInWorld.Redirect), ("state", "<script>"), ("login_hint", "ada\"@example.com")));
        page.Status.ShouldBe(HttpStatusCode.OK);
        page.Headers["Content-Type"].ShouldStartWith("text/html");
        page.Text.ShouldContain("<label for=\"username\">");
        page.Text.ShouldContain("Books &amp; Co");
        page.Text.ShouldContain("value=\"&lt;script&gt;\"");
        page.Text.ShouldContain("value=\"ada&quot;@example.com\" autofocus");
        page.Text.ShouldNotContain("<script>");
    }

    [Fact]
    public async Task Denies_without_a_password_and_complains_about_a_wrong_one()
    {
        await using var world = await SignInWorld.StartAsync();
        var ask = SignInWorld.Ask(SignInWorld.Challenge);
        using var denied = await world.DecideAsync(ask, "deny", "");
        denied.StatusCode.ShouldBe(HttpStatusCode.Found);
        denied.Headers.Location.ShouldNotBeNull().Query.ShouldContain("error_description=end-user");
        var query = QueryHelpers.ParseQuery(denied.Headers.Location?.Query);
        (query["error"].ToString(), query["state"].ToString()).ShouldBe(("access_denied", "s t"));
        using var wrong = await world.DecideAsync(ask, "allow", "wrong");
        wrong.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await wrong.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("role=\"alert\"");
    }

    [Theory]
    [InlineData("client_id=other&redirect_uri=http://localhost/x", "invalid_client_id")]
    [InlineData("client_id=app&redirect_uri=http://example.com/x", "redirect_uri_mismatch")]
    [InlineData("client_id=app&redirect_uri=javascript:alert(1)", "redirect_uri_mismatch")]
    [InlineData("client_id=PlatformCLI&redirect_uri=http://localhost:1718/OauthRedirect", "redirect_uri_mismatch")]
    public async Task Never_redirects_to_an_address_it_does_not_trust(string query, string error)
    {
        await using var world = await SignInWorld.StartAsync();
        var page = await world.GetAsync($"/services/oauth2/authorize?response_type=code&{query}");
        page.Status.ShouldBe(HttpStatusCode.BadRequest);
        page.Text.ShouldContain(error);
    }

    [Theory]
    [InlineData("response_type=token", "unsupported_response_type")]
    [InlineData("response_type=code&scope=api+everything", "invalid_scope")]
    [InlineData("response_type=code&code_challenge=x&code_challenge_method=S512", "invalid_request")]
    public async Task Tells_the_app_at_its_address_what_is_wrong_with_its_request(string query, string error)
    {
        await using var world = await SignInWorld.StartAsync();
        var answer = await world.GetAsync(
            $"/services/oauth2/authorize?client_id=app&redirect_uri={Uri.EscapeDataString(SignInWorld.Redirect)}&{query}");
        answer.Status.ShouldBe(HttpStatusCode.Found);
        answer.Headers["Location"].ShouldStartWith($"{SignInWorld.Redirect}?error={error}&");
    }
}
