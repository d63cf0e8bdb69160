using System.Text;
using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Capture;

/// <summary>
/// The expressions by which the log functions write a row. Only the definition's columns are written, so that columns which users add
/// stay theirs; they stand in hstore's own order, which saves it the sorting.
/// </summary>
internal static class LoggedRow
{
    private static readonly ColumnDefinition Id = new(ReservedNames.Id, new ColumnType(ColumnKind.Integer));

    /// <summary>All logged columns of the row that SQL knows by this name, as an hstore.</summary>
    public static string Hstore(TableDefinition table, string row)
    {
        var columns = Columns(table);
        var names = columns.Select(column => PgIdentifier.Literal(column.Name));
        var values = columns.Select(column => Text(row, column));
        return $"public.hstore(array[{string.Join(", ", names)}], array[{string.Join(", ", values)}])";
    }

    /// <summary>What is logged of a whole row that is given as an hstore, in the same form.</summary>
    public static string Record(TableDefinition table, string row) =>
        $"public.slice({row}, array[{string.Join(", ", Columns(table).Select(column => PgIdentifier.Literal(column.Name)))}])";

    /// <summary>
    /// What differs between two rows, in the output form of an hstore. It is put together as text, because making a second hstore of the
    /// whole row and taking one from the other costs a multiple.
    /// </summary>
    public static string Changes(TableDefinition table, string before, string after)
    {
        var changes = Columns(table).Select(column =>
            $"case when {Comparable(after, column)} is distinct from {Comparable(before, column)}\n  "
            + $"then {Key(column)} || coalesce('\"' || {Escaped(after, column)} || '\"', 'NULL') end");
        return $"array_to_string(array[\n{string.Join(",\n", changes)}], ', ')";
    }

    /// <summary>The columns that are logged.</summary>
    public static IReadOnlyList<ColumnDefinition> Columns(TableDefinition table) =>
    [
        .. table.Columns.Where(column => column.Name is not ReservedNames.Sfid)
            .Append(SyncedTable.SfidColumn)
            .Append(Id)
            .OrderBy(column => Encoding.UTF8.GetByteCount(column.Name))
            .ThenBy(column => Convert.ToHexString(Encoding.UTF8.GetBytes(column.Name)), StringComparer.Ordinal),
    ];

    /// <summary>Moves a statement to the right, to its place in the text of a function.</summary>
    public static string Indent(string statement, int spaces) =>
        new string(' ', spaces) + statement.Replace("\n", "\n" + new string(' ', spaces), StringComparison.Ordinal);

    // The output form of a boolean is t or f, which hstore() of a whole row gives too; its cast to text is true or false.
    private static string Text(string row, ColumnDefinition column) =>
        column.Type.Kind is ColumnKind.Boolean ? $"left({Field(row, column)}::text, 1)" : $"{Field(row, column)}::text";

    // Two numbers may be equal and written differently; what counts is what is written.
    private static string Comparable(string row, ColumnDefinition column) =>
        column.Type.Kind is ColumnKind.Double or ColumnKind.Numeric ? Text(row, column) : Field(row, column);

    private static string Escaped(string row, ColumnDefinition column) => column.Type.Kind is ColumnKind.Varchar or ColumnKind.Text
        ? $@"replace(replace({Field(row, column)}, E'\\', E'\\\\'), '""', E'\\""')"
        : Text(row, column);

    private static string Key(ColumnDefinition column)
    {
        var escaped = column.Name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return PgIdentifier.TextLiteral($"\"{escaped}\"=>");
    }

    private static string Field(string row, ColumnDefinition column) => $"{row}.{PgIdentifier.Quote(column.Name)}";
}
