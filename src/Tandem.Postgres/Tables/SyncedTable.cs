using Npgsql;
using Tandem.Postgres.Capture;
using Tandem.Postgres.Load;

namespace Tandem.Postgres.Tables;

/// <summary>
/// A synced table in the database: made, or taken over where one already exists, given its indexes and its capture triggers.
/// Every method may run again.
/// </summary>
public sealed class SyncedTable(TableDefinition definition)
{
    internal static readonly ColumnDefinition SfidColumn = new(ReservedNames.Sfid, new ColumnType(ColumnKind.Varchar, 18));

    private static readonly ColumnDefinition[] StatusColumns =
    [
        new(ReservedNames.LastOperation, new ColumnType(ColumnKind.Varchar, 32)),
        new(ReservedNames.Error, new ColumnType(ColumnKind.Text)),
    ];

    public async Task<bool> ExistsAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await TableShape.ReadAsync(connection, definition, cancellationToken) is not null;

    /// <summary>
    /// Creates the table, or adds to an existing one what it lacks and widens what is too narrow. Nothing is dropped or narrowed;
    /// a column of another type throws <see cref="TableMismatchException"/> before anything is changed.
    /// </summary>
    public async Task CreateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var shape = await TableShape.ReadAsync(connection, definition, cancellationToken);
        var sql = shape is null ? CreateStatement() : AlterStatement(shape);
        if (sql is not null)
        {
            await ExecuteAsync(connection, sql, cancellationToken);
        }
    }

    /// <summary>An index that already serves, whatever its name, is not built a second time.</summary>
    public async Task CreateIndexesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var existing = await TableShape.ReadIndexesAsync(connection, definition, cancellationToken);
        foreach (var index in definition.Indexes)
        {
            _ = definition.Column(index.Column);
            if (!existing.Contains(index))
            {
                await ExecuteAsync(connection, CreateIndexStatement(index), cancellationToken);
            }
        }
    }

    /// <summary>The triggers, in the form that the table has now: while <see cref="FirstLoad"/> is under way, that of a load.</summary>
    public async Task InstallCaptureAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var isLoading = await new FirstLoad(definition).IsUnderWayAsync(connection, cancellationToken);
        await ExecuteAsync(
            connection,
            string.Join(
                ";\n",
                LoggerFunction.Function(definition),
                LoggerFunction.Trigger(definition),
                StatusFunction.Function(definition),
                isLoading ? StatusFunction.TriggerDuringLoad(definition) : StatusFunction.Trigger(definition)),
            cancellationToken);
    }

    public Task AnalyzeAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        ExecuteAsync(connection, $"analyze {definition.QualifiedName}", cancellationToken);

    public async Task<long> CountAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"select count(*) from {definition.QualifiedName}", connection) { CommandTimeout = 0 };
        return await command.ExecuteScalarAsync(cancellationToken) is long count ? count : 0;
    }

    /// <summary>True when the table holds anything at all.</summary>
    public Task<bool> HasRowsAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        AskAsync(connection, $"select exists (select from {definition.QualifiedName})", cancellationToken);

    /// <summary>True when the table holds a record of the org, as opposed to rows that the app has inserted.</summary>
    public Task<bool> HasRecordsAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        AskAsync(connection, $"select exists (select from {definition.QualifiedName} where sfid is not null)", cancellationToken);

    /// <summary>The whole table, or the form without primary key in which <see cref="FirstLoad"/> fills it.</summary>
    internal string CreateStatement(bool isForLoad = false)
    {
        var key = $" constraint {PgIdentifier.Quote(ReservedNames.PrimaryKey(definition.Name))} primary key";
        var columns = DataColumns()
            .Append(SfidColumn)
            .Select(Declare)
            .Append($"{ReservedNames.Id} serial{(isForLoad ? string.Empty : key)}")
            .Concat(StatusColumns.Select(column => isForLoad && column.Name is ReservedNames.LastOperation
                ? $"{Declare(column)} default 'PENDING'"
                : Declare(column)));
        return $"create table if not exists {definition.QualifiedName} (\n  {string.Join(",\n  ", columns)}\n)";
    }

    internal string CreateIndexStatement(IndexDefinition index) =>
        $"create {(index.IsUnique ? "unique " : string.Empty)}index if not exists {PgIdentifier.Quote(index.NameOn(definition.Name))} "
        + $"on {definition.QualifiedName} ({PgIdentifier.Quote(index.Column)})";

    private string? AlterStatement(TableShape shape)
    {
        var table = $"{definition.Schema}.{definition.Name}";
        shape.CheckIsTableWithId(table);
        var parts = new List<string>();
        foreach (var column in DataColumns().Append(SfidColumn).Concat(StatusColumns))
        {
            switch (shape.Compare(table, column))
            {
                case ColumnFit.Missing:
                    parts.Add($"add column {Declare(column)}");
                    break;
                case ColumnFit.TooNarrow:
                    parts.Add($"alter column {PgIdentifier.Quote(column.Name)} type {column.Type.Sql}");
                    break;
                default:
                    break;
            }
        }

        return parts.Count is 0 ? null : $"alter table {definition.QualifiedName}\n  {string.Join(",\n  ", parts)}";
    }

    private static async Task<bool> AskAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    private IEnumerable<ColumnDefinition> DataColumns() => definition.Columns.Where(column => column.Name is not ReservedNames.Sfid);

    private static string Declare(ColumnDefinition column) => $"{PgIdentifier.Quote(column.Name)} {column.Type.Sql}";

    // An index on millions of rows takes longer than any command timeout; cancellation is the limit.
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
