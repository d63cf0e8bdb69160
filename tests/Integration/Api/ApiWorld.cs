using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Tandem.Server.Access;
using Tandem.Server.Api;
using Tandem.Server.Hosting;
using Tandem.Server.Secrets;
using Tandem.Server.SignIn;
using Tandem.Sync.Catalog.Access;
using Tandem.Sync.Running;
using Tandem.Tests.Integration.Sync;

namespace Tandem.Tests.Integration.Api;

/// <summary>A server with its REST API over a simulated org and a database of its own, and clients with different tokens.</summary>
internal sealed class ApiWorld : IAsyncDisposable
{
    public const string Admin = "the-admins-token";
    public const string ConnectedAppId = "tandem";

    private readonly BackgroundRun _run;
    private readonly HttpClient _http = new(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = true });

    private ApiWorld(SyncWorld sync, ConnectionFleet fleet, ApiServer server)
    {
        Sync = sync;
        Fleet = fleet;
        Server = server;
        _run = new BackgroundRun(fleet.RunAsync);
        _http.BaseAddress = server.Address;
    }

    public SyncWorld Sync { get; }

    public ConnectionFleet Fleet { get; }

    public ApiServer Server { get; }

    /// <summary>Asks the work to stop as a signal does; the API answers on.</summary>
    public async Task StopWorkAsync() => await _run.DisposeAsync();

    public ConnectionLife Connection => Fleet.All.Single();

    /// <summary>What the server was started with.</summary>
    public required FleetOptions Options { get; init; }

    /// <summary>A token that may only look.</summary>
    public required string Reader { get; init; }

    /// <summary>A token of an admin of another app.</summary>
    public required string Stranger { get; init; }

    public string Path => $"/api/v3/connections/{Connection.Id}";

    /// <param name="isSignedIn">False serves the connection as one that nobody has signed in for.</param>
    /// <param name="hasMasterKey">False makes a server that can store no secret.</param>
    /// <param name="publicUrl">Where browsers reach the server, where that is not its own address.</param>
    /// <param name="loggers">Null logs nothing, and so keeps nothing for those who ask for the log.</param>
    /// <param name="change">What else the server is started with.</param>
    public static async Task<ApiWorld> StartAsync(
        int contacts = 2,
        bool isSignedIn = true,
        bool hasMasterKey = true,
        AccessOptions? access = null,
        SyncOptions? syncOptions = null,
        Uri? publicUrl = null,
        ILoggerFactory? loggers = null,
        Func<FleetOptions, FleetOptions>? change = null)
    {
        loggers ??= NullLoggerFactory.Instance;
        var sync = await SyncWorld.StartAsync(contacts: contacts);
        var given = new SyncHostOptions
        {
            DatabaseUrl = sync.Database.ConnectionString,
            OrgUrl = sync.Proxy.Address,
            AppName = "an-app",
            Grant = SyncWorld.Password(),
            Mappings = [SyncWorld.Contacts()],
            Sync = syncOptions ?? new SyncOptions(),
        };
        if (!isSignedIn)
        {
            await using var host = await SyncHost.StartAsync(given, TimeProvider.System, NullLoggerFactory.Instance, SyncWorld.Token);
        }

        var options = new FleetOptions
        {
            DatabaseUrl = sync.Database.ConnectionString,
            Given = isSignedIn ? given : null,
            Keys = hasMasterKey ? NewKeys() : MasterKeys.None,
            Access = access ?? new AccessOptions(),
        };
        options = change?.Invoke(options) ?? options;
        var fleet = await ConnectionFleet.StartAsync(options, TimeProvider.System, loggers, SyncWorld.Token);
        var server = await ApiServer.StartAsync(
            fleet,
            new ApiOptions { Address = "http://127.0.0.1:0", Token = Admin, SignIn = AppOf(sync), PublicUrl = publicUrl },
            TimeProvider.System,
            loggers,
            SyncWorld.Token);
        return new ApiWorld(sync, fleet, server)
        {
            Options = options,
            Reader = await MakeAsync(new NewToken { Name = "reader", Scope = AccessScope.Read }),
            Stranger = await MakeAsync(new NewToken { Name = "stranger", Scope = AccessScope.Admin, AppName = "another-app" }),
        };

        async Task<string> MakeAsync(NewToken token) => (await fleet.Tokens.CreateAsync(token, Actor.Start, SyncWorld.Token)).Secret;
    }

    public Task<JsonNode> GetAsync(string path, string token = Admin) => AskAsync(HttpMethod.Get, path, HttpStatusCode.OK, token: token);

    /// <summary>Server-sent events until the server ends them.</summary>
    public async IAsyncEnumerable<SseItem<string>> FollowAsync(string path, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Admin);
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, SyncWorld.Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("text/event-stream");
        await using var stream = await answer.Content.ReadAsStreamAsync(SyncWorld.Token);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(SyncWorld.Token))
            yield return item;
    }

    /// <summary>The status alone.</summary>
    public async Task<HttpStatusCode> StatusAsync(string path, string? token = Admin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await _http.SendAsync(request, SyncWorld.Token);
        return answer.StatusCode;
    }

    /// <summary>Sends what the test makes, without a token; the caller disposes the answer.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => _http.SendAsync(request, SyncWorld.Token);

    /// <summary>Asks version 1 for what it refuses; the problem, whose form is checked.</summary>
    public async Task<JsonNode> RefuseAsync(
        HttpMethod method, string path, HttpStatusCode expected, string? body = null, string? token = Admin)
    {
        var problem = await AskAsync(method, path, expected, body, token);
        problem["status"]?.GetValue<int>().ShouldBe((int)expected);
        problem["type"]?.GetValue<string>().ShouldStartWith("urn:tandem:problem:");
        problem["title"]?.GetValue<string>().ShouldNotBeNullOrEmpty();
        problem["detail"]?.GetValue<string>().ShouldNotBeNullOrEmpty();
        return problem;
    }

    public Task<string> GetTextAsync(string path, string token = Admin, HttpStatusCode expected = HttpStatusCode.OK) =>
        ReadAsync(HttpMethod.Get, path, expected, body: null, token);

    /// <summary>Asks and expects a status; the body, an empty object where there is none.</summary>
    public async Task<JsonNode> AskAsync(
        HttpMethod method, string path, HttpStatusCode expected, string? body = null, string? token = Admin)
    {
        var text = await ReadAsync(method, path, expected, body, token);
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text).ShouldNotBeNull();
    }

    public Task UntilLoadedAsync() => SyncWorld.UntilAsync(
        () => Connection.Host is { } host && host.Mappings.All.All(mapping => mapping.IsLoaded), "all mappings are loaded");

    public Task UntilAsync(ConnectionState state) => SyncWorld.UntilAsync(() => Connection.Standing.State == state, $"it is {state}");

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _run.DisposeAsync();
        await Server.DisposeAsync();
        await Fleet.DisposeAsync();
        await Sync.DisposeAsync();
    }

    private static MasterKeys NewKeys() => new()
    {
        Current = MasterKey.Parse(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), MasterKeys.Variable),
    };

    private static SignInOptions AppOf(SyncWorld sync) => new()
    {
        ClientId = ConnectedAppId,
        CallbackUrl = new Uri("http://127.0.0.1"),
        DevelopmentOrgs = [sync.Server.BaseAddress.GetLeftPart(UriPartial.Authority)],
    };

    private async Task<string> ReadAsync(HttpMethod method, string path, HttpStatusCode expected, string? body, string? token)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

        // A server that refuses a long body closes the line; who waits for its word hears why.
        request.Headers.ExpectContinue = body is { Length: > 1_000_000 };
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _http.SendAsync(request, SyncWorld.Token);
        var text = await answer.Content.ReadAsStringAsync(SyncWorld.Token);
        answer.StatusCode.ShouldBe(expected, $"{method} {path}: {text}");
        return text;
    }
}
