using System.Globalization;
using System.Text.Json;

namespace Tandem.Salesforce.Http;

/// <summary>
/// Reads members of Salesforce's answers. An absent member reads as null, false or zero; a required one that is absent throws
/// <see cref="JsonException"/>, which the connection turns into an unexpected answer.
/// </summary>
internal static class JsonReading
{
    // The offset pattern accepts +0000 and +00:00, K accepts Z. Source: salesforce-api.md, section 8.2.
    private static readonly string[] DateTimeFormats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public static string? Text(this JsonElement element, string name)
        => element.Find(name, JsonValueKind.String)?.GetString();

    public static string RequiredText(this JsonElement element, string name)
        => element.Text(name) ?? throw new JsonException($"The member {name} is missing.");

    public static bool Flag(this JsonElement element, string name)
        => element.Find(name, JsonValueKind.True) is not null;

    public static int Number(this JsonElement element, string name) => (int)element.LongNumber(name);

    public static long LongNumber(this JsonElement element, string name)
        => element.Find(name, JsonValueKind.Number) is { } value && value.TryGetInt64(out var number) ? number : 0;

    public static JsonElement RequiredArray(this JsonElement element, string name)
        => element.Find(name, JsonValueKind.Array) ?? throw new JsonException($"The list {name} is missing.");

    public static IReadOnlyList<string> Texts(this JsonElement element, string name)
        => element.Find(name, JsonValueKind.Array) is { } list
            ? [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString() ?? "")]
            : [];

    public static SalesforceId RequiredId(this JsonElement element, string name)
        => SalesforceId.TryParse(element.Text(name), out var id)
            ? id
            : throw new JsonException($"The id {name} is missing or malformed.");

    public static DateTimeOffset RequiredDateTime(this JsonElement element, string name)
        => DateTimeOffset.TryParseExact(
            element.Text(name), DateTimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var moment)
            ? moment
            : throw new JsonException($"The datetime {name} is missing or malformed.");

    private static JsonElement? Find(this JsonElement element, string name, JsonValueKind kind)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == kind
            ? value
            : null;
}
