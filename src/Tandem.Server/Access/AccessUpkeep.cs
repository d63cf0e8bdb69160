using Npgsql;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Access;

/// <summary>Deletes what has had its time: sessions that ended, and notes of the audit trail that are older than asked for.</summary>
public sealed class AccessUpkeep(NpgsqlDataSource dataSource, AccessOptions options, TimeProvider timeProvider)
{
    /// <summary>Once; call it every hour or so, and at each start. Several processes may do it at once.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await new UserSessionTable(dataSource).PurgeAsync(timeProvider.GetUtcNow(), cancellationToken);
        if (options.AuditFor is { } age)
            await new AuditTable(dataSource).PurgeAsync(age, cancellationToken);
    }
}
