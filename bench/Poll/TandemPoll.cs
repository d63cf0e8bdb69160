using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Bench.Load;
using Tandem.Server.Hosting;
using Tandem.Sync.Pull;
using Tandem.Sync.Running;

namespace Tandem.Bench.Poll;

/// <summary>The measured job: one poll of a loaded table as a mapping's worker makes it, from the question to the last commit.</summary>
internal static class TandemPoll
{
    /// <returns>Seconds, API calls, rows changed.</returns>
    public static async Task<(double Seconds, long Calls, int Changed)> RunAsync(
        LoadWorld world, string connectionString, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var sync = new SyncOptions();
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
        var table = new ProgressTable(LoadWorld.Schema);
        var poll = new Tandem.Sync.Pull.Poll(host.Salesforce, table, sync, NullLoggerFactory.Instance);
        var mapping = host.Mappings.All[0];
        var turn = new PullTurn
        {
            Mapped = mapping.Mapped,
            ConnectAsync = _ => ValueTask.FromResult(connection),
            Gate = mapping.Gate,
            Progress = await table.ReadAsync(connection, mapping.Mapped.Name, cancellationToken),
        };
        var calls = host.Salesforce.CallCount;
        var started = timeProvider.GetTimestamp();
        var outcome = await poll.RunAsync(turn, cancellationToken);
        return (timeProvider.GetElapsedTime(started).TotalSeconds, host.Salesforce.CallCount - calls, outcome.Changed);
    }
}
