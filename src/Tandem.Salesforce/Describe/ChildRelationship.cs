namespace Tandem.Salesforce.Describe;

/// <summary>Children that point to an object. Source: salesforce-api.md, section 2.2.</summary>
public sealed record ChildRelationship
{
    /// <summary>The object of the children.</summary>
    public required string ChildObject { get; init; }

    /// <summary>The children's lookup field.</summary>
    public required string Field { get; init; }

    /// <summary>Null when queries cannot follow it.</summary>
    public required string? RelationshipName { get; init; }

    /// <summary>Deleting the parent deletes the children, as a master does with its details.</summary>
    public required bool IsCascadeDelete { get; init; }
}
