namespace Tandem.Sync.Freshness;

/// <summary>
/// What a formula's text refers to, each once and in any letter case: the plain facts, before anything is known of the org.
/// </summary>
public sealed record FormulaReferences
{
    /// <summary>Fields of the record and, with dots, of its parents: <c>Amount__c</c>, <c>Account.Owner.Name</c>.</summary>
    public required IReadOnlySet<string> Fields { get; init; }

    /// <summary>Names that stand before a parenthesis.</summary>
    public required IReadOnlySet<string> Functions { get; init; }

    /// <summary>Paths that begin with a dollar sign: <c>$User.Id</c>, <c>$Setup.Rates__c.Vat__c</c>.</summary>
    public required IReadOnlySet<string> Globals { get; init; }

    /// <summary>False when the text ends within a string or a comment, so that nothing is sure.</summary>
    public required bool IsReadable { get; init; }
}
