using System.Globalization;
using Npgsql;

namespace Tandem.Postgres.Tables;

/// <summary>
/// An existing table as the system catalogue describes it, compared by <see cref="SyncedTable"/> with what is asked for.
/// </summary>
internal sealed class TableShape
{
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);
    private readonly List<string> _needed = [];
    private bool _isTable;

    /// <summary>The columns that refuse a row which leaves them out.</summary>
    public IReadOnlyList<string> Needed => _needed;

    public static async Task<TableShape?> ReadAsync(
        NpgsqlConnection connection, TableDefinition definition, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlText.Read("Tables/read_columns.sql"), connection)
        {
            Parameters = { new() { Value = definition.Schema }, new() { Value = definition.Name } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        TableShape? shape = null;
        while (await reader.ReadAsync(cancellationToken))
        {
            shape ??= new TableShape { _isTable = reader.GetBoolean(0) };
            if (!await reader.IsDBNullAsync(1, cancellationToken))
            {
                shape._types.Add(reader.GetString(1), reader.GetString(2));
                if (reader.GetBoolean(3))
                {
                    shape._needed.Add(reader.GetString(1));
                }
            }
        }

        return shape;
    }

    public void CheckIsTableWithId(string table)
    {
        if (!_isTable)
        {
            throw new TableMismatchException(table, null, $"{table} must be a table; it is a view or another kind of relation.");
        }

        var found = _types.GetValueOrDefault(ReservedNames.Id);
        if (found is not "integer")
        {
            throw Mismatch(table, ReservedNames.Id, "integer", found ?? "no such column");
        }
    }

    /// <summary>As PostgreSQL spells it; null when there is no such column.</summary>
    public string? TypeOf(string column) => _types.GetValueOrDefault(column);

    /// <summary>The present type of a column that is too narrow.</summary>
    public ColumnType NarrowType(string column) => new(ColumnKind.Varchar, VarcharLength(_types[column]));

    /// <summary>Throws <see cref="TableMismatchException"/> when the column has another type than the one expected.</summary>
    public ColumnFit Compare(string table, ColumnDefinition column) => Compare(column) is { } fit
        ? fit
        : throw Mismatch(table, column.Name, column.Type.Sql, _types[column.Name]);

    /// <summary>Null when the column has another type than the one expected.</summary>
    public ColumnFit? Compare(ColumnDefinition column)
    {
        if (!_types.TryGetValue(column.Name, out var found))
        {
            return ColumnFit.Missing;
        }

        var isText = found is "text" or "character varying";
        var length = VarcharLength(found);
        return column.Type.Kind switch
        {
            ColumnKind.Text or ColumnKind.Varchar when isText => ColumnFit.Fits,
            ColumnKind.Text when length > 0 => ColumnFit.TooNarrow,
            ColumnKind.Varchar when length > 0 => length < column.Type.Length ? ColumnFit.TooNarrow : ColumnFit.Fits,
            _ when string.Equals(found, column.Type.Sql, StringComparison.Ordinal) => ColumnFit.Fits,
            ColumnKind.Numeric when NumericType(found) is { } numeric =>
                numeric.IsWiderThan(column.Type) ? ColumnFit.Fits : ColumnFit.TooNarrow,
            _ => null,
        };
    }

    private static int VarcharLength(string type)
    {
        const string Prefix = "character varying(";
        return type.StartsWith(Prefix, StringComparison.Ordinal) && type.EndsWith(')')
            ? int.Parse(type.AsSpan(Prefix.Length, type.Length - Prefix.Length - 1), CultureInfo.InvariantCulture)
            : 0;
    }

    private static ColumnType? NumericType(string type)
    {
        const string Prefix = "numeric(";
        if (type is "numeric")
            return new ColumnType(ColumnKind.Numeric);
        if (!type.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var digits = type[Prefix.Length..^1].Split(',');
        return new ColumnType(
            ColumnKind.Numeric, int.Parse(digits[0], CultureInfo.InvariantCulture), int.Parse(digits[1], CultureInfo.InvariantCulture));
    }

    private static TableMismatchException Mismatch(string table, string column, string expected, string found) =>
        new(table, column, $"The table {table} already exists and does not fit: column \"{column}\" must be {expected}; found {found}.");
}
