using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tandem.Sync.Catalog.Access;

/// <summary>Writes a scope as its word wherever a token or a user is written as JSON.</summary>
public sealed class AccessScopeConverter : JsonConverter<AccessScope>
{
    public override AccessScope Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        AccessScopes.Parse(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, AccessScope value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(AccessScopes.Word(value));
    }
}
