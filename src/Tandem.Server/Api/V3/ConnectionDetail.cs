using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Tandem.Server.Api.V3;

/// <summary>
/// A connection with all that clients read of it; what has no meaning on one's own server stands there as Heroku Connect has it for a plain
/// connection. Source: heroku-connect.md, section 12.4.
/// </summary>
internal sealed record ConnectionDetail
{
    public required Guid Id { get; init; }

    [JsonPropertyName("_id")]
    public required int Number { get; init; }

    public required string Name { get; init; }

    public required string InternalName { get; init; }

    public required Guid AddonId { get; init; }

    public required string ResourceName { get; init; }

    public required string AppName { get; init; }

    public required Guid AppId { get; init; }

    public string? TeamName { get; }

    public string? EnterpriseAccountName { get; }

    public required string SchemaName { get; init; }

    public required string DbKey { get; init; }

    public required DatabaseAddress Database { get; init; }

    public required string? OrganizationId { get; init; }

    public required string State { get; init; }

    /// <summary>A sentence where something is wrong. An extension of the contract.</summary>
    public required string? StateDescription { get; init; }

    public required string MappingsSummaryState { get; init; }

    public required string DetailUrl { get; init; }

    public required string NotificationsUrl { get; init; }

    public IReadOnlyList<string> Tags { get; } = [];

    public required SalesforceFacts SfInfo { get; init; }

    public required string? SfInstance { get; init; }

    public string? SfRegion { get; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset? AuthUpdated { get; init; }

    public string Plan { get; } = "self-hosted";

    public bool FreeEdition { get; }

    public bool Dogwood { get; }

    public required JsonNode? UserInfo { get; init; }

    public required ConnectionMetrics Metrics { get; init; }

    /// <summary>Null while the connection is not at work.</summary>
    public required ApiUsageFacts? ApiUsage { get; init; }

    public bool LogplexLogEnabled { get; }

    public bool Deletable { get; } = true;

    public int LargeQueryThreshold { get; } = 10_000;

    public int BulkPageSize { get; } = 150_000;

    public int SoapBatchSize { get; } = 200;

    public required JsonNode Features { get; init; }

    public JsonNode? Odata { get; }

    /// <summary>Left out unless it was asked for with <c>deep</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<MappingDetail>? Mappings { get; init; }
}
