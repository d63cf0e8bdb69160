namespace Tandem.Postgres.Tables;

/// <summary>
/// A table that already exists cannot serve as the synced table: the message names the table, what was expected and what was found.
/// </summary>
public sealed class TableMismatchException(string table, string? column, string message) : Exception(message)
{
    public string Table { get; } = table;

    /// <summary>Null when the table as a whole does not fit.</summary>
    public string? Column { get; } = column;
}
