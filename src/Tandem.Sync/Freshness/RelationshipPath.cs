namespace Tandem.Sync.Freshness;

/// <summary>The way from a record to a parent, a grandparent and so on; at least one hop.</summary>
public sealed record RelationshipPath
{
    /// <summary>The most relationships that SOQL follows in one path. Source: salesforce-api.md, section 4.</summary>
    public const int LongestInSoql = 5;

    public required IReadOnlyList<Hop> Hops { get; init; }

    /// <summary>As people write it: <c>Account.Owner</c>, with the object where the lookup leaves it open: <c>Owner:User</c>.</summary>
    public string Name => string.Join(
        '.', Hops.Select(hop => hop.IsPolymorphic ? $"{hop.Relationship}:{hop.Target}" : hop.Relationship));

    /// <summary>True when a condition on the parent's stamp may name it by its path.</summary>
    public bool IsPlain => Hops.Count <= LongestInSoql && !Hops.Any(hop => hop.IsPolymorphic);

    /// <summary>
    /// The hop whose lookup a semi-join compares: the polymorphic one, or else one far enough from both ends. Null when the path has a
    /// second polymorphic hop or is too long for any query.
    /// </summary>
    public int? SemiJoinHop
    {
        get
        {
            var polymorphic = Hops.Index().Where(pair => pair.Item.IsPolymorphic).Select(pair => pair.Index).ToList();
            if (polymorphic.Count > 1)
                return null;
            var at = polymorphic.Count == 1 ? polymorphic[0] : Math.Min(Hops.Count - 1, LongestInSoql);
            return at <= LongestInSoql && Hops.Count - at - 1 <= LongestInSoql ? at : null;
        }
    }
}
