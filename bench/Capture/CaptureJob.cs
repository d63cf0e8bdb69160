using Npgsql;
using Tandem.Postgres;

namespace Tandem.Bench.Capture;

/// <summary>The writes of an app, the same for both tables: one statement for many rows, then clients with one row a transaction.</summary>
internal sealed class CaptureJob(NpgsqlDataSource dataSource, CaptureOptions options, TimeProvider timeProvider)
{
    private const int Clients = 4;

    /// <summary>Transactions of one row that were committed.</summary>
    public int Transactions { get; private set; }

    public Task<double> InsertManyAsync(CancellationToken cancellationToken) =>
        TimeAsync("Capture/insert_rows.sql", cancellationToken, 1, options.Rows);

    public Task<double> UpdateManyAsync(CancellationToken cancellationToken) =>
        TimeAsync("Capture/update_rows.sql", cancellationToken, 1);

    /// <returns>Per second, over all clients.</returns>
    public Task<double> InsertOneByOneAsync(CancellationToken cancellationToken) =>
        CountAsync("Capture/insert_rows.sql", number => (options.Rows + number, options.Rows + number), cancellationToken);

    /// <returns>Per second, over all clients, which never change the same row at once.</returns>
    public Task<double> UpdateOneByOneAsync(CancellationToken cancellationToken) =>
        CountAsync("Capture/update_row.sql", number => ((number * 7919 % options.Rows) + 1, number), cancellationToken);

    private async Task<double> TimeAsync(string file, CancellationToken cancellationToken, params object[] values)
    {
        await RunAsync("checkpoint", cancellationToken);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = Command(connection, file, values);
        var started = timeProvider.GetTimestamp();
        await command.ExecuteNonQueryAsync(cancellationToken);
        return timeProvider.GetElapsedTime(started).TotalSeconds;
    }

    private async Task<double> CountAsync(string file, Func<int, (int First, int Second)> values, CancellationToken cancellationToken)
    {
        await RunAsync("checkpoint", cancellationToken);
        var next = 0;
        var started = timeProvider.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(ClientAsync, cancellationToken)));
        Transactions += next;
        return next / timeProvider.GetElapsedTime(started).TotalSeconds;

        async Task ClientAsync()
        {
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            await using var command = Command(connection, file, 0, 0);
            await command.PrepareAsync(cancellationToken);
            while (timeProvider.GetElapsedTime(started) < options.Window)
            {
                (command.Parameters[0].Value, command.Parameters[1].Value) = values(Interlocked.Increment(ref next));
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
        }
    }

    private async Task RunAsync(string statement, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(statement);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string file, params object[] values)
    {
        var command = new NpgsqlCommand(SqlFile.Read(file), connection) { CommandTimeout = 0 };
        command.Parameters.AddValues(values);
        return command;
    }
}
