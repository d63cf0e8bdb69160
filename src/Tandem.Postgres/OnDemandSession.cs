using Npgsql;

namespace Tandem.Postgres;

/// <summary>A session that is opened when its worker has something to do, and goes back to the pool while it has nothing.</summary>
public sealed class OnDemandSession(NpgsqlDataSource dataSource) : IAsyncDisposable
{
    private NpgsqlConnection? _connection;

    /// <summary>Open since <see cref="OpenAsync"/>.</summary>
    public NpgsqlConnection Connection => _connection ?? throw new InvalidOperationException("The session is not open.");

    public async ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) =>
        _connection ??= await dataSource.OpenConnectionAsync(cancellationToken);

    /// <summary>It may be opened again afterwards.</summary>
    public async ValueTask CloseAsync()
    {
        if (_connection is not { } connection)
            return;
        _connection = null;
        await connection.DisposeAsync();
    }

    public ValueTask DisposeAsync() => CloseAsync();
}
