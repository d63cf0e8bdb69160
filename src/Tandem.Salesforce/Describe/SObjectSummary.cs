namespace Tandem.Salesforce.Describe;

/// <summary>An object as the list of all objects shows it. Source: salesforce-api.md, section 2.2.</summary>
public sealed record SObjectSummary
{
    public required string Name { get; init; }

    public required string Label { get; init; }

    /// <summary>The first three characters of its rows' ids; null for objects without rows of their own.</summary>
    public required string? KeyPrefix { get; init; }

    public required bool IsQueryable { get; init; }

    public required bool IsCreateable { get; init; }

    public required bool IsUpdateable { get; init; }

    public required bool IsDeletable { get; init; }

    /// <summary>Deleted and updated rows can be asked for by time.</summary>
    public required bool IsReplicateable { get; init; }

    public required bool IsCustom { get; init; }

    public required bool IsCustomSetting { get; init; }

    public required bool IsDeprecatedAndHidden { get; init; }
}
