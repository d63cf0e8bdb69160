using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Tandem.Simulator;
using Tandem.Simulator.Data;
using Xunit;

namespace Tandem.Tests.Conformance;

/// <summary>
/// The org that the contract is held against, and a signed-in client of it: a simulated one, or the real one that TANDEM_ORG_URL names,
/// signed in with TANDEM_ORG_TOKEN or with TANDEM_ORG_CLIENT_ID and TANDEM_ORG_CLIENT_SECRET (client credentials). All tests share it;
/// each works on records of its own, which are deleted at the end. The simulated one has no rows at the start and is asked at the end
/// whether it has none again, so that no test comes to rely on rows, or to leave some, that a real org would not bear.
/// </summary>
public sealed class TestOrg : IOrg, IAsyncLifetime
{
    /// <summary>The version that every test speaks unless it is about versions.</summary>
    public const string Version = "v67.0";

    private const int IdsPerDelete = 200;

    /// <summary>A file's version is deleted with its document, and not by itself.</summary>
    private const string FileVersionPrefix = "068";

    /// <summary>What a delete answers of a record that is gone already, by a test or with its parent.</summary>
    private static readonly string[] Gone = ["ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY"];

    private readonly Lock _lock = new();
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);
    private HashSet<string> _liveAtStart = [];
    private SimulatorServer? _server;
    private HttpClient? _http;

    public HttpClient Http => _http ?? throw new InvalidOperationException("The org is not started.");

    public SimulatorServer? Simulator => _server;

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

        _server = await SimulatorServer.StartAsync(new SimulatorOptions { Rows = 0 }, TimeProvider.System, CancellationToken.None);
        _http = new HttpClient { BaseAddress = _server.BaseAddress };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer",
            _server.Sessions.Issue(_server.Org.AdminUserId).AccessToken);
        _liveAtStart = Live(_server.Org);
    }

    /// <summary>The simulated org itself, for tests of what only its controls can bring about; skips the test on a real org.</summary>
    /// <param name="reason">Why a real org cannot do it, as the skipped test tells.</param>
    public SimulatorServer RequireSimulator(string reason = "Only the simulated org can be made to do this.")
    {
        Assert.SkipWhen(_server is null, reason);
        return _server ?? throw new InvalidOperationException("The test was skipped.");
    }

    public void DeleteAtEnd(string id)
    {
        lock (_lock)
            _made.Add(id);
    }

    /// <exception cref="InvalidOperationException">The tests left records behind.</exception>
    public async ValueTask DisposeAsync()
    {
        try
        {
            var left = await DeleteMadeAsync();
            if (_server is not null)
                left.AddRange(Live(_server.Org).Except(_liveAtStart));
            if (left.Count > 0)
                throw new InvalidOperationException($"The tests left {left.Count} records in the org: {string.Join(", ", left.Take(20))}.");
        }
        finally
        {
            _http?.Dispose();
            if (_server is not null)
                await _server.DisposeAsync();
        }
    }

    /// <summary>Deletes what the tests made and gives the ids of what remained. Some records hold up the delete of others, which the
    /// next round then takes.</summary>
    private async Task<List<string>> DeleteMadeAsync()
    {
        List<string> left = [.. _made.Where(id => !id.StartsWith(FileVersionPrefix, StringComparison.Ordinal))];
        int before;
        do
        {
            before = left.Count;
            left = await DeleteAsync(left);
        }
        while (left.Count > 0 && left.Count < before);
        return left;
    }

    /// <summary>Deletes object by object, because one call takes only so many changes of the object.</summary>
    private async Task<List<string>> DeleteAsync(IReadOnlyList<string> ids)
    {
        var left = new List<string>();
        foreach (var chunk in ids.GroupBy(id => id[..3]).SelectMany(group => group.Chunk(IdsPerDelete)))
        {
            using var response = await Http.DeleteAsync($"/services/data/{Version}/composite/sobjects?ids={string.Join(',', chunk)}");
            var results = response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<List<JsonElement>>() ?? [] : [];
            left.AddRange(chunk.Where((_, at) => at >= results.Count || !IsGone(results[at])));
        }

        return left;
    }

    private static bool IsGone(JsonElement result) => result.GetProperty("success").GetBoolean()
        || result.GetProperty("errors").EnumerateArray().Any(error => Gone.Contains(error.GetProperty("statusCode").GetString()));

    private static HashSet<string> Live(Org org) =>
    [
        .. org.Types.SelectMany(type => org.FindTable(type.Name)?.Records ?? []).Where(record => !record.IsDeleted)
            .Select(record => record.Id),
    ];

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
