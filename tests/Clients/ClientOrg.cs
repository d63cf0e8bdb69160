using Tandem.Simulator;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Clients;

/// <summary>The simulated org that all clients drive; it has more contacts than a page of a query holds.</summary>
public sealed class ClientOrg : IAsyncLifetime
{
    private readonly TemporaryFolder _authority = new();
    private SimulatorServer? _server;

    private SimulatorOptions Options => new() { Rows = 2500, TlsFolder = _authority.FullPath };

    public SimulatorServer Server => _server ?? throw new InvalidOperationException("The org is not started.");

    public async ValueTask InitializeAsync() =>
        _server = await SimulatorServer.StartAsync(Options, TimeProvider.System, CancellationToken.None);

    /// <summary>What a client's program needs to know of the org, with a session of its own.</summary>
    public Dictionary<string, string> Environment() => new(StringComparer.Ordinal)
    {
        ["ORG_URL"] = Server.BaseAddress.ToString().TrimEnd('/'),
        ["ORG_TOKEN"] = Server.Sessions.Issue(Server.Org.AdminUserId).AccessToken,
        ["ORG_USER"] = Options.UserName,
        ["ORG_PASSWORD"] = Options.Password,
        ["ORG_CLIENT_ID"] = Options.ClientId,
        ["ORG_CLIENT_SECRET"] = Options.ClientSecret,
        ["PUBSUB_ADDRESS"] = Server.PubSubAddress?.Authority ?? "",
        ["PUBSUB_CA"] = Server.TestAuthorityFile ?? "",
        ["PUBSUB_PROTO"] = RepositoryRoot.Combine("src", "Tandem.Simulator", "PubSub", "pubsub.proto"),
    };

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _authority.Dispose();
    }
}
