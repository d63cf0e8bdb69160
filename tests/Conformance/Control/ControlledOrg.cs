using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Shouldly;
using Tandem.Simulator;
using Xunit;

namespace Tandem.Tests.Conformance.Control;

/// <summary>A small org of one test's own, that it may set, break and stop, with a signed-in client.</summary>
public sealed class ControlledOrg : IAsyncDisposable
{
    private const string Data = "/services/data/v67.0";

    private ControlledOrg(SimulatorServer server, HttpClient http)
    {
        Server = server;
        Http = http;
    }

    public SimulatorServer Server { get; }

    public HttpClient Http { get; }

    public static async Task<ControlledOrg> StartAsync(SimulatorOptions? options = null)
    {
        var server = await SimulatorServer.StartAsync(options ?? new SimulatorOptions { Rows = 20 }, TimeProvider.System,
            TestContext.Current.CancellationToken);
        var http = new HttpClient { BaseAddress = server.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer",
            server.Sessions.Issue(server.Org.AdminUserId).AccessToken);
        return new ControlledOrg(server, http);
    }

    /// <summary>Sends a request: to the control plane under <c>/_simulator</c>, to an address that starts with <c>/services</c> as it
    /// stands, else under the newest version.</summary>
    public async Task<OrgAnswer> SendAsync(HttpMethod method, string path, string? json = null,
        params (string Name, string Value)[] headers)
    {
        var isWhole = path.StartsWith("/services", StringComparison.Ordinal) || path.StartsWith("/_simulator", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(method, isWhole ? path : Data + path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return await OrgAnswer.ReadAsync(response);
    }

    public Task<OrgAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>Gives the control plane an order, which must succeed.</summary>
    public async Task<JsonElement> OrderAsync(HttpMethod method, string path, string? json = null)
    {
        var answer = await SendAsync(method, "/_simulator" + path, json);
        ((int)answer.Status).ShouldBeInRange(200, 204, answer.Text);
        return answer.Json;
    }

    public async Task<JsonElement> QueryAsync(string soql)
    {
        var answer = await GetAsync($"/query?q={Uri.EscapeDataString(soql)}");
        ((int)answer.Status).ShouldBe(200, answer.Text);
        return answer.Json;
    }

    public async Task<string> CreateAsync(string objectName, string json)
    {
        var answer = await SendAsync(HttpMethod.Post, $"/sobjects/{objectName}", json);
        ((int)answer.Status).ShouldBe(201, answer.Text);
        return answer.Json.GetProperty("id").GetString().ShouldNotBeNull();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
    }
}
