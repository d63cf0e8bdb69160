using System.Text.Json.Nodes;
using Tandem.Sync.Catalog.Files;

namespace Tandem.Server.Api.V1;

/// <summary>One difference that an import would make.</summary>
/// <param name="Path">The place in the file, a mapping by its object's name: <c>Account.config.fields.Phone</c>.</param>
/// <param name="Before">Null where nothing stands.</param>
/// <param name="After">Null where nothing will stand any more.</param>
internal sealed record PreviewedChange(string Path, JsonNode? Before, JsonNode? After)
{
    public static PreviewedChange Of(MappingFileChange change) => new(change.Path, Parse(change.Before), Parse(change.After));

    private static JsonNode? Parse(string? json) => json is null ? null : JsonNode.Parse(json);
}
