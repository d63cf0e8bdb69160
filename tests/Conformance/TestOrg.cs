using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Tandem.Simulator;
using Xunit;

namespace Tandem.Tests.Conformance;

/// <summary>
/// The org that the contract is held against, and a signed-in client of it: a simulated one, or the real one that TANDEM_ORG_URL names,
/// signed in with TANDEM_ORG_TOKEN or with TANDEM_ORG_CLIENT_ID and TANDEM_ORG_CLIENT_SECRET (client credentials). All tests share it;
/// each works on records of its own, which are deleted at the end.
/// </summary>
public sealed class TestOrg : IOrg, IAsyncLifetime
{
    /// <summary>The version that every test speaks unless it is about versions.</summary>
    public const string Version = "v67.0";

    private readonly Lock _lock = new();
    private readonly List<string> _made = [];
    private SimulatorServer? _server;
    private HttpClient? _http;

    public HttpClient Http => _http ?? throw new InvalidOperationException("The org is not started.");

    public SimulatorServer? Simulator => _server;

    public bool IsSimulated => _server is not null;

    /// <summary>Makes a value that no other test and no other run has.</summary>
    public static string Unique(string prefix = "conf") => $"{prefix}-{Guid.NewGuid():n}"[..30];

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("TANDEM_ORG_URL") is { Length: > 0 } address)
        {
            _http = new HttpClient { BaseAddress = new Uri(address) };
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await SignInAsync(_http));
            return;
        }

        _server = await SimulatorServer.StartAsync(new SimulatorOptions { Rows = 50 }, TimeProvider.System, CancellationToken.None);
        _http = new HttpClient { BaseAddress = _server.BaseAddress };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer",
            _server.Sessions.Issue(_server.Org.AdminUserId).AccessToken);
    }

    /// <summary>The simulated org itself, for tests of what only its controls can bring about; skips the test on a real org.</summary>
    public SimulatorServer RequireSimulator()
    {
        Assert.SkipWhen(_server is null, "Only the simulated org can be made to do this.");
        return _server ?? throw new InvalidOperationException("The test was skipped.");
    }

    /// <summary>Deletes a record at the end that a test made by other means.</summary>
    public void DeleteAtEnd(string id)
    {
        lock (_lock)
            _made.Add(id);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is null)
        {
            foreach (var ids in _made.AsEnumerable().Reverse().Chunk(200))
                using (await Http.DeleteAsync($"/services/data/{Version}/composite/sobjects?ids={string.Join(',', ids)}")) { }
        }

        _http?.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    private static async Task<string> SignInAsync(HttpClient http)
    {
        if (Environment.GetEnvironmentVariable("TANDEM_ORG_TOKEN") is { Length: > 0 } token)
            return token;
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = Environment.GetEnvironmentVariable("TANDEM_ORG_CLIENT_ID") ?? "",
            ["client_secret"] = Environment.GetEnvironmentVariable("TANDEM_ORG_CLIENT_SECRET") ?? "",
        });
        using var response = await http.PostAsync("/services/oauth2/token", form);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        return answer.TryGetProperty("access_token", out var issued) && issued.GetString() is { } text ? text
            : throw new InvalidOperationException($"The org at {http.BaseAddress} refused the sign-in: {answer}");
    }
}
