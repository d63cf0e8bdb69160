namespace Tandem.Salesforce.Describe;

/// <summary>A field's type as describe names it. Source: salesforce-api.md, section 2.2.</summary>
public enum FieldType
{
    /// <summary>A name that this version does not know; nothing may be assumed of its values.</summary>
    Unknown = 0,
    Id,
    String,
    TextArea,
    Picklist,
    MultiPicklist,
    Combobox,
    Reference,
    Boolean,
    Int,
    Long,
    Double,
    Currency,
    Percent,
    Date,
    DateTime,
    Time,
    Phone,
    Url,
    Email,
    EncryptedString,
    Base64,
    Address,
    Location,
    AnyType,
    ComplexValue,
    Json,
    DataCategoryGroupReference,
}
