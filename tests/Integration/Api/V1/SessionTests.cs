using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Server.Access;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Api.V1;

/// <summary>Signing in by password for a browser, and what another site can make of the cookie: nothing.</summary>
public sealed class SessionTests
{
    private const string Password = "correct horse battery";

    [Fact]
    public async Task A_user_signs_in_works_by_cookie_and_signs_out()
    {
        await using var world = await ApiWorld.StartAsync();
        await AddAsync(world, "ada", "admin");

        using var signedIn = await SignInAsync(world, "ada", Password);
        signedIn.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var (cookie, attributes) = CookieOf(signedIn);

        attributes.ShouldContain("httponly");
        attributes.ShouldContain("samesite=strict");
        attributes.ShouldNotContain("secure");
        (await world.Sync.AskOneAsync("select count(*) from tandem.user_session where length(token_hash) = 32")).ShouldBe("1");
        var me = await ReadAsync(world, cookie);
        (me["name"]?.GetValue<string>(), me["kind"]?.GetValue<string>()).ShouldBe(("ada", "user"));
        me["may_administer"]?.GetValue<bool>().ShouldBeTrue();
        (await ChangeAsync(world, cookie, header: "1")).ShouldBe(HttpStatusCode.Created);

        (await SendAsync(world, HttpMethod.Delete, "/api/v1/session", cookie, header: "1")).ShouldBe(HttpStatusCode.NoContent);
        (await SendAsync(world, HttpMethod.Get, "/api/v1/session", cookie)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task What_another_site_could_send_by_cookie_is_refused()
    {
        await using var world = await ApiWorld.StartAsync();
        await AddAsync(world, "ada", "admin");
        using var signedIn = await SignInAsync(world, "ada", Password);
        var (cookie, _) = CookieOf(signedIn);
        var own = world.Server.Address.GetLeftPart(UriPartial.Authority);

        (await ChangeAsync(world, cookie)).ShouldBe(HttpStatusCode.Forbidden);
        (await ChangeAsync(world, cookie, header: "0")).ShouldBe(HttpStatusCode.Forbidden);
        (await ChangeAsync(world, cookie, header: "1", origin: "https://evil.example")).ShouldBe(HttpStatusCode.Forbidden);
        (await ChangeAsync(world, cookie, header: "1", origin: "null")).ShouldBe(HttpStatusCode.Forbidden);
        (await ChangeAsync(world, cookie, header: "1", origin: $"{own}.evil.example")).ShouldBe(HttpStatusCode.Forbidden);
        using var foreign = await SignInAsync(world, "ada", Password, origin: "https://evil.example");
        foreign.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await world.Sync.AskOneAsync("select count(*) from tandem.api_token")).ShouldBe("2");

        (await ChangeAsync(world, cookie, header: "1", origin: own)).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_form_of_another_site_signs_nobody_in()
    {
        await using var world = await ApiWorld.StartAsync();
        await AddAsync(world, "ada", "admin");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/v1/session", UriKind.Relative));
        request.Content = new StringContent($$"""{"name": "ada", "password": "{{Password}}"}""", Encoding.UTF8, "text/plain");

        using var answer = await world.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task The_cookie_is_secure_where_browsers_come_by_https()
    {
        await using var world = await ApiWorld.StartAsync(publicUrl: new Uri("https://tandem.example.com/"));
        await AddAsync(world, "ada", "read");

        using var signedIn = await SignInAsync(world, "ada", Password, origin: "https://tandem.example.com");

        CookieOf(signedIn).Attributes.ShouldContain("secure");
    }

    [Fact]
    public async Task A_reader_signs_in_and_out_and_changes_nothing_else()
    {
        await using var world = await ApiWorld.StartAsync();
        await AddAsync(world, "bob", "read");
        using var signedIn = await SignInAsync(world, "bob", Password);
        var (cookie, _) = CookieOf(signedIn);

        (await ReadAsync(world, cookie))["may_change"]?.GetValue<bool>().ShouldBeFalse();
        (await ChangeAsync(world, cookie, header: "1")).ShouldBe(HttpStatusCode.Forbidden);
        (await SendAsync(world, HttpMethod.Delete, "/api/v1/session", cookie, header: "1")).ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Wrong_passwords_are_refused_alike_and_not_for_long()
    {
        await using var world = await ApiWorld.StartAsync(access: new AccessOptions { AccountBurst = 2 });
        await AddAsync(world, "ada", "admin");

        using var wrong = await SignInAsync(world, "ada", "another password!");
        using var nobody = await SignInAsync(world, "' or true--", Password);
        using var again = await SignInAsync(world, "ada", "another password!");
        using var late = await SignInAsync(world, "ada", Password);

        wrong.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await nobody.Content.ReadAsStringAsync(SyncWorld.Token)).ShouldBe(await wrong.Content.ReadAsStringAsync(SyncWorld.Token));
        late.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        late.Headers.RetryAfter?.Delta.ShouldNotBeNull();
        late.Headers.Contains("Set-Cookie").ShouldBeFalse();
        again.Headers.Contains("Set-Cookie").ShouldBeFalse();
    }

    [Fact]
    public async Task A_token_goes_before_a_cookie_and_needs_nothing_beside_it()
    {
        await using var world = await ApiWorld.StartAsync();
        await AddAsync(world, "ada", "admin");
        using var signedIn = await SignInAsync(world, "ada", Password);
        var (cookie, _) = CookieOf(signedIn);

        (await SendAsync(world, HttpMethod.Get, "/api/v1/users", cookie, token: world.Reader)).ShouldBe(HttpStatusCode.Forbidden);
        (await SendAsync(world, HttpMethod.Get, "/api/v1/users", cookie, token: "wrong")).ShouldBe(HttpStatusCode.Unauthorized);
        (await SendAsync(world, HttpMethod.Get, "/api/v1/users", cookie)).ShouldBe(HttpStatusCode.OK);
        (await SendAsync(world, HttpMethod.Get, "/api/v1/users", "tandem_session=x")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    private static Task<JsonNode> AddAsync(ApiWorld world, string name, string role) => world.AskAsync(
        HttpMethod.Post,
        "/api/v1/users",
        HttpStatusCode.Created,
        $$"""{"name": "{{name}}", "password": "{{Password}}", "role": "{{role}}"}""");

    private static async Task<HttpResponseMessage> SignInAsync(ApiWorld world, string name, string password, string? origin = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/v1/session", UriKind.Relative));
        var body = new JsonObject { ["name"] = name, ["password"] = password };
        request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        return await world.SendAsync(request);
    }

    private static (string Cookie, string Attributes) CookieOf(HttpResponseMessage answer)
    {
        var text = answer.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem();
        var end = text.IndexOf(';', StringComparison.Ordinal);
        return (text[..end], text[end..].ToLowerInvariant());
    }

    private static Task<HttpStatusCode> ChangeAsync(ApiWorld world, string cookie, string? header = null, string? origin = null) =>
        SendAsync(world, HttpMethod.Post, "/api/v1/tokens", cookie, """{"name": "made-by-cookie"}""", header, origin);

    private static async Task<HttpStatusCode> SendAsync(
        ApiWorld world,
        HttpMethod method,
        string path,
        string cookie,
        string? body = null,
        string? header = null,
        string? origin = null,
        string? token = null)
    {
        using var request = Request(method, path, cookie, body);
        if (header is not null)
            request.Headers.Add("X-Tandem-Request", header);
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        if (token is not null)
            request.Headers.Add("Authorization", $"Bearer {token}");
        using var answer = await world.SendAsync(request);
        return answer.StatusCode;
    }

    private static async Task<JsonNode> ReadAsync(ApiWorld world, string cookie)
    {
        using var request = Request(HttpMethod.Get, "/api/v1/session", cookie, body: null);
        using var answer = await world.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(SyncWorld.Token)).ShouldNotBeNull();
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, string cookie, string? body)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Add("Cookie", cookie);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return request;
    }
}
