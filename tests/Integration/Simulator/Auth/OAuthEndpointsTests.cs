using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Shouldly;
using Tandem.Tests.Integration.Simulator.Query;
using Xunit;

namespace Tandem.Tests.Integration.Simulator.Auth;

/// <summary>The sign-in over HTTP. Source: salesforce-api.md, section 1.</summary>
public sealed class OAuthEndpointsTests
{
    private const string Redirect = "http://localhost:1717/OauthRedirect";
    private const string Verifier = "a-verifier-of-sufficient-length-for-the-test-0123456789";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Signs_in_with_a_code_and_PKCE_without_a_method()
    {
        await using var host = await SimulatorHost.StartAsync();
        var code = await AllowAsync(host, Challenge);
        var token = await OkAsync(host, CodeForm(code));

        var origin = host.Client.BaseAddress?.GetLeftPart(UriPartial.Authority);
        var id = $"{origin}/id/{SimulatorHost.OrganizationId}/{SimulatorHost.UserId}";
        token["instance_url"].ShouldBe(origin);
        token["id"].ShouldBe(id);
        token["token_type"].ShouldBe("Bearer");
        token["issued_at"].ShouldBe(
            host.Time.GetUtcNow().ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
        token["signature"].ShouldBe(Convert.ToBase64String(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes("app-secret"), Encoding.UTF8.GetBytes(id + token["issued_at"]))));
        token["access_token"].ShouldStartWith("00D");
        token.ContainsKey("expires_in").ShouldBeFalse();
        token["refresh_token"].ShouldNotBeNullOrEmpty();

        (await FaultAsync(host, CodeForm(code))).ShouldBe("invalid_grant: invalid authorization code");
    }

    [Fact]
    public async Task Refuses_a_wrong_verifier_and_then_the_code_is_used()
    {
        await using var host = await SimulatorHost.StartAsync();
        var code = await AllowAsync(host, Challenge);
        (await FaultAsync(host, [.. CodeForm(code).Where(pair => pair.Name is not "code_verifier"), ("code_verifier", "wrong")]))
            .ShouldBe("invalid_grant: invalid code verifier");
        (await FaultAsync(host, CodeForm(code))).ShouldBe("invalid_grant: invalid authorization code");
    }

    [Fact]
    public async Task A_code_expires_and_without_PKCE_needs_the_secret()
    {
        await using var host = await SimulatorHost.StartAsync();
        var late = await AllowAsync(host, Challenge);
        host.Time.Advance(TimeSpan.FromMinutes(10));
        (await FaultAsync(host, CodeForm(late))).ShouldBe("invalid_grant: expired authorization code");

        (await FaultAsync(host, CodeForm(await AllowAsync(host, challenge: null)))).ShouldBe("invalid_client: invalid client credentials");
        await OkAsync(host, [.. CodeForm(await AllowAsync(host, challenge: null)), ("client_secret", "app-secret")]);
    }

    [Fact]
    public async Task Shows_a_consent_page_that_quotes_what_it_was_sent()
    {
        await using var host = await SimulatorHost.StartAsync();
        using var response = await host.Client.GetAsync(AuthorizeAddress(Challenge, "<script>"), Cancellation);
        var page = await response.Content.ReadAsStringAsync(Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("text/html");
        page.ShouldContain("<label for=\"username\">");
        page.ShouldContain("value=\"&lt;script&gt;\"");
        page.ShouldNotContain("<script>");
    }

    [Fact]
    public async Task Denies_without_a_password_and_complains_about_a_wrong_one()
    {
        await using var host = await SimulatorHost.StartAsync();
        using var denied = await DecideAsync(host, Challenge, "deny", "");
        denied.StatusCode.ShouldBe(HttpStatusCode.Found);
        var query = QueryHelpers.ParseQuery(denied.Headers.Location?.Query);
        (query["error"].ToString(), query["state"].ToString()).ShouldBe(("access_denied", "s t"));
        using var wrong = await DecideAsync(host, Challenge, "allow", "wrong");
        wrong.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await wrong.Content.ReadAsStringAsync(Cancellation)).ShouldContain("role=\"alert\"");
    }

