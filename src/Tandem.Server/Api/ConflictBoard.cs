using Npgsql;
using Tandem.Postgres.Conflicts;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Api;

/// <summary>
/// The conflicts of one connection as they were last counted: at most once a minute, and only while somebody looks. Who looks while they
/// are counted anew sees the last counts at once. They cost no call of the org, and a connection at rest has them too; only one whose
/// database does not answer has none.
/// </summary>
internal sealed class ConflictBoard(ConnectionLife life, ConnectionFleet fleet, TimeProvider timeProvider)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly ConflictLog _log = new(life.Connection.Schema);
    private readonly Lock _lock = new();
    private Task<ConflictCounts?>? _counting;
    private ConflictCounts? _last;
    private DateTimeOffset _begunAt;

    /// <returns>Null while the database does not answer.</returns>
    public Task<ConflictCounts?> ReadAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_counting is { IsCompletedSuccessfully: true } counted)
                _last = counted.Result;
            var now = timeProvider.GetUtcNow();
            if (_counting is null || (_counting.IsCompleted && now - _begunAt >= Fresh))
                (_begunAt, _counting) = (now, CountAsync());
            return _last is not null ? Task.FromResult<ConflictCounts?>(_last) : _counting.WaitAsync(cancellationToken);
        }
    }

    private async Task<ConflictCounts?> CountAsync()
    {
        await Task.Yield();
        try
        {
            return new ConflictCounts(await fleet.ReadAsync(
                life, session => _log.CountAsync(session, CancellationToken.None), CancellationToken.None));
        }
        catch (Exception exception) when (exception is NpgsqlException or ConfigurationException)
        {
            // The state of the connection says so; what else is told of it must not be hidden by this.
            return null;
        }
    }
}
