using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance;

/// <summary>What the org answered, read to its end.</summary>
public sealed record OrgAnswer
{
    public required HttpStatusCode Status { get; init; }

    public required string Text { get; init; }

    /// <summary>The response's and the content's headers, by name in any letter case.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The body as JSON; undefined when it is empty.</summary>
    public JsonElement Json => Text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(Text);

    public static async Task<OrgAnswer> ReadAsync(HttpResponseMessage response) => new()
    {
        Status = response.StatusCode,
        Text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
        Headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
    };

    /// <summary>Asserts REST's array of one error. Source: salesforce-api.md, section 0.</summary>
    public JsonElement ShouldBeError(HttpStatusCode expected, string code)
    {
        Status.ShouldBe(expected, Text);
        Json.ValueKind.ShouldBe(JsonValueKind.Array, Text);
        Json.GetArrayLength().ShouldBe(1, Text);
        Json[0].GetProperty("errorCode").GetString().ShouldBe(code, Text);
        Json[0].GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        return Json[0];
    }
}
