using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.EndToEnd;

/// <summary>What all of <see cref="BadInputTests"/> share: an org, a database, a good mapping file, and no org.</summary>
public sealed class BadInputFixture : IAsyncLifetime
{
    private const string Redirect = "https://localhost/callback";

    private readonly TemporaryFolder _folder = new();
    private SimulatorProcess? _simulator;
    private TestDatabase? _database;
    private WebApplication? _notSalesforce;

    public Uri Org => _simulator?.Address ?? throw NotStarted();

    public string Database => _database?.ConnectionString ?? throw NotStarted();

    /// <summary>Answers everything with an HTML page and 404.</summary>
    public Uri NotSalesforce => new(_notSalesforce?.Urls.First() ?? throw NotStarted());

    public string Mappings { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        _simulator = await SimulatorProcess.StartAsync(rows: 10, seed: 1, TestContext.Current.CancellationToken);
        _database = await TestDatabase.CreateAsync();
        Mappings = MappedTable.WriteFile(_folder.Combine("mappings.json"), MappedTable.Contact);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _notSalesforce = builder.Build();
        _notSalesforce.Run(context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("<html><body><h1>Not found</h1></body></html>", context.RequestAborted);
        });
        await _notSalesforce.StartAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Writes a mapping file of any content.</summary>
    public string WriteFile(string text)
    {
        var path = _folder.Combine($"{Guid.NewGuid():N}.json");
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Sets a connection of the catalogue to another org.</summary>
    public async Task MoveToAnotherOrgAsync(string schema, CancellationToken cancellationToken)
    {
        await using var command = (_database ?? throw NotStarted()).DataSource.CreateCommand(
            $"update tandem.connection set organization_id = '00DAnotherOrg00AAA' where schema_name = '{schema}'");
        if (await command.ExecuteNonQueryAsync(cancellationToken) != 1)
        {
            throw new InvalidOperationException($"The catalogue has no connection with the schema {schema}.");
        }
    }

    /// <summary>Gets a refresh token as a person would, by signing in and allowing, and revokes it again.</summary>
    public async Task<string> RevokedRefreshTokenAsync(CancellationToken cancellationToken)
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { BaseAddress = Org };
        using var allowed = await PostAsync(http, "authorize", cancellationToken,
            ("response_type", "code"), ("client_id", "simulator"), ("redirect_uri", Redirect), ("scope", "api refresh_token"),
            ("decision", "allow"), ("username", "admin@tandem.test"), ("password", "password"));
        var query = allowed.Headers.Location?.Query ?? throw new InvalidOperationException("The org did not redirect with a code.");
        var pairs = query.TrimStart('?').Split('&');
        var code = Uri.UnescapeDataString(pairs.First(pair => pair.StartsWith("code=", StringComparison.Ordinal))[5..]);
        using var granted = await PostAsync(http, "token", cancellationToken,
            ("grant_type", "authorization_code"), ("client_id", "simulator"), ("client_secret", "simulator-secret"),
            ("redirect_uri", Redirect), ("code", code));
        var session = await granted.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        var token = session.GetProperty("refresh_token").GetString() ?? "";
        using var revoked = await PostAsync(http, "revoke", cancellationToken, ("token", token));
        revoked.EnsureSuccessStatusCode();
        return token;
    }

    public async ValueTask DisposeAsync()
    {
        if (_notSalesforce is not null)
        {
            await _notSalesforce.DisposeAsync();
        }

        if (_simulator is not null)
        {
            await _simulator.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        _folder.Dispose();
    }

    private static async Task<HttpResponseMessage> PostAsync(
        HttpClient http, string endpoint, CancellationToken cancellationToken, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));
        return await http.PostAsync($"/services/oauth2/{endpoint}", content, cancellationToken);
    }

    private static InvalidOperationException NotStarted() => new("The fixture is not started.");
}
