using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Shouldly;
using Tandem.Simulator;
using Tandem.Simulator.Auth;
using Tandem.Simulator.Control;
using Xunit;

namespace Tandem.Tests.Conformance.Auth;

/// <summary>The OAuth client of a simulated org of one test's own, whose clock stands; it follows no redirects. Consent needs a person's
/// password, which no test has of a real org.</summary>
internal sealed class SignInWorld : IAsyncDisposable
{
    public const string Redirect = "http://localhost:1717/OauthRedirect";
    public const string UserName = "ada@example.com";
    public const string Password = "pass+word";
    private const string Verifier = "a-verifier-of-sufficient-length-for-the-test-0123456789";

    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private readonly SimulatedOrg _org;

    private SignInWorld(SimulatedOrg org)
    {
        _org = org;
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Server.BaseAddress };
    }

    public SimulatorServer Server => _org.Server;

    public OrgClock Clock => _org.Clock;

    public HttpClient Http { get; }

    public static string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    public string Origin => Server.BaseAddress.GetLeftPart(UriPartial.Authority);

    public string IdentityUrl => $"{Origin}/id/{Server.Org.OrganizationId}/{Server.Org.AdminUserId}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<SignInWorld> StartAsync(SignInOptions? signIn = null)
    {
        var org = await SimulatedOrg.StartAsync(new SimulatorOptions
        {
            Rows = 1,
            UserName = UserName,
            Password = Password,
            ClientId = "app",
            ClientSecret = "app-secret",
            SignIn = signIn ?? new SignInOptions(),
        });
        org.Clock.Freeze();
        org.Clock.Set(Noon);
        return new SignInWorld(org);
    }

    public static string AuthorizeAddress(params (string Name, string Value)[] parameters) => QueryHelpers.AddQueryString(
        "/services/oauth2/authorize", parameters.ToDictionary(pair => pair.Name, string? (pair) => pair.Value));

    /// <summary>What an app asks for; a challenge of null is an app without PKCE.</summary>
    public static (string Name, string Value)[] Ask(string? challenge, string scope = "api refresh_token", string client = "app")
    {
        (string, string)[] shared =
            [("response_type", "code"), ("client_id", client), ("redirect_uri", Redirect), ("scope", scope), ("state", "s t")];
        return challenge is null ? shared : [.. shared, ("code_challenge", challenge)];
    }

    public Task<HttpResponseMessage> DecideAsync(
        (string Name, string Value)[] ask, string decision = "allow", string password = Password, string user = UserName) =>
        PostAsync("authorize", [.. ask, ("username", user), ("password", password), ("decision", decision)]);

    /// <summary>The code that the app gets when the user allows it.</summary>
    public async Task<string> AllowAsync(params (string Name, string Value)[] ask)
    {
        using var response = await DecideAsync(ask);
        response.StatusCode.ShouldBe(HttpStatusCode.Found, await response.Content.ReadAsStringAsync(Cancellation));
        var location = response.Headers.Location.ShouldNotBeNull();
        location.GetLeftPart(UriPartial.Path).ShouldBe(Redirect);
        var query = QueryHelpers.ParseQuery(location.Query);
        query["state"].ToString().ShouldBe("s t");
        return query["code"].ToString();
    }

    public static (string Name, string Value)[] Redeem(string code, string client = "app") =>
        [
            ("grant_type", "authorization_code"), ("client_id", client), ("redirect_uri", Redirect), ("code", code),
            ("code_verifier", Verifier),
        ];

    public static (string Name, string Value)[] Refresh(string token, string client = "app") =>
        [("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", token)];

    public async Task<HttpResponseMessage> PostAsync(string resource, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(pair => new KeyValuePair<string, string>(pair.Name, pair.Value)));
        return await Http.PostAsync($"/services/oauth2/{resource}", content, Cancellation);
    }

    /// <summary>The answer of a grant that must succeed.</summary>
    public async Task<Dictionary<string, string>> GrantAsync(params (string Name, string Value)[] form)
    {
        using var response = await PostAsync("token", form);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync(Cancellation));
        response.Headers.CacheControl?.NoStore.ShouldBeTrue();
        (response.Content.Headers.ContentType?.MediaType, response.Content.Headers.ContentType?.CharSet)
            .ShouldBe(("application/json", "UTF-8"));
        return await response.Content.ReadFromJsonAsync<Dictionary<string, string>>(Cancellation) ?? [];
    }

    /// <summary>The fault of a grant that must fail, as <c>error: error_description</c>.</summary>
    public async Task<string> FaultAsync(params (string Name, string Value)[] form)
    {
        using var response = await PostAsync("token", form);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        return $"{body.GetProperty("error").GetString()}: {body.GetProperty("error_description").GetString()}";
    }

    /// <summary>Sends a request with a token, or with none.</summary>
    public async Task<OrgAnswer> GetAsync(string path, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        using var response = await Http.SendAsync(request, Cancellation);
        return await OrgAnswer.ReadAsync(response);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _org.DisposeAsync();
    }
}
