using System.Globalization;
using Npgsql;
using Tandem.Tests.Integration.Lives;
using Tandem.Tests.Integration.Sync;

namespace Tandem.Tests.Integration.ChaosPush;

/// <summary>
/// One of the writers: a session of its own with one transaction at a time, in the plain SQL of an app. What it changes stands in the book
/// at once, and is taken out again when it rolls back.
/// </summary>
internal sealed class AppSession(NpgsqlDataSource dataSource, RowBook book, Journal journal, int number) : IAsyncDisposable
{
    private readonly List<BookRow> _changed = [];
    private readonly HashSet<BookRow> _held = [];
    private NpgsqlConnection? _connection;
    private NpgsqlTransaction? _transaction;
    private int _savepoint = -1;

    public bool IsOpen => _transaction is not null;

    /// <summary>
    /// Does the step in the open transaction, or in a new one. As an app must, it gives the transaction up when the database cannot give it
    /// a lock: the program waits for another writer's transaction then, and holds what this one asks for.
    /// </summary>
    public async Task ActAsync(Func<Task> step)
    {
        try
        {
            _connection ??= await dataSource.OpenConnectionAsync(SyncWorld.Token);
            _transaction ??= await _connection.BeginTransactionAsync(SyncWorld.Token);
            await step();
        }
        catch (PostgresException exception) when (
            exception.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
        {
            journal.Add($"    writer {number} gives its transaction up: {exception.MessageText}");
            await RollbackAsync();
        }
    }

    /// <summary>Notes a change that a statement has made.</summary>
    public void Note(BookRow row, RowVersion version)
    {
        if (row.Versions.Count == 0)
            book.Add(row);
        row.Versions.Add(version);
        row.Holder = this;
        _held.Add(row);
        _changed.Add(row);
    }

    public async Task<IReadOnlyList<string?[]>> AskAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection, _transaction);
        await using var reader = await command.ExecuteReaderAsync(SyncWorld.Token);
        var rows = new List<string?[]>();
        while (await reader.ReadAsync(SyncWorld.Token))
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount)
                .Select(at => reader.IsDBNull(at) ? null : Convert.ToString(reader.GetValue(at), CultureInfo.InvariantCulture))]);
        }

        return rows;
    }

    /// <summary>For a statement that returns the local ids of its rows.</summary>
    public async Task<IReadOnlyList<int>> ChangeAsync(string sql) =>
        [.. (await AskAsync(sql)).Select(row => int.Parse(row[0] ?? "", CultureInfo.InvariantCulture))];

    public async Task SaveAsync()
    {
        await AskAsync("savepoint here");
        _savepoint = _changed.Count;
    }

    public async Task RollbackToSavepointAsync()
    {
        if (_savepoint < 0)
            return;
        await AskAsync("rollback to savepoint here");
        Undo(_savepoint);
    }

    public async Task CommitAsync()
    {
        if (_transaction is not { } transaction)
            return;
        await transaction.CommitAsync(SyncWorld.Token);
        await EndAsync(transaction);
    }

    public async Task RollbackAsync()
    {
        if (_transaction is not { } transaction)
            return;
        await transaction.RollbackAsync(SyncWorld.Token);
        Undo(0);
        await EndAsync(transaction);
    }

    public async ValueTask DisposeAsync()
    {
        if (_transaction is not null)
            await _transaction.DisposeAsync();
        if (_connection is not null)
            await _connection.DisposeAsync();
    }

    private void Undo(int from)
    {
        for (var at = _changed.Count - 1; at >= from; at--)
        {
            var row = _changed[at];
            row.Versions.RemoveAt(row.Versions.Count - 1);
            if (row.Versions.Count == 0)
            {
                book.Remove(row);
                _held.Remove(row);
            }
        }

        _changed.RemoveRange(from, _changed.Count - from);
    }

    private async Task EndAsync(NpgsqlTransaction transaction)
    {
        foreach (var row in _held)
            row.Holder = null;
        _held.Clear();
        _changed.Clear();
        (_transaction, _savepoint) = (null, -1);
        await transaction.DisposeAsync();
    }
}
