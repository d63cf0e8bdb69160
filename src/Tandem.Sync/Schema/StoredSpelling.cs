using System.Globalization;
using System.Text;
using Tandem.Postgres.Tables;
using Tandem.Salesforce;
using Tandem.Salesforce.Describe;

namespace Tandem.Sync.Schema;

/// <summary>
/// One spelling for what Salesforce may store differently than it was sent: text trimmed or cut, a number rounded to its scale, a whole
/// second, a long id. Used where a value that came back is compared with one that was written.
/// </summary>
internal static class StoredSpelling
{
    /// <summary>Null for what Salesforce stores as no value.</summary>
    /// <param name="text">In PostgreSQL's output form, or in that of the API.</param>
    public static string? Of(MappedField field, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        return field.Column.Type.Kind switch
        {
            ColumnKind.Boolean => text is "t" or "true" ? "true" : "false",
            ColumnKind.Double or ColumnKind.Numeric
                when decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) =>
                Math.Round(number, field.Description.Scale, MidpointRounding.AwayFromZero).ToString(
                    "0.##################", CultureInfo.InvariantCulture),
            ColumnKind.Timestamp or ColumnKind.TimestampTz when DateTimeOffset.TryParse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) =>
                moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            ColumnKind.Time => text[..Math.Min(8, text.Length)],
            // Salesforce finds a parent by its key in any letter case, and answers with the parent's own.
            _ when field is { Lookup: not null, Description.IsCaseSensitive: false } => text.Trim().ToUpperInvariant(),
            _ when field.Description.Type == FieldType.Reference && SalesforceId.TryParse(text, out var id) => id.Value,
            _ => Cut(field, text).Trim().ReplaceLineEndings("\n").Normalize(NormalizationForm.FormC),
        };
    }

    /// <summary>As a connection sends it that cuts text; from one that does not, Salesforce takes no text that is too long.</summary>
    private static string Cut(MappedField field, string text) =>
        field.Lookup is null ? TextCut.Apply(field.Description, text) : text;
}
