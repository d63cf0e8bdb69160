using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Shouldly;
using Tandem.Simulator;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Conformance.PubSub;

/// <summary>A simulated org of one test's own, whose clock the test moves.</summary>
public sealed class SimulatedOrg : IAsyncDisposable
{
    private SimulatedOrg(SimulatorServer server, FakeTimeProvider clock)
    {
        Server = server;
        Clock = clock;
        Http = new HttpClient { BaseAddress = server.BaseAddress };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer",
            server.Sessions.Issue(server.Org.AdminUserId).AccessToken);
    }

    public SimulatorServer Server { get; }

    public FakeTimeProvider Clock { get; }

    public HttpClient Http { get; }

    public static async Task<SimulatedOrg> StartAsync(SimulatorOptions? options = null)
    {
        var clock = new FakeTimeProvider();
        var server = await SimulatorServer.StartAsync((options ?? new SimulatorOptions()) with { Rows = 5 }, clock,
            CancellationToken.None);
        return new SimulatedOrg(server, clock);
    }

    /// <summary>Creates accounts, each in a call of its own, and gives their ids.</summary>
    public async Task<List<string>> CreateAccountsAsync(int count)
    {
        var ids = new List<string>();
        for (var at = 0; at < count; at++)
            ids.Add(await CreateAsync("Account", new { Name = TestOrg.Unique() }));
        return ids;
    }

    public async Task<string> CreateAsync(string objectName, object values)
    {
        using var response = await Http.PostAsJsonAsync($"/services/data/{TestOrg.Version}/sobjects/{objectName}", values,
            TestContext.Current.CancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        response.IsSuccessStatusCode.ShouldBeTrue(answer.ToString());
        return answer.GetProperty("id").GetString().ShouldNotBeNull();
    }

    public ValueTask DisposeAsync()
    {
        Http.Dispose();
        return Server.DisposeAsync();
    }
}
