using Tandem.Postgres.Tables;
using Tandem.Salesforce.Describe;
using Tandem.Sync.Catalog;

namespace Tandem.Sync.Schema;

/// <summary>
/// Which column a field becomes: the contract's (heroku-connect.md, section 4), or the exact one of a connection that asks for that.
/// </summary>
public static class ColumnTypes
{
    /// <summary>
    /// Text up to this many characters becomes varchar, longer text becomes text. The contract leaves the border open between
    /// 5,000 and 32,000; no field of Salesforce lies between them except by a custom length, where varchar would only hurt.
    /// </summary>
    public const int LongestVarchar = 5_000;

    /// <summary>Null for what has no column: compound fields, whose parts have theirs, and binary content.</summary>
    public static ColumnType? Of(FieldDescription field, TypeProfile types) => field.Type switch
    {
        FieldType.Id or FieldType.Reference => new ColumnType(ColumnKind.Varchar, 18),
        FieldType.Boolean => new ColumnType(ColumnKind.Boolean),
        FieldType.Int => new ColumnType(ColumnKind.Integer),
        FieldType.Long => new ColumnType(ColumnKind.BigInt),
        FieldType.Double or FieldType.Currency or FieldType.Percent =>
            types == TypeProfile.Exact ? ExactNumber(field) : new ColumnType(ColumnKind.Double),
        FieldType.Date => new ColumnType(ColumnKind.Date),
        FieldType.DateTime => new ColumnType(types == TypeProfile.Exact ? ColumnKind.TimestampTz : ColumnKind.Timestamp),
        FieldType.Time => new ColumnType(ColumnKind.Time),
        FieldType.AnyType or FieldType.Json => new ColumnType(ColumnKind.Text),
        FieldType.Base64 or FieldType.Address or FieldType.Location or FieldType.ComplexValue => null,
        _ when types == TypeProfile.Heroku && field.Length is > 0 and <= LongestVarchar => new ColumnType(ColumnKind.Varchar, field.Length),
        _ => new ColumnType(ColumnKind.Text),
    };

    /// <summary>
    /// A stored number has the digits that describe tells. A computed one may come with more than its field shows, so that it gets
    /// a numeric without limits. A coordinate is a binary number in the org too, and what reckons with places in Postgres takes those.
    /// </summary>
    private static ColumnType ExactNumber(FieldDescription field)
    {
        if (IsCoordinate(field))
            return new ColumnType(ColumnKind.Double);
        return field.IsCalculated || field.Precision < Math.Max(1, field.Scale) || field.Scale < 0
            ? new ColumnType(ColumnKind.Numeric)
            : new ColumnType(ColumnKind.Numeric, field.Precision, field.Scale);
    }

    private static bool IsCoordinate(FieldDescription field) =>
        field is { Type: FieldType.Double, CompoundFieldName: not null }
        && (field.Name.EndsWith("Latitude", StringComparison.OrdinalIgnoreCase)
            || field.Name.EndsWith("Longitude", StringComparison.OrdinalIgnoreCase)
            || field.Name.EndsWith("Latitude__s", StringComparison.OrdinalIgnoreCase)
            || field.Name.EndsWith("Longitude__s", StringComparison.OrdinalIgnoreCase));
}
