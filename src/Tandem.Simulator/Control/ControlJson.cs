using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tandem.Simulator.Control;

/// <summary>How the control plane and save files spell JSON: members and names of enums in camelCase, spans of time as
/// <c>hh:mm:ss</c>; a member that nobody reads is refused.</summary>
internal static class ControlJson
{
    public static JsonSerializerOptions Pages { get; } = Make(isIndented: true);

    public static JsonSerializerOptions Lines { get; } = Make(isIndented: false);

    private static JsonSerializerOptions Make(bool isIndented) => new(JsonSerializerDefaults.Web)
    {
        WriteIndented = isIndented,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.Strict,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };
}
