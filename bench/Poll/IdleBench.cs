using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Tandem.Bench.Load;
using Tandem.Server.EmbeddedPostgres;
using Tandem.Server.Hosting;
using Tandem.Sync.Pull;
using Tandem.Sync.Running;

namespace Tandem.Bench.Poll;

/// <summary>
/// Counts what a round of polls costs in which nothing changed: API calls of a mapping, rows written in the database, WAL. The rounds run
/// as those of a shift do, all mappings at once over the sessions that they share. Two run before, so that the sessions have made what
/// they keep.
/// </summary>
internal sealed class IdleBench(TimeProvider timeProvider, Action<string> say)
{
    private const int Mappings = 500;
    private const int RowsOfEach = 20;
    private const string Database = "bench_idle";

    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("tandem-bench-").FullName;
        try
        {
            say("Starting Postgres and an org with 500 objects...");
            var data = new EmbeddedPostgresOptions { DataFolder = folder + "-postgres" };
            await using var postgres = await EmbeddedPostgresServer.StartAsync(
                data, timeProvider, NullLogger<EmbeddedPostgresServer>.Instance, cancellationToken);
            await using var simulator = await SimulatorProcess.StartAsync(
                folder, await ObjectsFile.WriteAsync(folder, Mappings, RowsOfEach, cancellationToken), cancellationToken);
            var target = await Tandem.Postgres.Tables.FreshDatabase.RecreateAsync(postgres.ConnectionString, Database, cancellationToken);
            return await MeasureAsync(simulator.Url, target, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            if (Directory.Exists(folder + "-postgres"))
                Directory.Delete(folder + "-postgres", recursive: true);
        }
    }

    private async Task<string> MeasureAsync(Uri orgUrl, string connectionString, CancellationToken cancellationToken)
    {
        var sync = new SyncOptions { Poll = new PollOptions { DeletesInterval = TimeSpan.Zero } };
        var options = new SyncHostOptions
        {
            DatabaseUrl = connectionString,
            OrgUrl = orgUrl,
            Grant = LoadWorld.Grant,
            Mappings = [.. Enumerable.Range(0, Mappings).Select(ObjectsFile.MappingOf)],
            Sync = sync,
        };
        await using var host = await SyncHost.StartAsync(options, timeProvider, NullLoggerFactory.Instance, cancellationToken);
        await using var connection = await host.DataSource.OpenConnectionAsync(cancellationToken);
        await using var sessions = new PullSessions(host.Database, sync, timeProvider);
        say("Loading...");
        var pulls = BuildPulls(host, options.Schema, sync);
        foreach (var mapping in host.Mappings.All)
            mapping.Note(await pulls.Load.RunAsync(mapping.Mapped, connection, mapping.Note, cancellationToken));
        var worker = new MappingWorker(pulls, sessions, timeProvider);
        await RoundAsync(host, worker, cancellationToken);

        // The log of deletes is read for whole minutes, so a round that shall include it begins a minute later.
        say("Waiting a minute...");
        await Task.Delay(TimeSpan.FromSeconds(61), timeProvider, cancellationToken);
        await RoundAsync(host, worker, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(61), timeProvider, cancellationToken);
        var before = await ReadWritesAsync(connection, cancellationToken);
        var calls = host.Salesforce.CallCount;
        var started = timeProvider.GetTimestamp();
        await RoundAsync(host, worker, cancellationToken);
        var seconds = timeProvider.GetElapsedTime(started).TotalSeconds;
        calls = host.Salesforce.CallCount - calls;
        var after = await ReadWritesAsync(connection, cancellationToken);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"An idle round of {Mappings} mappings with their delete logs: {seconds:0.00} s\n");
        text.Append(CultureInfo.InvariantCulture, $"API calls of a mapping: {(double)calls / Mappings:0.00}\n");
        text.Append(CultureInfo.InvariantCulture, $"Sessions that the polls shared: {sync.SharedSessions}\n");
        text.Append(CultureInfo.InvariantCulture, $"Mappings that report a change: {host.Mappings.All.Count(HasChanged)}\n");
        text.Append(CultureInfo.InvariantCulture, $"Row writes (pg_stat n_tup_ins + upd + del): {after.Rows - before.Rows}\n");
        text.Append(CultureInfo.InvariantCulture, $"WAL bytes: {after.Wal - before.Wal}");
        return text.ToString();
    }

    private static async Task RoundAsync(SyncHost host, MappingWorker worker, CancellationToken cancellationToken) =>
        await Task.WhenAll(host.Mappings.All.Select(mapping => worker.PollAsync(mapping, mapping.Progress, cancellationToken)));

    /// <summary>The loads do not count: a worker notes changes, and here the loads ran without one.</summary>
    private static bool HasChanged(LiveMapping mapping) => mapping.LastChange is not null;

    /// <summary>The passes that a shift runs at a tick, less those of derived columns, of which these objects have none.</summary>
    private Pulls BuildPulls(SyncHost host, string schema, SyncOptions sync)
    {
        var table = new ProgressTable(schema);
        return new Pulls
        {
            ProgressTable = table,
            Load = new InitialLoad(host.Salesforce, table, sync, timeProvider, NullLogger<InitialLoad>.Instance),
            Refresh = new RefreshPass(host.Salesforce, new RefreshTable(schema), table, sync),
            Passes =
            [
                new Tandem.Sync.Pull.Poll(host.Salesforce, table, sync, NullLoggerFactory.Instance),
                new Reconciliation(host.Salesforce, table, sync.Poll, NullLogger<Reconciliation>.Instance),
                new HeldRowsPass(
                    host.Salesforce,
                    new ReadErrors(schema),
                    new ColumnWidening(host.Salesforce, NullLogger<ColumnWidening>.Instance),
                    NullLogger<HeldRowsPass>.Instance),
            ],
        };
    }

    private static async Task<(long Rows, decimal Wal)> ReadWritesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using (var flush = new NpgsqlCommand(SqlFile.Read("Poll/flush_statistics.sql"), connection))
            await flush.ExecuteNonQueryAsync(cancellationToken);
        await using var command = new NpgsqlCommand(SqlFile.Read("Poll/read_writes.sql"), connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetDecimal(1));
    }
}
