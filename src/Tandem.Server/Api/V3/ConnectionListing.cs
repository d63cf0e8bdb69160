using System.Text.Json.Serialization;

namespace Tandem.Server.Api.V3;

/// <summary>A connection as discovery lists it. Source: heroku-connect.md, section 12.2.</summary>
internal sealed record ConnectionListing
{
    public required Guid Id { get; init; }

    [JsonPropertyName("_id")]
    public required int Number { get; init; }

    public required string ResourceName { get; init; }

    public required string DisplayName { get; init; }

    public string AddonType { get; } = "Sync";

    public required string AppName { get; init; }

    public required Guid AppId { get; init; }

    public string Region { get; } = "self-hosted";

    public required Uri RegionUrl { get; init; }

    public string RegionFlag { get; } = "";

    public string RegionLabel { get; } = "Self-hosted";

    public string Cell { get; } = "self-hosted";

    public string CellLabel { get; } = "Self-hosted";

    /// <summary>Absolute here, relative in the connection itself.</summary>
    public required Uri DetailUrl { get; init; }
}
