using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tandem.Tests.EndToEnd;

/// <summary>The org seen by a person beside Tandem: a REST client that shares nothing with the one under test.</summary>
internal sealed class OrgApi : IDisposable
{
    private const string Root = "/services/data/v67.0";

    private readonly HttpClient _http;

    private OrgApi(HttpClient http) => _http = http;

    public static async Task<OrgApi> SignInAsync(Uri address, CancellationToken cancellationToken)
    {
        var http = new HttpClient { BaseAddress = address };
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "password",
            ["client_id"] = "simulator",
            ["client_secret"] = "simulator-secret",
            ["username"] = "admin@tandem.test",
            ["password"] = "password",
        });
        using var response = await http.PostAsync("/services/oauth2/token", form, cancellationToken);
        response.EnsureSuccessStatusCode();
        var session = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session.GetProperty("access_token").GetString());
        return new OrgApi(http);
    }

    public async Task<string> CreateAsync(string objectName, JsonObject fields, CancellationToken cancellationToken)
    {
        using var response = await _http.PostAsJsonAsync($"{Root}/sobjects/{objectName}", fields, cancellationToken);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        return response.IsSuccessStatusCode
            ? body.GetProperty("id").GetString() ?? throw new InvalidOperationException("The org answered a create without an id.")
            : throw new InvalidOperationException($"The org refused a create of {objectName}: {body}");
    }

    public async Task UpdateAsync(string objectName, string id, JsonObject fields, CancellationToken cancellationToken)
    {
        using var response = await _http.PatchAsJsonAsync($"{Root}/sobjects/{objectName}/{id}", fields, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    public async Task DeleteAsync(string objectName, string id, CancellationToken cancellationToken)
    {
        using var response = await _http.DeleteAsync($"{Root}/sobjects/{objectName}/{id}", cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>All records of a query, page after page.</summary>
    public async Task<IReadOnlyList<JsonElement>> QueryAsync(string query, CancellationToken cancellationToken)
    {
        var records = new List<JsonElement>();
        var next = $"{Root}/query?q={Uri.EscapeDataString(query)}";
        while (next is not null)
        {
            var page = await _http.GetFromJsonAsync<JsonElement>(next, cancellationToken);
            records.AddRange(page.GetProperty("records").EnumerateArray());
            next = page.TryGetProperty("nextRecordsUrl", out var following) ? following.GetString() : null;
        }

        return records;
    }

    public void Dispose() => _http.Dispose();
}
