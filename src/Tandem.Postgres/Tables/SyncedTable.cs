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

    /// <summary>What the table has otherwise than its definition; nothing is changed. Null when there is no such table.</summary>
    /// <exception cref="TableMismatchException">It is no table, or has no integer id.</exception>
    public async Task<TableDifference?> CompareAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await TableShape.ReadAsync(connection, definition, cancellationToken) is not { } shape)
        {
            return null;
        }

        shape.CheckIsTableWithId($"{definition.Schema}.{definition.Name}");
        var columns = OwnColumns().Select(column => (Column: column, Fit: shape.Compare(column))).ToList();
        var own = columns.Select(pair => pair.Column.Name).Append(ReservedNames.Id).ToHashSet(StringComparer.Ordinal);
        return new TableDifference
        {
            Missing = [.. columns.Where(pair => pair.Fit is ColumnFit.Missing).Select(pair => pair.Column)],
            TooNarrow =
            [
                .. columns.Where(pair => pair.Fit is ColumnFit.TooNarrow)
                    .Select(pair => new NarrowColumn(pair.Column, shape.NarrowType(pair.Column.Name))),
            ],
            Mismatched =
            [
                .. columns.Where(pair => pair.Fit is null).Select(pair => new ColumnMismatch(
                    pair.Column.Name, pair.Column.Type.Sql, shape.TypeOf(pair.Column.Name) ?? string.Empty)),
            ],
            Unfillable = [.. shape.Needed.Where(column => !own.Contains(column))],
        };
    }

    /// <summary>
    /// Adds and widens columns, none of which rewrites a row, within the connection's open transaction. A lock that others hold is
    /// waited for only shortly, so that nobody queues behind us for long: LockNotAvailable then ends the transaction, to be tried again.
    /// </summary>
    /// <returns>Columns that PostgreSQL does not widen, because views or the like depend on them.</returns>
    public async Task<IReadOnlyList<BlockedColumn>> AlterAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, TableDifference difference, CancellationToken cancellationToken)
    {
        await ExecuteAsync(connection, "set local lock_timeout = '1s'", cancellationToken);
        if (difference.Missing.Count > 0)
        {
            var parts = difference.Missing.Select(column => $"add column {Declare(column)}");
            await ExecuteAsync(
                connection, $"alter table {definition.QualifiedName}\n  {string.Join(",\n  ", parts)}", cancellationToken);
        }

        var blocked = new List<BlockedColumn>();
        foreach (var column in difference.TooNarrow)
        {
            await transaction.SaveAsync("widen", cancellationToken);
            try
            {
                await ExecuteAsync(
                    connection,
                    $"alter table {definition.QualifiedName} alter column {PgIdentifier.Quote(column.Asked.Name)} "
                    + $"type {column.Asked.Type.Sql}",
                    cancellationToken);
                await transaction.ReleaseAsync("widen", cancellationToken);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.FeatureNotSupported)
            {
                await transaction.RollbackAsync("widen", cancellationToken);
                var views = await ListViewsAsync(connection, column.Asked.Name, cancellationToken);
                blocked.Add(new BlockedColumn(
                    column, views.Count == 0 ? exception.MessageText : $"{exception.MessageText}: {string.Join(", ", views)}"));
            }
        }

        return blocked;
    }

    /// <summary>An index that already serves, whatever its name, is not built a second time.</summary>
    public async Task CreateIndexesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var existing = await TableIndex.ListAsync(connection, definition, cancellationToken);
        foreach (var index in definition.Indexes)
        {
            _ = definition.Column(index.Column);
            if (!existing.Any(each => each.Serves(index)))
            {
                await ExecuteAsync(connection, CreateIndexStatement(index), cancellationToken);
            }
        }
    }

    /// <summary>The triggers, in the form that the table has now: while <see cref="FirstLoad"/> is under way, that of a load.</summary>
    public async Task InstallCaptureAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var isLoading = await new FirstLoad(definition).IsUnderWayAsync(connection, cancellationToken);
        var isOff = await CaptureSwitch.IsOffAsync(connection, definition, cancellationToken);
        await ExecuteAsync(
            connection,
            string.Join(
                ";\n",
                isLoading ? LoadLogger.Function(definition) : Logger.Function(definition),
                isLoading ? LoadLogger.Trigger(definition) : Logger.Triggers(definition),
                TruncateTrigger.Trigger(definition),
                StatusFunction.Function(definition),
                isLoading ? StatusFunction.TriggerDuringLoad(definition) : StatusFunction.Trigger(definition),
                isOff ? CaptureSwitch.TurnOff(definition) : string.Empty),
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
            .Concat(StatusColumns.Select(column => column.Name is ReservedNames.LastOperation
                ? $"{Declare(column)} default 'PENDING'"
                : Declare(column)));
        return $"create table if not exists {definition.QualifiedName} (\n  {string.Join(",\n  ", columns)}\n)";
    }

    internal string CreateIndexStatement(IndexDefinition index) =>
        $"create {(index.IsUnique ? "unique " : string.Empty)}index if not exists {PgIdentifier.Quote(index.NameOn(definition.Name))} "
        + $"on {definition.QualifiedName} ({PgIdentifier.Quote(index.Column)})";

    private async Task<List<string>> ListViewsAsync(NpgsqlConnection connection, string column, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlText.Read("Tables/list_dependent_views.sql"), connection)
        {
            Parameters = { new() { Value = definition.Schema }, new() { Value = definition.Name }, new() { Value = column } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var views = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            views.Add(reader.GetString(0));
        }

        return views;
    }

    private string? AlterStatement(TableShape shape)
    {
        var table = $"{definition.Schema}.{definition.Name}";
        shape.CheckIsTableWithId(table);
        var parts = new List<string>();
        foreach (var column in OwnColumns())
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

    private IEnumerable<ColumnDefinition> OwnColumns() => DataColumns().Append(SfidColumn).Concat(StatusColumns);

    private IEnumerable<ColumnDefinition> DataColumns() => definition.Columns.Where(column => column.Name is not ReservedNames.Sfid);

    private static string Declare(ColumnDefinition column) => $"{PgIdentifier.Quote(column.Name)} {column.Type.Sql}";

    // An index on millions of rows takes longer than any command timeout; cancellation is the limit.
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