    [Theory]
    [InlineData("client_id=other&redirect_uri=http://localhost/x", "invalid_client_id")]
    [InlineData("client_id=app&redirect_uri=http://example.com/x", "redirect_uri_mismatch")]
    [InlineData("client_id=app&redirect_uri=javascript:alert(1)", "redirect_uri_mismatch")]
    public async Task Never_redirects_to_an_address_it_does_not_trust(string query, string error)
    {
        await using var host = await SimulatorHost.StartAsync();
        using var response = await host.Client.GetAsync($"/services/oauth2/authorize?response_type=code&{query}", Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync(Cancellation)).ShouldContain(error);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Refreshes_and_rotates_when_told_to(bool rotates)
    {
        await using var host = await SimulatorHost.StartAsync(oauth: settings => settings with { RotateRefreshTokens = rotates });
        var first = await OkAsync(host, CodeForm(await AllowAsync(host, Challenge)));
        (string, string)[] form = [("grant_type", "refresh_token"), ("client_id", "app"), ("refresh_token", first["refresh_token"])];
        var second = await OkAsync(host, form);
        second["access_token"].Equals(first["access_token"], StringComparison.Ordinal).ShouldBeFalse();
        second.ContainsKey("refresh_token").ShouldBe(rotates);
        if (rotates)
            (await FaultAsync(host, form)).ShouldBe("invalid_grant: expired access/refresh token");
        else
            await OkAsync(host, form);
    }

    [Fact]
    public async Task Revoking_a_refresh_token_ends_its_sessions()
    {
        await using var host = await SimulatorHost.StartAsync();
        var token = await OkAsync(host, CodeForm(await AllowAsync(host, Challenge)));
        using (var revoked = await PostAsync(host, "revoke", [("token", token["refresh_token"])]))
            revoked.StatusCode.ShouldBe(HttpStatusCode.OK);
        host.Sessions.Find(token["access_token"]).ShouldBeNull();
        using var unknown = await PostAsync(host, "revoke", [("token", token["refresh_token"])]);
        unknown.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await unknown.Content.ReadAsStringAsync(Cancellation)).ShouldStartWith("error=unsupported_token_type&");
    }

