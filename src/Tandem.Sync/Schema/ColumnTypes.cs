using Tandem.Postgres.Tables;
using Tandem.Salesforce.Describe;

namespace Tandem.Sync.Schema;

/// <summary>Which column a field becomes. Source: heroku-connect.md, section 4.</summary>
public static class ColumnTypes
{
    /// <summary>
    /// Text up to this many characters becomes varchar, longer text becomes text. The contract leaves the border open between
    /// 5,000 and 32,000; no field of Salesforce lies between them except by a custom length, where varchar would only hurt.
    /// </summary>
    public const int LongestVarchar = 5_000;

    /// <summary>Null for what has no column: compound fields, whose parts have theirs, and binary content.</summary>
    public static ColumnType? Of(FieldDescription field) => field.Type switch
    {
        FieldType.Id or FieldType.Reference => new ColumnType(ColumnKind.Varchar, 18),
        FieldType.Boolean => new ColumnType(ColumnKind.Boolean),
        FieldType.Int => new ColumnType(ColumnKind.Integer),
        FieldType.Long => new ColumnType(ColumnKind.BigInt),
        FieldType.Double or FieldType.Currency or FieldType.Percent => new ColumnType(ColumnKind.Double),
        FieldType.Date => new ColumnType(ColumnKind.Date),
        FieldType.DateTime => new ColumnType(ColumnKind.Timestamp),
        FieldType.Time => new ColumnType(ColumnKind.Time),
        FieldType.AnyType or FieldType.Json => new ColumnType(ColumnKind.Text),
        FieldType.Base64 or FieldType.Address or FieldType.Location or FieldType.ComplexValue => null,
        _ when field.Length is > 0 and <= LongestVarchar => new ColumnType(ColumnKind.Varchar, field.Length),
        _ => new ColumnType(ColumnKind.Text),
    };
}
