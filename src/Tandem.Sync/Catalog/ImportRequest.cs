using System.Text.Json;

namespace Tandem.Sync.Catalog;

/// <summary>The options of a request of the kind <see cref="RequestKind.Import"/>.</summary>
/// <param name="File">The mapping file's text.</param>
/// <param name="IsPreview">Only tells what would change.</param>
public sealed record ImportRequest(string File, bool IsPreview)
{
    public string ToJson() => JsonSerializer.Serialize(this);

    /// <exception cref="FormatException">Another program wrote something else.</exception>
    public static ImportRequest Parse(string json) =>
        JsonSerializer.Deserialize<ImportRequest>(json) is { File: not null } request
            ? request
            : throw new FormatException("The options of an import hold no file.");
}
