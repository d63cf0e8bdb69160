using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tandem.Sync.Diagnose;

/// <summary>How a diagnosis is spelled as JSON: with the contract's members and words. Source: heroku-connect.md, section 12.6.</summary>
public static class DiagnosisJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false) },
    };
}
