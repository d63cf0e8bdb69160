namespace Tandem.Sync.Freshness;

/// <summary>What a derived field's value hangs on besides the fields of its own record.</summary>
public sealed record FieldDependencies
{
    /// <summary>The API name.</summary>
    public required string Field { get; init; }

    /// <summary>A roll-up summary: Salesforce saves the record whenever it recalculates, so that its stamp moves.</summary>
    public required bool IsRollUp { get; init; }

    /// <summary>The parents whose change may change the value, by <see cref="RelationshipPath.Name"/>.</summary>
    public required IReadOnlyList<RelationshipPath> Parents { get; init; }

    public required bool UsesDay { get; init; }

    public required bool UsesMoment { get; init; }

    /// <summary>What nobody can be asked about, in words that follow "because it uses"; empty when all is known.</summary>
    public required IReadOnlyList<string> Unknowns { get; init; }

    /// <summary>All formulas that were read, own and others', in a fixed order: a change of it means new values everywhere.</summary>
    public required IReadOnlyList<string> Formulas { get; init; }

    /// <summary>True when the value changes only together with its record's stamp.</summary>
    public bool IsSteady => Parents.Count == 0 && !UsesDay && !UsesMoment && Unknowns.Count == 0;
}
