namespace Tandem.Simulator.Metadata;

/// <summary>One field of an object, with the attributes that describe answers and that saving a record enforces.</summary>
public sealed record Field
{
    public required string Name { get; init; }

    public required FieldType Type { get; init; }

    public string Label { get; init; } = "";

    /// <summary>Characters for text; 0 for everything else.</summary>
    public int Length { get; init; }

    /// <summary>Digits in all of a double, currency or percent; left of the point stand Precision - Scale.</summary>
    public int Precision { get; init; }

    public int Scale { get; init; }

    /// <summary>Digits of an int.</summary>
    public int Digits { get; init; }

    public bool IsNillable { get; init; } = true;

    public bool IsCreateable { get; init; } = true;

    public bool IsUpdateable { get; init; } = true;

    public bool IsFilterable { get; init; } = true;

    public bool IsSortable { get; init; } = true;

    public bool IsUnique { get; init; }

    public bool IsExternalId { get; init; }

    public bool IsCaseSensitive { get; init; }

    public bool IsAutoNumber { get; init; }

    /// <summary>The formula's text; null for a stored field.</summary>
    public string? Formula { get; init; }

    /// <summary>True for a formula by which the platform fills a standard field: describe does not call it one.</summary>
    public bool IsPlatformFormula { get; init; }

    /// <summary>True when blank numbers count as 0 in the formula.</summary>
    public bool TreatsBlankAsZero { get; init; }

    /// <summary>The roll-up summary that the field is; null for every other field.</summary>
    public RollUp? RollUp { get; init; }

    public bool IsRestrictedPicklist { get; init; }

    public bool IsHtml { get; init; }

    public bool IsNameField { get; init; }

    public bool IsDefaultedOnCreate { get; init; }

    /// <summary>True for a field by whose value an upsert or a parent reference may find the record.</summary>
    public bool IsIdLookup { get; init; }

    /// <summary>True for the reference of a detail to its master: required, and deleted together with it.</summary>
    public bool IsMasterDetail { get; init; }

    /// <summary>What a delete of the record that the reference points to does to this one.</summary>
    public DeleteRule OnDelete { get; init; }

    /// <summary>False for a field that the seed leaves blank.</summary>
    public bool IsSeeded { get; init; } = true;

    /// <summary>What the master or parent calls its children in SOQL; null when it has no name for them.</summary>
    public string? ChildRelationshipName { get; init; }

    /// <summary>The pattern of an auto-number, such as <c>W-{0000}</c>; null for every other field.</summary>
    public string? AutoNumberFormat { get; init; }

    /// <summary>How the platform itself fills the field on each save.</summary>
    public Derivation Derivation { get; init; }

    /// <summary>The value that a new record gets when none is given, as the CLR type of the field's type.</summary>
    public object? DefaultValue { get; init; }

    public IReadOnlyList<string> PicklistValues { get; init; } = [];

    public IReadOnlyList<string> ReferenceTo { get; init; } = [];

    /// <summary>The name of the way to the parent in SOQL: <c>Account</c> for <c>AccountId</c>, <c>Parent__r</c> for
    /// <c>Parent__c</c>.</summary>
    public string? RelationshipName { get; init; }

    /// <summary>The compound field that this one is a part of: <c>BillingAddress</c> for <c>BillingCity</c>.</summary>
    public string? CompoundFieldName { get; init; }

    public bool IsCustom => Name.EndsWith("__c", StringComparison.Ordinal) || Name.EndsWith("__s", StringComparison.Ordinal);

    public bool IsCalculated => Formula is not null || RollUp is not null;

    /// <summary>Compound fields show their parts' values and store none.</summary>
    public bool IsCompound => Type is FieldType.Address or FieldType.Location;
}
