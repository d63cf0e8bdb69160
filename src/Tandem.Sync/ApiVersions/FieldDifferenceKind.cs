namespace Tandem.Sync.ApiVersions;

/// <summary>How a field differs between two versions of the API.</summary>
public enum FieldDifferenceKind
{
    /// <summary>The target has the field, the version in use has not.</summary>
    Added,

    /// <summary>The version in use has the field, the target has not.</summary>
    Lost,

    /// <summary>The field has another type.</summary>
    Type,

    /// <summary>Text may be longer, or shorter.</summary>
    Length,

    /// <summary>A number has other digits.</summary>
    Digits,
}
