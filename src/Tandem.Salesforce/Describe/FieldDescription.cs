namespace Tandem.Salesforce.Describe;

/// <summary>
/// A field's attributes, in Salesforce's meaning. <c>IsNillable</c> binds writes only: stored rows may hold null in any field but a
/// boolean.
/// Source: salesforce-api.md, section 2.2.
/// </summary>
public sealed record FieldDescription
{
    public required string Name { get; init; }

    public required string Label { get; init; }

    public required FieldType Type { get; init; }

    /// <summary>The type's name on the wire, for messages about one that is not known.</summary>
    public string TypeName { get; init; } = "";

    public string SoapType { get; init; } = "";

    /// <summary>In characters; 0 for numbers.</summary>
    public int Length { get; init; }

    public int ByteLength { get; init; }

    /// <summary>All digits of a double, currency or percent.</summary>
    public int Precision { get; init; }

    /// <summary>The digits right of the point.</summary>
    public int Scale { get; init; }

    /// <summary>The digits of an int.</summary>
    public int Digits { get; init; }

    public bool IsNillable { get; init; }

    public bool IsCreateable { get; init; }

    public bool IsUpdateable { get; init; }

    /// <summary>A formula or a roll-up summary; the latter has no <see cref="CalculatedFormula"/>.</summary>
    public bool IsCalculated { get; init; }

    public bool IsUnique { get; init; }

    public bool IsExternalId { get; init; }

    public bool IsIdLookup { get; init; }

    public bool IsCaseSensitive { get; init; }

    public bool IsFilterable { get; init; }

    public bool IsSortable { get; init; }

    public bool IsAutoNumber { get; init; }

    public bool IsNameField { get; init; }

    public bool IsNamePointing { get; init; }

    public bool IsPolymorphicForeignKey { get; init; }

    public bool IsCustom { get; init; }

    public bool IsEncrypted { get; init; }

    public bool IsHtmlFormatted { get; init; }

    public bool IsDefaultedOnCreate { get; init; }

    public bool IsDeprecatedAndHidden { get; init; }

    public bool IsRestrictedDelete { get; init; }

    public bool IsRestrictedPicklist { get; init; }

    /// <summary>The default as text, whatever its JSON type; null when there is none.</summary>
    public string? DefaultValue { get; init; }

    /// <summary>The compound field that this one is a part of, as <c>BillingAddress</c> for <c>BillingStreet</c>.</summary>
    public string? CompoundFieldName { get; init; }

    public string? RelationshipName { get; init; }

    public string? ReferenceTargetField { get; init; }

    public string? CalculatedFormula { get; init; }

    /// <summary>As <c>richtextarea</c>; tells kinds of long text apart.</summary>
    public string? ExtraTypeInfo { get; init; }

    /// <summary>The objects that a reference may point to; more than one for a polymorphic one.</summary>
    public IReadOnlyList<string> ReferenceTo { get; init; } = [];

    public IReadOnlyList<PicklistValue> PicklistValues { get; init; } = [];
}
