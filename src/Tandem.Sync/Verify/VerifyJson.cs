using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tandem.Sync.Verify;

/// <summary>How reports are spelled as JSON: in the run's table, in a request's outcome and by <c>tandem verify --json</c>.</summary>
public static class VerifyJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };
}
