using System.Text.Json;

namespace Tandem.Simulator.Http;

/// <summary>Reads members of requests' JSON that may be absent or something else; whoever reads decides what that means.</summary>
internal static class JsonMember
{
    /// <summary>The text of a member; null when there is no text.</summary>
    public static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
            ? member.GetString() : null;

    public static bool IsTrue(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.True;
}
