using Shouldly;
using Tandem.Simulator.Auth;
using Xunit;

namespace Tandem.Tests.Conformance.Auth;

/// <summary>Client credentials, user name and password, and who is kept out. Source: salesforce-api.md, sections 1.5, 1.6 and
/// 1.8.</summary>
public sealed class DirectGrantTests
{
    private static readonly (string Name, string Value)[] Client =
        [("grant_type", "client_credentials"), ("client_id", "app"), ("client_secret", "app-secret")];

    [Fact]
    public async Task Accepts_client_credentials_in_body_or_header_and_no_wrong_secret()
    {
        await using var world = await SignInWorld.StartAsync();
        await world.GrantAsync(Client);
        (await world.FaultAsync(("grant_type", "client_credentials"), ("client_id", "app"), ("client_secret", "wrong")))
            .ShouldBe("invalid_client: invalid client credentials");
        (await world.FaultAsync(("grant_type", "client_credentials"), ("client_id", "app")))
            .ShouldBe("invalid_client: invalid client credentials");
        (await world.FaultAsync(("grant_type", "client_credentials"), ("client_id", "nobody"), ("client_secret", "app-secret")))
            .ShouldBe("invalid_client_id: client identifier invalid");

        world.Http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String("app:app-secret"u8));
        var token = await world.GrantAsync(("grant_type", "client_credentials"));
        token.ShouldNotContainKey("refresh_token");
        token["id"].ShouldBe(world.IdentityUrl);
    }

    [Fact]
    public async Task Refuses_client_credentials_on_a_shared_host_and_without_a_user_to_run_as()
    {
        await using var world = await SignInWorld.StartAsync(new SignInOptions
        {
            Apps = [new ConnectedApp { ClientId = "userless", ClientSecret = "s" }],
            SharedHosts = ["login.example.com"],
        });
        (await world.FaultAsync(("grant_type", "client_credentials"), ("client_id", "userless"), ("client_secret", "s")))
            .ShouldBe("invalid_grant: no client credentials user enabled");
        world.Http.DefaultRequestHeaders.Host = "login.example.com";
        (await world.FaultAsync(Client)).ShouldBe("invalid_grant: request not supported on this domain");
    }

    [Theory]
    [InlineData("urn:ietf:params:oauth:grant-type:device_code")]
    [InlineData("device")]
    [InlineData("")]
    public async Task Knows_no_other_grants(string grant)
    {
        await using var world = await SignInWorld.StartAsync();
        (await world.FaultAsync(("grant_type", grant), ("client_id", "app"))).ShouldBe("unsupported_grant_type: grant type not supported");
    }

    [Fact]
    public async Task Accepts_user_name_and_password_of_any_user()
    {
        await using var world = await SignInWorld.StartAsync(new SignInOptions
        {
            Passwords = new Dictionary<string, string> { ["user2@tandem.test"] = "own" },
        });
        await world.GrantAsync(PasswordForm(SignInWorld.UserName, SignInWorld.Password));
        await world.GrantAsync(PasswordForm("ADA@example.com", SignInWorld.Password));
        (await world.FaultAsync(PasswordForm(SignInWorld.UserName, "password"))).ShouldBe("invalid_grant: authentication failure");
        (await world.FaultAsync(PasswordForm("nobody@example.com", SignInWorld.Password)))
            .ShouldBe("invalid_grant: authentication failure");
        (await world.FaultAsync(PasswordForm("user2@tandem.test", SignInWorld.Password)))
            .ShouldBe("invalid_grant: authentication failure");
        var second = await world.GrantAsync(PasswordForm("user2@tandem.test", "own"));
        world.Server.Sessions.Find(second["access_token"])?.UserId.ShouldBe(world.Server.Logins.FindByName("user2@tandem.test")?.Id);
    }

    [Fact]
    public async Task Wants_the_security_token_behind_the_password_where_one_is_set()
    {
        await using var world = await SignInWorld.StartAsync(new SignInOptions { SecurityToken = "t0ken" });
        (await world.FaultAsync(PasswordForm(SignInWorld.UserName, SignInWorld.Password)))
            .ShouldBe("invalid_grant: authentication failure");
        await world.GrantAsync(PasswordForm(SignInWorld.UserName, SignInWorld.Password + "t0ken"));
        (await world.AllowAsync(SignInWorld.Ask(SignInWorld.Challenge))).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Can_refuse_passwords_altogether()
    {
        await using var world = await SignInWorld.StartAsync(new SignInOptions { AllowsPasswordFlow = false });
        (await world.FaultAsync(PasswordForm(SignInWorld.UserName, SignInWorld.Password)))
            .ShouldBe("invalid_grant: authentication failure");
    }

    [Fact]
    public async Task Keeps_frozen_users_out_and_ends_their_sessions()
    {
        await using var world = await SignInWorld.StartAsync();
        var token = await world.GrantAsync(Client);
        world.Server.Logins.Freeze(world.Server.Org.AdminUserId);
        world.Server.Sessions.Find(token["access_token"]).ShouldBeNull();
        (await world.FaultAsync(Client)).ShouldStartWith("inactive_user: ");
        (await world.FaultAsync(PasswordForm(SignInWorld.UserName, SignInWorld.Password))).ShouldStartWith("inactive_user: ");
        world.Server.Logins.Unfreeze(world.Server.Org.AdminUserId);
        await world.GrantAsync(Client);
    }

    [Fact]
    public async Task Keeps_everybody_out_of_a_shut_org()
    {
        await using var world = await SignInWorld.StartAsync();
        world.Server.Logins.IsOrgActive = false;
        (await world.FaultAsync(Client)).ShouldStartWith("inactive_org: ");
    }

    [Fact]
    public async Task Refuses_a_user_who_signs_in_too_often_until_the_next_hour()
    {
        await using var world = await SignInWorld.StartAsync(new SignInOptions { LoginsPerHour = 2 });
        await world.GrantAsync(Client);
        await world.GrantAsync(PasswordForm(SignInWorld.UserName, SignInWorld.Password));
        (await world.FaultAsync(Client)).ShouldBe("invalid_grant: login rate exceeded");
        world.Clock.Advance(TimeSpan.FromHours(1));
        await world.GrantAsync(Client);
    }

    private static (string Name, string Value)[] PasswordForm(string user, string password) =>
        [("grant_type", "password"), ("client_id", "app"), ("client_secret", "app-secret"), ("username", user), ("password", password)];
}
