namespace Tandem.Simulator.Metadata;

/// <summary>
/// The field types that a describe call names; the comment of each says which CLR type a stored value has.
/// Source: salesforce-api.md, section 2.2.
/// </summary>
public enum FieldType
{
    /// <summary>string, 18 characters.</summary>
    Id,

    /// <summary>string.</summary>
    String,

    /// <summary>string.</summary>
    TextArea,

    /// <summary>string.</summary>
    Picklist,

    /// <summary>string, values joined by semicolons in the order of the picklist.</summary>
    MultiPicklist,

    /// <summary>string.</summary>
    Combobox,

    /// <summary>string, the 18-character id of the parent.</summary>
    Reference,

    /// <summary>bool, never null.</summary>
    Boolean,

    /// <summary>int.</summary>
    Int,

    /// <summary>long.</summary>
    Long,

    /// <summary>decimal, at the field's scale.</summary>
    Double,

    /// <summary>decimal, at the field's scale.</summary>
    Currency,

    /// <summary>decimal, at the field's scale; 33 means 33 %.</summary>
    Percent,

    /// <summary>DateOnly.</summary>
    Date,

    /// <summary>DateTime of kind UTC.</summary>
    DateTime,

    /// <summary>TimeOnly.</summary>
    Time,

    /// <summary>string.</summary>
    Phone,

    /// <summary>string.</summary>
    Url,

    /// <summary>string.</summary>
    Email,

    /// <summary>string, read back masked.</summary>
    EncryptedString,

    /// <summary>byte[].</summary>
    Base64,

    /// <summary>Nothing is stored: a compound of the fields that name it in CompoundFieldName.</summary>
    Address,

    /// <summary>Nothing is stored: a compound of the fields that name it in CompoundFieldName.</summary>
    Location,

    /// <summary>string.</summary>
    AnyType,
}
