using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Shouldly;
using Tandem.Simulator;
using Tandem.Simulator.Data;
using Xunit;

namespace Tandem.Tests.Conformance.Semantics;

/// <summary>A simulated org of a test's own, with its own objects and a clock that the test moves.</summary>
public sealed class OwnOrg : IAsyncDisposable
{
    private readonly SimulatorServer _server;
    private readonly HttpClient _http;

    private OwnOrg(SimulatorServer server, MovableClock clock)
    {
        (_server, Clock) = (server, clock);
        _http = new HttpClient { BaseAddress = server.BaseAddress };
    }

    public MovableClock Clock { get; }

    public Org Org => _server.Org;

    public Caller Admin => Caller.Of(Org.AdminUserId);

    public static async Task<OwnOrg> StartAsync(string? metadata = null)
    {
        var clock = new MovableClock();
        var path = Path.Combine(Path.GetTempPath(), $"tandem-{Guid.NewGuid():n}.json");
        if (metadata is not null)
            await File.WriteAllTextAsync(path, metadata, TestContext.Current.CancellationToken);
        try
        {
            var options = new SimulatorOptions { Rows = 10, MetadataFile = metadata is null ? null : path };
            return new OwnOrg(await SimulatorServer.StartAsync(options, clock, TestContext.Current.CancellationToken), clock);
        }
        finally
        {
            File.Delete(path);
        }
    }

    public async Task<OrgAnswer> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, $"/services/data/{TestOrg.Version}{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _server.Sessions.Issue(Org.AdminUserId).AccessToken);
        if (body is not null)
            request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return await OrgAnswer.ReadAsync(response);
    }

    public async Task<string> CreateAsync(string objectName, object values)
    {
        var answer = await SendAsync(HttpMethod.Post, $"/sobjects/{objectName}", values);
        answer.Status.ShouldBe(HttpStatusCode.Created, answer.Text);
        return answer.Json.GetProperty("id").GetString().ShouldNotBeNull();
    }

    public async Task UpdateAsync(string objectName, string id, object values) =>
        (await SendAsync(HttpMethod.Patch, $"/sobjects/{objectName}/{id}", values)).Status.ShouldBe(HttpStatusCode.NoContent);

    public async Task DeleteAsync(string objectName, string id)
    {
        var answer = await SendAsync(HttpMethod.Delete, $"/sobjects/{objectName}/{id}");
        answer.Status.ShouldBe(HttpStatusCode.NoContent, answer.Text);
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        var answer = await SendAsync(HttpMethod.Get, path);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        return answer.Json;
    }

    /// <summary>One field of one record, as JSON spells it.</summary>
    public async Task<string> ValueAsync(string objectName, string id, string field) =>
        (await GetAsync($"/sobjects/{objectName}/{id}?fields={field}")).GetProperty(field).GetRawText().Trim('"');

    public async Task<List<JsonElement>> QueryAsync(string soql, bool withDeleted = false)
    {
        var answer = await GetAsync($"/{(withDeleted ? "queryAll" : "query")}?q={Uri.EscapeDataString(soql)}");
        return [.. answer.GetProperty("records").EnumerateArray()];
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }
}
