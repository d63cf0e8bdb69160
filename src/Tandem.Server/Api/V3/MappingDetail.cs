using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Tandem.Server.Api.V3;

/// <summary>A mapping with its state and its counts. Source: heroku-connect.md, section 12.5.</summary>
internal sealed record MappingDetail
{
    public required Guid Id { get; init; }

    [JsonPropertyName("_id")]
    public required int Number { get; init; }

    public required string ObjectName { get; init; }

    public required string State { get; init; }

    public required string? StateDescription { get; init; }

    /// <summary>As a mapping file has it.</summary>
    public required JsonNode Config { get; init; }

    public required string Access { get; init; }

    public required bool SfNotifyEnabled { get; init; }

    public required int SfPollingSeconds { get; init; }

    public required string? UpsertField { get; init; }

    public required MappingCounts Counts { get; init; }

    public required DateTimeOffset? DbCountDate { get; init; }

    public required DateTimeOffset? SalesforceCountDate { get; init; }

    public required MappingTimes Times { get; init; }

    /// <summary>What is being read of it; null when nothing is. The contract has nothing of the kind.</summary>
    public required MappingLoad? Load { get; init; }

    public required bool ActivelyWriting { get; init; }

    public required bool IsPolling { get; init; }

    public bool HasHcColumns { get; } = true;

    public JsonObject SyncFlags { get; } = [];

    public required string DetailUrl { get; init; }

    public required string ErrorsUrl { get; init; }

    public required Uri SchemaUrl { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset? UpdatedAt { get; init; }

    public required MappingOwner Connection { get; init; }
}
