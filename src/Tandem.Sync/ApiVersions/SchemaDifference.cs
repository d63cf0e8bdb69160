namespace Tandem.Sync.ApiVersions;

/// <summary>How the mapped objects of a connection look in two versions of the org's API.</summary>
public sealed record SchemaDifference
{
    /// <summary>The version that the connection uses, such as <c>60.0</c>.</summary>
    public required string Current { get; init; }

    public required string Target { get; init; }

    /// <summary>In the order of the connection's mappings.</summary>
    public required IReadOnlyList<MappingDifference> Mappings { get; init; }
}
