using Npgsql;

namespace Tandem.Postgres;

/// <summary>
/// A database as one program works it: a pool of sessions for its work, and one session for what it must hear and hold. All connections
/// of a server that have their tables there share both.
/// </summary>
public sealed class TargetDatabase(NpgsqlDataSource dataSource) : IAsyncDisposable
{
    public NpgsqlDataSource DataSource => dataSource;

    public ControlSession Control { get; } = new(dataSource);

    public async ValueTask DisposeAsync()
    {
        await Control.DisposeAsync();
        await dataSource.DisposeAsync();
    }
}
