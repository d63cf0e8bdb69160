using Npgsql;

namespace Tandem.Postgres;

/// <summary>
/// A session that is opened when its worker has something to do, and goes back to the pool while it has nothing. It may be kept between,
/// for what stands in it, as long as the database's sessions are not scarce.
/// </summary>
public sealed class OnDemandSession(TargetDatabase database) : IAsyncDisposable
{
    private bool _isKept;

    /// <summary>Null while it is closed.</summary>
    public NpgsqlConnection? Opened { get; private set; }

    public async ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) =>
        Opened ??= await database.DataSource.OpenConnectionAsync(cancellationToken);

    /// <summary>
    /// The worker waits for something, and would like to find the session again as it is: who holds one and waits for those who want one
    /// could wait for ever. Called outside of a transaction.
    /// </summary>
    public ValueTask RestAsync()
    {
        if (Opened is null || _isKept)
            return ValueTask.CompletedTask;
        _isKept = database.TryKeep();
        return _isKept ? ValueTask.CompletedTask : CloseAsync();
    }

    /// <summary>It may be opened again afterwards.</summary>
    public async ValueTask CloseAsync()
    {
        if (_isKept)
            database.LetGo();
        _isKept = false;
        if (Opened is not { } connection)
            return;
        Opened = null;
        await connection.DisposeAsync();
    }

    public ValueTask DisposeAsync() => CloseAsync();
}
