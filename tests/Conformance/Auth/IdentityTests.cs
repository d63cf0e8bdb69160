using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Auth;

/// <summary>Who a token stands for, and OpenID Connect. Source: salesforce-api.md, sections 1.7 and 1.10.</summary>
public sealed class IdentityTests(TestOrg org)
{
    private static readonly string[] IdentityKeys =
    [
        "id", "asserted_user", "user_id", "organization_id", "username", "nick_name", "display_name", "email", "email_verified",
        "first_name", "last_name", "timezone", "photos", "urls", "active", "user_type", "language", "locale", "utcOffset",
        "last_modified_date", "is_app_installed",
    ];

    private static readonly string[] UserInfoKeys =
    [
        "sub", "user_id", "organization_id", "preferred_username", "nickname", "name", "email", "email_verified", "given_name",
        "family_name", "zoneinfo", "photos", "profile", "picture", "urls", "active", "user_type", "language", "locale", "utcOffset",
        "updated_at",
    ];

    [Fact]
    public async Task Userinfo_tells_of_the_user_and_leaves_the_version_open_in_the_addresses()
    {
        var user = await org.GetAsync("/services/oauth2/userinfo");
        foreach (var key in UserInfoKeys)
            user.TryGetProperty(key, out _).ShouldBeTrue(key);
        user.GetProperty("sub").GetString().ShouldEndWith(
            $"/id/{user.GetProperty("organization_id").GetString()}/{user.GetProperty("user_id").GetString()}");
        user.GetProperty("urls").GetProperty("partner").GetString().ShouldNotBeNull().ShouldContain("/services/Soap/u/{version}/");
    }

    [Fact]
    public async Task Identity_answers_at_the_address_that_the_resources_name()
    {
        var resources = await org.GetAsync("");
        var identity = await org.GetAsync(resources.GetProperty("identity").GetString() + "?format=json");
        foreach (var key in IdentityKeys)
            identity.TryGetProperty(key, out _).ShouldBeTrue(key);
        identity.GetProperty("urls").GetProperty("rest").GetString().ShouldEndWith("/services/data/v{version}/");
        identity.GetProperty("photos").GetProperty("thumbnail").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Refuses_in_plain_text_with_403()
    {
        var server = org.RequireSimulator("The test needs tokens of its own making.");
        using var http = new HttpClient { BaseAddress = server.BaseAddress };
        var user = $"/id/{server.Org.OrganizationId}/{server.Org.AdminUserId}";
        (await AnswerAsync(http, "/services/oauth2/userinfo?oauth_token=00Dwrong!token")).ShouldBe((403, "text/plain", "Bad_OAuth_Token"));
        (await AnswerAsync(http, $"{user}?oauth_token=x")).ShouldBe((403, "text/plain", "Bad_OAuth_Token"));
        (await AnswerAsync(http, user)).ShouldBe((403, "text/plain", "Missing_OAuth_Token"));
        var token = Uri.EscapeDataString(server.Sessions.Issue(server.Org.AdminUserId).AccessToken);
        (await AnswerAsync(http, $"/id/00D000000000062EAA/{server.Org.AdminUserId}?oauth_token={token}"))
            .ShouldBe((403, "text/plain", "Wrong_Org"));
        (await AnswerAsync(http, $"/id/{server.Org.OrganizationId}/005000000000000AAA?oauth_token={token}"))
            .ShouldBe((404, "text/plain", "Bad_Id"));
        (await AnswerAsync(http, $"{user}?format=json&oauth_token={token}")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task An_id_token_is_signed_by_the_published_key()
    {
        await using var world = await SignInWorld.StartAsync();
        var code = await world.AllowAsync([.. SignInWorld.Ask(SignInWorld.Challenge, "api openid"), ("nonce", "n-1")]);
        var granted = await world.GrantAsync(SignInWorld.Redeem(code));
        granted.ShouldNotContainKey("refresh_token");
        var parts = granted["id_token"].Split('.');
        var claims = JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(parts[1]));
        claims.GetProperty("sub").GetString().ShouldBe(world.IdentityUrl);
        claims.GetProperty("aud").GetString().ShouldBe("app");
        claims.GetProperty("nonce").GetString().ShouldBe("n-1");

        var configuration = (await world.GetAsync("/.well-known/openid-configuration")).Json;
        configuration.GetProperty("issuer").GetString().ShouldBe(claims.GetProperty("iss").GetString());
        var keys = (await world.GetAsync(configuration.GetProperty("jwks_uri").GetString().ShouldNotBeNull())).Json;
        var key = keys.GetProperty("keys")[0];
        using var rsa = RSA.Create(new RSAParameters
        {
            Modulus = Base64Url.DecodeFromChars(key.GetProperty("n").GetString()),
            Exponent = Base64Url.DecodeFromChars(key.GetProperty("e").GetString()),
        });
        rsa.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1).ShouldBeTrue();
    }

    [Fact]
    public async Task Another_user_sees_themselves()
    {
        var server = org.RequireSimulator("The test needs tokens of its own making.");
        var second = server.Logins.FindByName("user2@tandem.test").ShouldNotBeNull();
        using var http = new HttpClient { BaseAddress = server.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new("OAuth", server.Sessions.Issue(second.Id).AccessToken);
        using var response = await http.GetAsync("/services/oauth2/userinfo", TestContext.Current.CancellationToken);
        var user = (await OrgAnswer.ReadAsync(response)).Json;
        user.GetProperty("user_id").GetString().ShouldBe(second.Id);
        user.GetProperty("preferred_username").GetString().ShouldBe("user2@tandem.test");
        user.GetProperty("zoneinfo").GetString().ShouldBe(second.TimeZone);
    }

    private static async Task<(int Status, string? Type, string Text)> AnswerAsync(HttpClient http, string path)
    {
        using var response = await http.GetAsync(path, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType,
            response.StatusCode == HttpStatusCode.OK ? "" : text);
    }
}
