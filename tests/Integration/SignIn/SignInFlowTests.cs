using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Shouldly;
using Tandem.Salesforce;
using Tandem.Simulator.Control;
using Xunit;

namespace Tandem.Tests.Integration.SignIn;

/// <summary>
/// The whole way through an org's consent page and back, without a screen. Source: salesforce-api.md, sections 1.2 to 1.10;
/// heroku-connect.md, sections 12.3 and 12.4.
/// </summary>
public sealed class SignInFlowTests
{
    private const string OtherOrg = "00D000000000062EAA";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("production")]
    [InlineData("sandbox")]
    [InlineData("custom")]
    public async Task Signs_in_to_every_environment(string environment)
    {
        await using var world = await SignInWorld.StartAsync();
        var isCustom = environment == "custom";
        var outcome = await world.SignInAsync(SignInWorld.Ask(environment, isCustom ? world.Server.BaseAddress.Authority : null));

        outcome.Refusal.ShouldBeNull();
        outcome.ConnectionId.ShouldBe(SignInWorld.Connection);
        outcome.ReturnTo.ShouldBe("http://localhost:18000");
        var org = outcome.Org.ShouldNotBeNull();
        org.OrganizationId.ShouldBe(world.OrganizationId);
        org.Username.ShouldBe("admin@tandem.test");
        org.InstanceUrl.IsLoopback.ShouldBeTrue();
        (org.Environment, org.Domain).ShouldBe((environment, isCustom ? world.Server.BaseAddress.Authority : null));
        org.LoginUrl.ShouldBe(environment == "sandbox" ? world.Options.SandboxUrl : world.Options.ProductionUrl);
        using var client = world.NewClient(org);
        (await client.SignInAsync(Token)).OrganizationId.ShouldBe(org.OrganizationId);
    }

    [Fact]
    public async Task Tells_Salesforces_whole_answer_about_the_user_and_the_profile_beside_it()
    {
        await using var world = await SignInWorld.StartAsync();
        var org = (await world.SignInAsync(SignInWorld.Ask())).Org.ShouldNotBeNull();

        using var user = JsonDocument.Parse(org.UserDetails);
        user.RootElement.GetProperty("organization_id").GetString().ShouldBe(world.OrganizationId.Value);
        user.RootElement.GetProperty("urls").GetProperty("rest").GetString().ShouldNotBeNull().ShouldContain("{version}");
        var profile = user.RootElement.GetProperty("profile_perms");
        profile.EnumerateObject().Select(member => member.Name).ShouldBe(
            ["type", "Id", "PermissionsModifyAllData", "PermissionsViewAllData", "PermissionsViewAllUsers"]);
        profile.GetProperty("type").GetString().ShouldBe("Profile");
        profile.GetProperty("Id").GetString().ShouldNotBeNull().ShouldStartWith("00e");
        profile.GetProperty("PermissionsViewAllData").GetString().ShouldBe("true");
        org.UserDetails.ShouldNotContain(org.RefreshToken);
        org.ToString().ShouldNotContain(org.RefreshToken);
    }

    [Fact]
    public async Task Leaves_the_profile_out_when_the_user_may_not_see_it()
    {
        await using var world = await SignInWorld.StartAsync();
        world.Server.Control.Faults.Add(new FaultRule
        {
            Path = "*/query*",
            Kind = FaultKind.Answer,
            Status = 400,
            Body = """[{"errorCode":"INVALID_FIELD","message":"No such column"}]""",
        });
        var org = (await world.SignInAsync(SignInWorld.Ask())).Org.ShouldNotBeNull();
        JsonDocument.Parse(org.UserDetails).RootElement.TryGetProperty("profile_perms", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Asks_for_what_a_sync_needs_and_shows_only_the_hash_of_the_verifier()
    {
        await using var world = await SignInWorld.StartAsync();
        var first = QueryHelpers.ParseQuery(world.Flow.Begin(SignInWorld.Ask()).Redirect.ShouldNotBeNull().Query);
        var second = QueryHelpers.ParseQuery(world.Flow.Begin(SignInWorld.Ask()).Redirect.ShouldNotBeNull().Query);

        first["response_type"].ToString().ShouldBe("code");
        first["scope"].ToString().ShouldBe("api refresh_token id");
        first["prompt"].ToString().ShouldBe("login");
        first["redirect_uri"].ToString().ShouldBe(SignInWorld.Callback.AbsoluteUri);
        first["code_challenge_method"].ToString().ShouldBe("S256");
        first["code_challenge"].ToString().Length.ShouldBe(43);
        first.Keys.ShouldNotContain("code_verifier");
        (first["state"] == second["state"]).ShouldBeFalse();
        (first["code_challenge"] == second["code_challenge"]).ShouldBeFalse();
    }

    [Fact]
    public async Task A_state_is_good_once()
    {
        await using var world = await SignInWorld.StartAsync();
        var answer = await world.AnswerAsync(SignInWorld.Ask());
        (await world.Flow.CompleteAsync(answer, Token)).Org.ShouldNotBeNull();

        var again = await world.Flow.CompleteAsync(answer, Token);
        (again.Org, again.ReturnTo, again.ConnectionId).ShouldBe((null, null, null));
        again.Refusal.ShouldNotBeNull().ShouldContain("used already");
    }

    [Fact]
    public async Task Of_two_answers_with_one_state_at_the_same_moment_one_is_taken()
    {
        await using var world = await SignInWorld.StartAsync();
        var answer = await world.AnswerAsync(SignInWorld.Ask());
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => world.Flow.CompleteAsync(answer, Token))));
        outcomes.Count(outcome => outcome.Org is not null).ShouldBe(1);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("guessed")]
    public async Task Knows_no_state_that_it_did_not_give_out(string? state)
    {
        await using var world = await SignInWorld.StartAsync();
        var answer = await world.AnswerAsync(SignInWorld.Ask());
        (await world.Flow.CompleteAsync(answer with { State = state }, Token)).Org.ShouldBeNull();
        (await world.Flow.CompleteAsync(answer, Token)).Org.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_sign_in_ends_after_ten_minutes()
    {
        await using var world = await SignInWorld.StartAsync();
        var late = await world.AnswerAsync(SignInWorld.Ask());
        world.Time.Advance(TimeSpan.FromMinutes(10));
        (await world.Flow.CompleteAsync(late, Token)).Refusal.ShouldBe(
            "This answer belongs to no sign-in that is under way: it was used already, it took too long, or the server was started again "
            + "meanwhile. Begin the sign-in again.");
    }

    [Fact]
    public async Task Only_the_browser_that_began_can_end_it()
    {
        await using var world = await SignInWorld.StartAsync();
        var answer = await world.AnswerAsync(SignInWorld.Ask() with { BrowserKey = "cookie-1" });
        var other = await world.Flow.CompleteAsync(answer with { BrowserKey = "cookie-2" }, Token);
        (other.Org, other.ReturnTo).ShouldBe((null, null));
        other.Refusal.ShouldBe("The sign-in was begun in another browser. Begin it again in this one.");
        (await world.Flow.CompleteAsync(answer, Token)).Org.ShouldBeNull();

        var none = await world.AnswerAsync(SignInWorld.Ask() with { BrowserKey = "cookie-1" });
        (await world.Flow.CompleteAsync(none with { BrowserKey = null }, Token)).Org.ShouldBeNull();
        (await world.SignInAsync(SignInWorld.Ask() with { BrowserKey = "cookie-1" })).Org.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_code_is_good_once_and_for_its_own_sign_in()
    {
        await using var world = await SignInWorld.StartAsync();
        var used = await world.AnswerAsync(SignInWorld.Ask());
        (await world.Flow.CompleteAsync(used, Token)).Org.ShouldNotBeNull();
        var next = await world.AnswerAsync(SignInWorld.Ask());
        var twice = await world.Flow.CompleteAsync(next with { Code = used.Code }, Token);
        twice.Org.ShouldBeNull();
        twice.Refusal.ShouldNotBeNull().ShouldContain("invalid authorization code");
        twice.ReturnTo.ShouldNotBeNull().ShouldStartWith("http://localhost:18000?error=invalid_grant&error_description=");

        // A stolen code without the verifier it is bound to.
        var mine = await world.AnswerAsync(SignInWorld.Ask());
        var stolen = await world.AnswerAsync(SignInWorld.Ask());
        (await world.Flow.CompleteAsync(mine with { Code = stolen.Code }, Token)).Refusal.ShouldNotBeNull()
            .ShouldContain("invalid code verifier");
    }

    [Fact]
    public async Task Another_org_is_refused_and_its_token_given_back()
    {
        await using var world = await SignInWorld.StartAsync();
        var outcome = await world.SignInAsync(SignInWorld.Ask() with { OrganizationId = SalesforceId.Parse(OtherOrg) });

        outcome.Org.ShouldBeNull();
        outcome.Refusal.ShouldBe(
            $"The connection belongs to the org {OtherOrg}, and the sign-in was to the org {world.OrganizationId}; nothing was stored. "
            + $"Sign in to {OtherOrg}, or make another connection for the other org.");
        outcome.ReturnTo.ShouldNotBeNull().ShouldStartWith("http://localhost:18000?error=wrong_org&");
        world.Server.Sessions.List().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_org_may_be_authorized_again()
    {
        await using var world = await SignInWorld.StartAsync();
        var outcome = await world.SignInAsync(SignInWorld.Ask() with { OrganizationId = world.OrganizationId });
        outcome.Org.ShouldNotBeNull().OrganizationId.ShouldBe(world.OrganizationId);
    }

    [Fact]
    public async Task A_cancelled_consent_says_what_to_do()
    {
        await using var world = await SignInWorld.StartAsync();
        var answer = await world.AnswerAsync(SignInWorld.Ask(), "deny");
        answer.Code.ShouldBeNull();
        var outcome = await world.Flow.CompleteAsync(answer, Token);
        outcome.Org.ShouldBeNull();
        outcome.Refusal.ShouldBe(
            "Access was not allowed, so nothing has changed. Sign in again and choose Allow. (Salesforce: end-user denied authorization)");
        outcome.ReturnTo.ShouldNotBeNull().ShouldStartWith("http://localhost:18000?error=access_denied&error_description=Access%20was");
    }

    [Theory]
    [InlineData("invalid_client_id", "consumer key")]
    [InlineData("invalid_scope", "scope")]
    [InlineData("redirect_uri_mismatch", "callback address")]
    [InlineData("OAUTH_APP_BLOCKED", "administrator")]
    [InlineData("server_error", "Try again later")]
    [InlineData("something_new", "refused the sign-in with something_new")]
    [InlineData("<script>alert(1)</script>", "refused the sign-in with unknown_error")]
    public async Task An_error_of_Salesforce_becomes_a_sentence(string error, string expected)
    {
        await using var world = await SignInWorld.StartAsync();
        var answer = await world.AnswerAsync(SignInWorld.Ask());
        var outcome = await world.Flow.CompleteAsync(
            answer with { Code = null, Error = error, ErrorDescription = "<b>why</b>\r\n" + new string('x', 500) }, Token);
        var sentence = outcome.Refusal.ShouldNotBeNull();
        sentence.ShouldContain(expected);
        sentence.ShouldNotContain('<');
        sentence.ShouldNotContain('\n');
        sentence.Length.ShouldBeLessThan(450);
        outcome.ReturnTo.ShouldNotBeNull().ShouldNotContain("<");
    }

    [Fact]
    public async Task An_answer_without_code_and_error_is_refused()
    {
        await using var world = await SignInWorld.StartAsync();
        var answer = await world.AnswerAsync(SignInWorld.Ask());
        (await world.Flow.CompleteAsync(answer with { Code = null }, Token)).Refusal.ShouldNotBeNull()
            .ShouldContain("neither a code nor an error");
    }

    [Fact]
    public async Task Works_on_after_the_session_has_ended()
    {
        await using var world = await SignInWorld.StartAsync();
        var org = (await world.SignInAsync(SignInWorld.Ask())).Org.ShouldNotBeNull();
        using var client = world.NewClient(org);
        await client.Limits.GetAsync(Token);
        world.Server.Sessions.RevokeAll();

        await client.Limits.GetAsync(Token);
        world.Server.Sessions.RevokeAll();
        (await client.Identity.ReadAsync(Token)).Username.ShouldBe(org.Username);
    }

    [Fact]
    public async Task Hands_over_each_rotated_refresh_token()
    {
        await using var world = await SignInWorld.StartAsync(rotatesRefreshTokens: true);
        var org = (await world.SignInAsync(SignInWorld.Ask())).Org.ShouldNotBeNull();
        using var client = world.NewClient(org);
        var stored = new List<string>();
        client.RefreshTokenRotated = (token, _) =>
        {
            stored.Add(token);
            return Task.CompletedTask;
        };
        await client.Limits.GetAsync(Token);
        world.Server.Sessions.RevokeAll();
        await client.Limits.GetAsync(Token);

        stored.Count.ShouldBe(2);
        stored.ShouldNotContain(org.RefreshToken);
        using var dead = world.NewClient(stored[0]);
        (await Should.ThrowAsync<SalesforceException>(() => dead.SignInAsync(Token))).Code.ShouldBe("invalid_grant");
        using var alive = world.NewClient(stored[1]);
        (await alive.SignInAsync(Token)).OrganizationId.ShouldBe(world.OrganizationId);
    }

    [Fact]
    public async Task An_org_that_does_not_answer_is_told_and_nothing_is_granted()
    {
        await using var world = await SignInWorld.StartAsync();
        var answer = await world.AnswerAsync(SignInWorld.Ask());
        world.Server.Control.Faults.Add(new FaultRule
        {
            Path = "*/oauth2/token", Times = 1, Kind = FaultKind.Answer, Status = (int)HttpStatusCode.ServiceUnavailable,
        });
        var outcome = await world.Flow.CompleteAsync(answer, Token);
        outcome.Org.ShouldBeNull();
        outcome.Refusal.ShouldNotBeNull().ShouldContain("503");
    }
}
