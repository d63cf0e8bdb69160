using Npgsql;
using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Load;

/// <summary>
/// COPY straight into a table that is loaded for the first time: the fastest way in, without looking for rows that are there already.
/// Runs in a transaction of <see cref="SyncSession"/>; rows carry <c>_hc_lastop</c> = SYNCED.
/// </summary>
public sealed class TableLoader : IAsyncDisposable
{
    private readonly BinaryCopy _copy;

    private TableLoader(BinaryCopy copy) => _copy = copy;

    public static async Task<TableLoader> BeginAsync(
        NpgsqlConnection connection, TableDefinition definition, IReadOnlyList<string> columns, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(columns);
        foreach (var column in columns)
        {
            _ = definition.Column(column);
        }

        await using (var command = new NpgsqlCommand("show xmlbinary", connection))
        {
            if (await command.ExecuteScalarAsync(cancellationToken) is not ReservedNames.OwnSession)
            {
                throw SyncSession.NotBegun("A load");
            }
        }

        var statement = BinaryCopy.Statement(definition.QualifiedName, columns);
        return new TableLoader(await BinaryCopy.BeginAsync(connection, statement, columns.Count, cancellationToken));
    }

    public Task WriteAsync(CopyRows rows, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return _copy.WriteAsync(rows, cancellationToken);
    }

    /// <summary>The number of rows loaded. They are kept when the transaction commits.</summary>
    public async Task<long> CompleteAsync(CancellationToken cancellationToken)
    {
        await _copy.CompleteAsync(cancellationToken);
        return _copy.RowCount;
    }

    public ValueTask DisposeAsync() => _copy.DisposeAsync();
}
