using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Server.Hosting;
using Tandem.Sync.Pull;
using Tandem.Sync.Running;

namespace Tandem.Bench.Load;

/// <summary>
/// The measured job: everything that a person waits for from an empty database to a table in step. Sign-in, catalogue, table and
/// triggers as every start makes them, then the initial load with its indexes and statistics.
/// </summary>
internal static class TandemLoad
{
    /// <returns>The API calls that it took.</returns>
    public static async Task<long> RunAsync(
        LoadWorld world, string connectionString, SyncOptions sync, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var options = new SyncHostOptions
        {
            DatabaseUrl = connectionString,
            Schema = LoadWorld.Schema,
            OrgUrl = world.OrgUrl,
            Grant = LoadWorld.Grant,
            Mappings = [LoadWorld.Mapping],
            Sync = sync,
        };
        await using var host = await SyncHost.StartAsync(options, timeProvider, NullLoggerFactory.Instance, cancellationToken);
        await using var connection = await host.DataSource.OpenConnectionAsync(cancellationToken);
        var progress = new ProgressTable(LoadWorld.Schema);
        var load = new InitialLoad(host.Salesforce, progress, sync, timeProvider, NullLogger<InitialLoad>.Instance);
        foreach (var mapping in host.Mappings.All)
            await load.RunAsync(mapping.Mapped, connection, mapping.Note, cancellationToken);
        return host.Salesforce.CallCount;
    }
}
