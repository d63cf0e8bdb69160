using Tandem.Postgres.Conflicts;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Api.V1;

/// <summary>
/// What is to be another of a mapping, by the names of a mapping file: what is not given stays, and null gives the default back.
/// </summary>
internal sealed record MappingChange
{
    /// <summary>The mapping's revision as the asker knows it; another one refuses the change.</summary>
    public int? Revision { get; init; }

    public MappingAccess? Access { get; init; }

    /// <summary>All fields that the mapping is to have; <c>*</c> stands for every field.</summary>
    public IReadOnlyDictionary<string, FieldOptions>? Fields { get; init; }

    /// <summary>All indexes that the table is to have.</summary>
    public IReadOnlyDictionary<string, IndexOptions>? Indexes { get; init; }

    /// <summary>The unique identifier: an external id field.</summary>
    public string? UpsertField { get; init; }

    /// <summary>A SOQL condition without WHERE.</summary>
    public string? Filter { get; init; }

    /// <summary>1 to 86400.</summary>
    public int? SfPollingSeconds { get; init; }

    public bool? SfNotifyEnabled { get; init; }

    public int? SfMaxDailyApiCalls { get; init; }

    public bool? FreshFormulas { get; init; }

    public DriftPolicy? OnDrift { get; init; }

    public ConflictPolicy? Conflicts { get; init; }

    public IReadOnlyDictionary<string, ConflictPolicy>? ConflictColumns { get; init; }
}
