namespace Tandem.Sync.Schema;

/// <summary>Whether a column can hold a value, and if not, why.</summary>
public enum ValueFit
{
    Fits,

    /// <summary>The bytes are no value of the field's type.</summary>
    WrongType,

    /// <summary>A number that the column's type cannot hold.</summary>
    OutOfRange,

    /// <summary>A text of more characters than the column has.</summary>
    TooLong,

    /// <summary>A text with the character NUL, which PostgreSQL cannot store.</summary>
    HasNul,

    /// <summary>A text that is no Unicode, such as one with half of a surrogate pair.</summary>
    NotUnicode,
}
