using System.Globalization;
using System.Runtime.InteropServices;

namespace Tandem.Postgres.Tables;

/// <summary>
/// The type of a column as the table is created with it. <see cref="Length"/> counts characters and belongs to varchar only.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ColumnType(ColumnKind Kind, int Length = 0)
{
    private const int MaxLength = 10_485_760;

    public string Sql => Kind switch
    {
        ColumnKind.Varchar when Length is > 0 and <= MaxLength => string.Create(CultureInfo.InvariantCulture, $"varchar({Length})"),
        ColumnKind.Varchar => throw new InvalidOperationException(
            $"A varchar column needs a length from 1 to {MaxLength.ToString(CultureInfo.InvariantCulture)}; this one has "
            + $"{Length.ToString(CultureInfo.InvariantCulture)}."),
        ColumnKind.Text => "text",
        ColumnKind.Boolean => "boolean",
        ColumnKind.Integer => "integer",
        ColumnKind.BigInt => "bigint",
        ColumnKind.Double => "double precision",
        ColumnKind.Date => "date",
        ColumnKind.Timestamp => "timestamp without time zone",
        ColumnKind.Time => "time without time zone",
        _ => throw new InvalidOperationException($"There is no column kind {Kind}."),
    };
}
