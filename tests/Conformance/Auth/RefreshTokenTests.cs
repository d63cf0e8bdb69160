using System.Net;
using System.Text.Json;
using Shouldly;
using Tandem.Simulator.Auth;
using Xunit;

namespace Tandem.Tests.Conformance.Auth;

/// <summary>Refresh, rotation, revocation and introspection. Source: salesforce-api.md, sections 1.3, 1.9 and 11.</summary>
public sealed class RefreshTokenTests
{
    private static readonly ConnectedApp Rotating = new() { ClientId = "rotating", RotatesRefreshTokens = true };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("app", false)]
    [InlineData("rotating", true)]
    public async Task Refreshes_and_rotates_when_told_to(string client, bool rotates)
    {
        await using var world = await SignInWorld.StartAsync(new SignInOptions { Apps = [Rotating] });
        var first = await SignInAsync(world, client);
        var second = await world.GrantAsync(SignInWorld.Refresh(first["refresh_token"], client));
        second["access_token"].ShouldNotBe(first["access_token"]);
        second["instance_url"].ShouldBe(world.Origin);
        second.ContainsKey("refresh_token").ShouldBe(rotates);
        if (rotates)
        {
            (await world.FaultAsync(SignInWorld.Refresh(first["refresh_token"], client)))
                .ShouldBe("invalid_grant: expired access/refresh token");
        }

        await world.GrantAsync(SignInWorld.Refresh(rotates ? second["refresh_token"] : first["refresh_token"], client));
    }

    [Fact]
    public async Task A_refresh_token_is_its_apps_own_and_needs_the_secret_when_it_was_got_with_one()
    {
        await using var world = await SignInWorld.StartAsync();
        var code = await world.AllowAsync(SignInWorld.Ask(challenge: null));
        var token = await world.GrantAsync([.. SignInWorld.Redeem(code), ("client_secret", "app-secret")]);
        var refresh = SignInWorld.Refresh(token["refresh_token"]);
        (await world.FaultAsync(refresh)).ShouldBe("invalid_client: invalid client credentials");
        (await world.FaultAsync(SignInWorld.Refresh(token["refresh_token"], "PlatformCLI")))
            .ShouldBe("invalid_grant: expired access/refresh token");
        await world.GrantAsync([.. refresh, ("client_secret", "app-secret")]);
    }

    [Fact]
    public async Task A_sixth_approval_ends_the_oldest()
    {
        await using var world = await SignInWorld.StartAsync();
        var tokens = new List<string>();
        for (var approval = 0; approval < 6; approval++)
            tokens.Add((await SignInAsync(world, "app"))["refresh_token"]);
        (await world.FaultAsync(SignInWorld.Refresh(tokens[0]))).ShouldBe("invalid_grant: expired access/refresh token");
        await world.GrantAsync(SignInWorld.Refresh(tokens[1]));
        await world.GrantAsync(SignInWorld.Refresh(tokens[5]));
    }

    [Fact]
    public async Task Revoking_a_refresh_token_ends_its_sessions_and_a_second_time_is_an_error()
    {
        await using var world = await SignInWorld.StartAsync();
        var token = await SignInAsync(world, "app");
        using (var revoked = await world.PostAsync("revoke", ("token", token["refresh_token"])))
        {
            revoked.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await revoked.Content.ReadAsStringAsync(Cancellation)).ShouldBeEmpty();
        }

        (await world.GetAsync("/services/data/v67.0", token["access_token"])).ShouldBeError(
            HttpStatusCode.Unauthorized, "INVALID_SESSION_ID");
        using var unknown = await world.PostAsync("revoke", ("token", token["refresh_token"]));
        unknown.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await unknown.Content.ReadAsStringAsync(Cancellation)).ShouldBe(
            "error=unsupported_token_type&error_description=this+token+is+not+supported");
    }

    [Fact]
    public async Task Revokes_an_access_token_by_GET_and_leaves_the_refresh_token_alone()
    {
        await using var world = await SignInWorld.StartAsync();
        var token = await SignInAsync(world, "app");
        (await world.GetAsync($"/services/oauth2/revoke?token={Uri.EscapeDataString(token["access_token"])}"))
            .Status.ShouldBe(HttpStatusCode.OK);
        (await world.GetAsync("/services/data/v67.0", token["access_token"])).Status.ShouldBe(HttpStatusCode.Unauthorized);
        await world.GrantAsync(SignInWorld.Refresh(token["refresh_token"]));
    }

    [Fact]
    public async Task Introspects_good_tokens_and_says_no_more_than_inactive_of_others()
    {
        await using var world = await SignInWorld.StartAsync();
        var token = await SignInAsync(world, "app");
        var access = await IntrospectAsync(world, token["access_token"]);
        access.GetProperty("active").GetBoolean().ShouldBeTrue();
        access.GetProperty("client_id").GetString().ShouldBe("app");
        access.GetProperty("username").GetString().ShouldBe(SignInWorld.UserName);
        access.GetProperty("sub").GetString().ShouldBe(world.IdentityUrl);
        access.GetProperty("token_type").GetString().ShouldBe("access_token");
        access.GetProperty("exp").GetInt64().ShouldBe((world.Clock.GetUtcNow() + TimeSpan.FromHours(2)).ToUnixTimeSeconds());
        (await IntrospectAsync(world, token["refresh_token"])).GetProperty("token_type").GetString().ShouldBe("refresh_token");
        (await IntrospectAsync(world, "unknown")).GetRawText().ShouldBe("""{"active":false}""");

        using var stranger = await world.PostAsync("introspect", ("token", token["access_token"]), ("client_id", "app"));
        stranger.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_session_ends_when_nobody_used_it_for_two_hours()
    {
        await using var world = await SignInWorld.StartAsync();
        var token = (await SignInAsync(world, "app"))["access_token"];
        world.Clock.Advance(TimeSpan.FromMinutes(119));
        (await world.GetAsync("/services/data/v67.0", token)).Status.ShouldBe(HttpStatusCode.OK);
        world.Clock.Advance(TimeSpan.FromMinutes(119));
        (await world.GetAsync("/services/data/v67.0", token)).Status.ShouldBe(HttpStatusCode.OK);
        world.Clock.Advance(TimeSpan.FromMinutes(120));
        (await world.GetAsync("/services/data/v67.0", token)).ShouldBeError(HttpStatusCode.Unauthorized, "INVALID_SESSION_ID");
    }

    private static async Task<Dictionary<string, string>> SignInAsync(SignInWorld world, string client) => await world.GrantAsync(
        SignInWorld.Redeem(await world.AllowAsync(SignInWorld.Ask(SignInWorld.Challenge, client: client)), client));

    private static async Task<JsonElement> IntrospectAsync(SignInWorld world, string token)
    {
        using var response = await world.PostAsync("introspect",
            ("token", token), ("client_id", "app"), ("client_secret", "app-secret"));
        return (await OrgAnswer.ReadAsync(response)).Json;
    }
}
