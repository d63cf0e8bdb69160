using Tandem.Salesforce.Describe;

namespace Tandem.Sync.Schema;

/// <summary>
/// Cuts text to the length of its field, as Salesforce's own AllowFieldTruncationHeader does, which only SOAP has. It counts what
/// Salesforce keeps, without blanks at the ends, in units of UTF-16, and leaves no half of a pair. Source: salesforce-api.md,
/// sections 2.2, 7 and 8.2.
/// </summary>
internal static class TextCut
{
    public static string Apply(FieldDescription field, string text)
    {
        if (!IsCut(field.Type) || field.Length <= 0 || text.Length <= field.Length)
            return text;
        var kept = text.Trim();
        if (kept.Length <= field.Length)
            return text;
        var end = char.IsHighSurrogate(kept[field.Length - 1]) ? field.Length - 1 : field.Length;
        return kept[..end];
    }

    /// <summary>The types that Salesforce cuts when it is asked to.</summary>
    private static bool IsCut(FieldType type) => type is FieldType.String or FieldType.TextArea or FieldType.Phone or FieldType.Email
        or FieldType.Picklist or FieldType.MultiPicklist or FieldType.EncryptedString;
}
