using System.Text.Json;
using Tandem.Salesforce.Http;

namespace Tandem.Salesforce.Limits;

/// <summary>Reads an org's limits. A reading costs one API request, so rare. Source: salesforce-api.md, section 2.1.</summary>
public sealed class LimitsClient
{
    private readonly ApiConnection _connection;

    internal LimitsClient(ApiConnection connection) => _connection = connection;

    public async Task<OrgLimits> GetAsync(CancellationToken cancellationToken)
    {
        using var document = await _connection.GetAsync($"{_connection.Root}/limits", cancellationToken);
        var limits = new Dictionary<string, OrgLimit>(StringComparer.OrdinalIgnoreCase);
        foreach (var property in document.Root.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Object
                && property.Value.TryGetProperty("Max", out var max) && max.TryGetInt64(out var most)
                && property.Value.TryGetProperty("Remaining", out var remaining) && remaining.TryGetInt64(out var left))
                limits[property.Name] = new OrgLimit(most, left);
        }

        return new OrgLimits { All = limits };
    }
}
