namespace Tandem.Sync.Freshness;

/// <summary>One step from a record to a parent.</summary>
public sealed record Hop
{
    /// <summary>As in <c>Account</c> or <c>Parent__r</c>.</summary>
    public required string Relationship { get; init; }

    /// <summary>The lookup field that the relationship follows: <c>AccountId</c>.</summary>
    public required string LookupField { get; init; }

    /// <summary>The object of the parent.</summary>
    public required string Target { get; init; }

    /// <summary>The lookup may point to several objects; then only a semi-join reaches the parent's stamp.</summary>
    public required bool IsPolymorphic { get; init; }
}
