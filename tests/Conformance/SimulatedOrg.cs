using System.Net.Http.Headers;
using System.Text.Json;
using Shouldly;
using Tandem.Simulator;
using Tandem.Simulator.Auth;
using Tandem.Simulator.Control;
using Tandem.Simulator.Data;
using Tandem.Simulator.Events;
using Xunit;

namespace Tandem.Tests.Conformance;

/// <summary>A simulated org of one test's own, with a client that its admin is signed in with: for what needs settings, objects, a clock
/// or faults that a shared org cannot have.</summary>
public sealed class SimulatedOrg : IOrg, IAsyncDisposable
{
    private SimulatedOrg(SimulatorServer server)
    {
        Server = server;
        Http = new HttpClient { BaseAddress = server.BaseAddress };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer",
            server.Sessions.Issue(server.Org.AdminUserId).AccessToken);
    }

    /// <summary>A few rows, and sessions that no move of the clock ends.</summary>
    public static SimulatorOptions Small { get; } = new() { Rows = 20, SignIn = new SignInOptions { SessionIdleLifetime = null } };

    public SimulatorServer Server { get; }

    public SimulatorServer Simulator => Server;

    public HttpClient Http { get; }

    public Org Org => Server.Org;

    public EventBus Events => Server.Events;

    /// <summary>The org's clock; it runs until a test stops it.</summary>
    public OrgClock Clock => Server.Control.Clock;

    public Caller Admin => Caller.Of(Org.AdminUserId);

    /// <param name="options">The options, a small org when there are none.</param>
    /// <param name="metadata">What would stand in a metadata file.</param>
    public static async Task<SimulatedOrg> StartAsync(SimulatorOptions? options = null, string? metadata = null)
    {
        options ??= Small;
        if (metadata is null)
            return new SimulatedOrg(await StartServerAsync(options));
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, metadata, TestContext.Current.CancellationToken);
            return new SimulatedOrg(await StartServerAsync(options with { MetadataFile = file }));
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Gives the control plane an order, which must succeed.</summary>
    public async Task<JsonElement> OrderAsync(HttpMethod method, string path, string? json = null)
    {
        var answer = await this.SendAsync(method, "/_simulator" + path, json);
        ((int)answer.Status).ShouldBeInRange(200, 204, answer.Text);
        return answer.Json;
    }

    /// <summary>Moves the clock on until something has come about by it, with a call between the moves that gives the org the time to
    /// act. One move alone could come before the org has begun to wait.</summary>
    public async Task<T> PassAsync<T>(Task<T> outcome, TimeSpan step)
    {
        while (!outcome.IsCompleted)
        {
            Clock.Advance(step);
            await this.AskAsync("/services/data");
        }

        return await outcome;
    }

    /// <summary>A simulated org ends with its test, and its records with it.</summary>
    public void DeleteAtEnd(string id)
    {
    }

    public ValueTask DisposeAsync()
    {
        Http.Dispose();
        return Server.DisposeAsync();
    }

    private static Task<SimulatorServer> StartServerAsync(SimulatorOptions options) =>
        SimulatorServer.StartAsync(options, TimeProvider.System, TestContext.Current.CancellationToken);
}
