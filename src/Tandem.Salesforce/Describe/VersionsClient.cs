using System.Text.Json;
using Tandem.Salesforce.Http;

namespace Tandem.Salesforce.Describe;

/// <summary>Asks which versions of its API an org offers. Source: salesforce-api.md, section 2.1.</summary>
public sealed class VersionsClient
{
    private readonly ApiConnection _connection;

    internal VersionsClient(ApiConnection connection) => _connection = connection;

    /// <summary>Such as <c>67.0</c>, in the org's order.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        using var request = ApiRequest.Create(HttpMethod.Get, "/services/data");
        return await _connection.ReadAsync(request, Read, cancellationToken);
    }

    private static IReadOnlyList<string> Read(JsonElement root) => root.ValueKind == JsonValueKind.Array
        ? [.. root.EnumerateArray().Select(version => version.RequiredText("version"))]
        : throw new JsonException("The list of versions is missing.");
}
