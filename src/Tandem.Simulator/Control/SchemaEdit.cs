using System.Text.Json;

namespace Tandem.Simulator.Control;

/// <summary>One change of the org's shape; <see cref="SchemaEditor"/> makes it, and save files keep it to make it again.</summary>
public sealed record SchemaEdit
{
    public required SchemaOperation Operation { get; init; }

    /// <summary>The object; the definition names the one that is added.</summary>
    public string Object { get; init; } = "";

    /// <summary>The field that is changed or removed.</summary>
    public string Field { get; init; } = "";

    /// <summary>What is added, or the members that change, as in a metadata file.</summary>
    public JsonElement? Definition { get; init; }
}
