using System.Text.Json.Serialization;
using Tandem.Sync.ApiVersions;

namespace Tandem.Server.Api.V3;

/// <summary>What another version of the API changes for a connection's mappings. Source: heroku-connect.md, section 12.9.</summary>
internal sealed record SchemaDiff
{
    public required Guid Guid { get; init; }

    public required string CurrentApiVersion { get; init; }

    public required string TargetApiVersion { get; init; }

    /// <summary>The version that the connection has from now on; absent where nothing was changed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TargetVersion { get; init; }

    public required IReadOnlyList<MappingDiff> Mappings { get; init; }

    public static SchemaDiff Of(SchemaDifference difference, Guid id) => new()
    {
        Guid = id,
        CurrentApiVersion = difference.Current,
        TargetApiVersion = difference.Target,
        Mappings = [.. difference.Mappings.Select(Of)],
    };

    private static MappingDiff Of(MappingDifference mapping) => new(
        mapping.ObjectName,
        mapping.HasChanged,
        mapping.IsUnsafe,
        mapping.Undetermined is not null,
        mapping.Message,
        [.. mapping.Fields.Select(field => new FieldDiff(
            field.Field, field.Kind.ToString().ToLowerInvariant(), field.Before, field.After, field.IsSafe))]);
}
