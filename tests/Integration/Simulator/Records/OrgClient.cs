using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Shouldly;
using Tandem.Simulator;

namespace Tandem.Tests.Integration.Simulator.Records;

/// <summary>A simulated org of a few rows and a signed-in client of it; the tests of the REST surface each start one.</summary>
internal sealed class OrgClient : IAsyncDisposable
{
    private const string Root = "/services/data/v67.0";

    private OrgClient(SimulatorServer server)
    {
        Server = server;
        Http = new HttpClient { BaseAddress = server.BaseAddress };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer",
            server.Sessions.Issue(server.Org.AdminUserId).AccessToken);
    }

    public SimulatorServer Server { get; }

    public HttpClient Http { get; }

    public static async Task<OrgClient> StartAsync(SimulatorOptions? options = null, TimeProvider? timeProvider = null) =>
        new(await SimulatorServer.StartAsync(options ?? new SimulatorOptions { Rows = 20 }, timeProvider ?? TimeProvider.System,
            Xunit.TestContext.Current.CancellationToken));

    /// <summary>Sends a request under the newest version, or under an address that starts with <c>/services</c> as it stands.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path.StartsWith("/services", StringComparison.Ordinal) ? path : Root + path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await Http.SendAsync(request, Xunit.TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(Xunit.TestContext.Current.CancellationToken);
        return (response.StatusCode, text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text));
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        var (status, body) = await SendAsync(HttpMethod.Get, path);
        status.ShouldBe(HttpStatusCode.OK, body.ToString());
        return body;
    }

    /// <summary>Creates a record and gives its id.</summary>
    public async Task<string> CreateAsync(string objectName, string json)
    {
        var (status, body) = await SendAsync(HttpMethod.Post, $"/sobjects/{objectName}", json);
        status.ShouldBe(HttpStatusCode.Created, body.ToString());
        return body.GetProperty("id").GetString().ShouldNotBeNull();
    }

    /// <summary>Sends what must fail, and asserts REST's array of one error.</summary>
    public async Task<JsonElement> FailAsync(HttpMethod method, string path, string? json, HttpStatusCode expected, string code)
    {
        var (status, body) = await SendAsync(method, path, json);
        status.ShouldBe(expected, body.ToString());
        body.GetArrayLength().ShouldBe(1);
        body[0].GetProperty("errorCode").GetString().ShouldBe(code);
        body[0].GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        return body[0];
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
    }
}