    [Fact]
    public async Task Accepts_client_credentials_in_body_or_header_and_no_wrong_secret()
    {
        await using var host = await SimulatorHost.StartAsync();
        await OkAsync(host, [("grant_type", "client_credentials"), ("client_id", "app"), ("client_secret", "app-secret")]);
        (await FaultAsync(host, [("grant_type", "client_credentials"), ("client_id", "app"), ("client_secret", "wrong")]))
            .ShouldBe("invalid_client: invalid client credentials");
        (await FaultAsync(host, [("grant_type", "client_credentials"), ("client_id", "app")]))
            .ShouldBe("invalid_client: invalid client credentials");
        (await FaultAsync(host, [("grant_type", "magic")])).ShouldBe("unsupported_grant_type: grant type not supported");

        host.Client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String("app:app-secret"u8));
        var token = await OkAsync(host, [("grant_type", "client_credentials")]);
        token.ContainsKey("refresh_token").ShouldBeFalse();
    }

    [Fact]
    public async Task Accepts_user_name_and_password()
    {
        await using var host = await SimulatorHost.StartAsync();
        (string, string)[] form =
            [("grant_type", "password"), ("client_id", "app"), ("client_secret", "app-secret"), ("username", "ada@example.com")];
        await OkAsync(host, [.. form, ("password", "pass+word")]);
        (await FaultAsync(host, [.. form, ("password", "password")])).ShouldBe("invalid_grant: authentication failure");
    }

    [Theory]
    [InlineData("1769861100", "login.salesforce.com")]
    [InlineData("\"1769861100\"", "https://login.salesforce.com")]
    [InlineData("1769860800300", "https://test.salesforce.com/services/oauth2/token")]
    public async Task Accepts_assertions_as_clients_spell_them(string expiry, string audience)
    {
        using var key = RSA.Create(2048);
        await using var host = await SimulatorHost.StartAsync(
            oauth: settings => settings with { JwtPublicKeyPem = key.ExportSubjectPublicKeyInfoPem() });
        var token = await OkAsync(host, JwtForm(Jwt(key, expiry, audience)));
        host.Sessions.Find(token["access_token"])?.UserId.ShouldBe(SimulatorHost.UserId);
    }

    [Fact]
    public async Task Refuses_assertions_that_are_not_good()
    {
        using var key = RSA.Create(2048);
        using var other = RSA.Create(2048);
        await using var host = await SimulatorHost.StartAsync(
            oauth: settings => settings with { JwtPublicKeyPem = key.ExportSubjectPublicKeyInfoPem() });
        const string good = "1769861100";
        (await FaultAsync(host, JwtForm(Jwt(other, good, "login.salesforce.com")))).ShouldBe("invalid_grant: invalid assertion");
        (await FaultAsync(host, JwtForm(Jwt(key, "1769860000", "login.salesforce.com")))).ShouldBe("invalid_grant: invalid assertion");
        (await FaultAsync(host, JwtForm(Jwt(key, good, "example.com")))).ShouldBe("invalid_grant: audience is invalid");
        (await FaultAsync(host, JwtForm(Jwt(key, good, "login.salesforce.com", user: "eve"))))
            .ShouldBe("invalid_grant: user hasn't approved this consumer");
        (await FaultAsync(host, JwtForm(Jwt(key, good, "login.salesforce.com", app: "eve"))))
            .ShouldBe("invalid_client_id: client identifier invalid");
        (await FaultAsync(host, JwtForm("no.jwt"))).ShouldBe("invalid_grant: invalid assertion");
    }

    [Fact]
    public async Task Tells_who_a_token_stands_for()
    {
        await using var host = await SimulatorHost.StartAsync();
        var token = host.Sessions.Issue(SimulatorHost.UserId).AccessToken;
        var address = $"/id/{SimulatorHost.OrganizationId}/{SimulatorHost.UserId}?format=json&oauth_token={Uri.EscapeDataString(token)}";
        var identity = await host.Client.GetFromJsonAsync<JsonElement>(address, Cancellation);
        identity.GetProperty("organization_id").GetString().ShouldBe(SimulatorHost.OrganizationId);
        identity.GetProperty("urls").GetProperty("rest").GetString().ShouldBe(host.Client.BaseAddress + "services/data/v{version}/");

        host.Client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        var user = await host.Client.GetFromJsonAsync<JsonElement>("/services/oauth2/userinfo", Cancellation);
        user.GetProperty("preferred_username").GetString().ShouldBe("ada@example.com");
        user.GetProperty("family_name").GetString().ShouldBe("Lovelace");

        host.Client.DefaultRequestHeaders.Authorization = new("Bearer", "00Dwrong!token");
        using var bad = await host.Client.GetAsync("/services/oauth2/userinfo", Cancellation);
        bad.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        bad.Content.Headers.ContentType?.MediaType.ShouldBe("text/plain");
        (await bad.Content.ReadAsStringAsync(Cancellation)).ShouldBe("Bad_OAuth_Token");
    }

    private static string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    private static string AuthorizeAddress(string? challenge, string state) => QueryHelpers.AddQueryString(
        "/services/oauth2/authorize",
        Parameters(challenge, state).ToDictionary(pair => pair.Name, string? (pair) => pair.Value, StringComparer.Ordinal));

    private static (string Name, string Value)[] Parameters(string? challenge, string state)
    {
        (string, string)[] shared =
            [("response_type", "code"), ("client_id", "app"), ("redirect_uri", Redirect), ("scope", "api refresh_token"), ("state", state)];
        return challenge is null ? shared : [.. shared, ("code_challenge", challenge)];
    }

    private static (string Name, string Value)[] CodeForm(string code) =>
        [
            ("grant_type", "authorization_code"), ("client_id", "app"), ("redirect_uri", Redirect), ("code", code),
            ("code_verifier", Verifier),
        ];

    private static (string Name, string Value)[] JwtForm(string assertion) =>
        [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion)];

    private static string Jwt(RSA key, string expiry, string audience, string app = "app", string user = "ada@example.com")
    {
        var header = Base64Url.EncodeToString("""{"alg":"RS256"}"""u8);
        var claims = Base64Url.EncodeToString(
            Encoding.UTF8.GetBytes($$"""{"iss":"{{app}}","sub":"{{user}}","aud":"{{audience}}","exp":{{expiry}}}"""));
        var signature = key.SignData(Encoding.ASCII.GetBytes($"{header}.{claims}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{header}.{claims}.{Base64Url.EncodeToString(signature)}";
    }

    private static Task<HttpResponseMessage> DecideAsync(SimulatorHost host, string? challenge, string decision, string password) =>
        PostAsync(host, "authorize",
            [.. Parameters(challenge, "s t"), ("username", "ada@example.com"), ("password", password), ("decision", decision)]);

    private static async Task<string> AllowAsync(SimulatorHost host, string? challenge)
    {
        using var response = await DecideAsync(host, challenge, "allow", "pass+word");
        response.StatusCode.ShouldBe(HttpStatusCode.Found);
        var location = response.Headers.Location.ShouldNotBeNull();
        location.GetLeftPart(UriPartial.Path).ShouldBe(Redirect);
        var query = QueryHelpers.ParseQuery(location.Query);
        query["state"].ToString().ShouldBe("s t");
        return query["code"].ToString();
    }

    private static async Task<HttpResponseMessage> PostAsync(SimulatorHost host, string resource, (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(pair => new KeyValuePair<string, string>(pair.Name, pair.Value)));
        return await host.Client.PostAsync($"/services/oauth2/{resource}", content, Cancellation);
    }

    private static async Task<Dictionary<string, string>> OkAsync(SimulatorHost host, (string Name, string Value)[] form)
    {
        using var response = await PostAsync(host, "token", form);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.CacheControl?.NoStore.ShouldBeTrue();
        return await response.Content.ReadFromJsonAsync<Dictionary<string, string>>(Cancellation) ?? [];
    }

    private static async Task<string> FaultAsync(SimulatorHost host, (string Name, string Value)[] form)
    {
        using var response = await PostAsync(host, "token", form);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        return $"{body.GetProperty("error").GetString()}: {body.GetProperty("error_description").GetString()}";
    }
}
