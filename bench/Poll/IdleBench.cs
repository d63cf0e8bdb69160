using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Tandem.Bench.Load;
using Tandem.Server.EmbeddedPostgres;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;
using Tandem.Sync.Pull;
using Tandem.Sync.Running;

namespace Tandem.Bench.Poll;

/// <summary>
/// Counts what a round of polls costs in which nothing changed: API calls of a mapping, rows written in the database, WAL. Two rounds run
/// before, so that the sessions have made what they keep.
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
                folder, await WriteMetadataAsync(folder, cancellationToken), cancellationToken);
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
            Mappings = [.. Enumerable.Range(0, Mappings).Select(MappingOf)],
            Sync = sync,
        };
        await using var host = await SyncHost.StartAsync(options, timeProvider, NullLoggerFactory.Instance, cancellationToken);
        await using var connection = await host.DataSource.OpenConnectionAsync(cancellationToken);
        say("Loading...");
        var table = new ProgressTable(options.Schema);
        var load = new InitialLoad(host.Salesforce, table, sync, timeProvider, NullLogger<InitialLoad>.Instance);
        foreach (var mapping in host.Mappings.All)
            mapping.Note(await load.RunAsync(mapping.Mapped, connection, mapping.Note, cancellationToken));
        var poll = new Tandem.Sync.Pull.Poll(host.Salesforce, table, sync, NullLoggerFactory.Instance);
        await RoundAsync(host, poll, connection, cancellationToken);

        // The log of deletes is read for whole minutes, so a round that shall include it begins a minute later.
        say("Waiting a minute...");
        await Task.Delay(TimeSpan.FromSeconds(61), timeProvider, cancellationToken);
        await RoundAsync(host, poll, connection, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(61), timeProvider, cancellationToken);
        var before = await ReadWritesAsync(connection, cancellationToken);
        var calls = host.Salesforce.CallCount;
        var started = timeProvider.GetTimestamp();
        var changed = await RoundAsync(host, poll, connection, cancellationToken);
        var seconds = timeProvider.GetElapsedTime(started).TotalSeconds;
        calls = host.Salesforce.CallCount - calls;
        var after = await ReadWritesAsync(connection, cancellationToken);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"An idle round of {Mappings} mappings with their delete logs: {seconds:0.00} s\n");
        text.Append(CultureInfo.InvariantCulture, $"API calls of a mapping: {(double)calls / Mappings:0.00}\n");
        text.Append(CultureInfo.InvariantCulture, $"Rows that the polls report as changed: {changed}\n");
        text.Append(CultureInfo.InvariantCulture, $"Row writes (pg_stat n_tup_ins + upd + del): {after.Rows - before.Rows}\n");
        text.Append(CultureInfo.InvariantCulture, $"WAL bytes: {after.Wal - before.Wal}");
        return text.ToString();
    }

    private static async Task<int> RoundAsync(
        SyncHost host, Tandem.Sync.Pull.Poll poll, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var changed = 0;
        foreach (var mapping in host.Mappings.All)
        {
            var turn = new PullTurn
            {
                Mapped = mapping.Mapped, Connection = connection, Gate = mapping.Gate, Progress = mapping.Progress,
            };
            var outcome = await poll.RunAsync(turn, cancellationToken);
            mapping.Note(outcome.Progress);
            changed += outcome.Changed;
        }

        return changed;
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

    private static Mapping MappingOf(int number) => new()
    {
        ObjectName = NameOf(number), Access = MappingAccess.ReadWrite, Fields = ["Name", "Note__c"],
    };

    private static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"Idle{number}__c");

    private static async Task<string> WriteMetadataAsync(string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, "metadata.json");
        const string fields = """[{ "name": "Note__c", "type": "string", "length": 80 }]""";
        var objects = Enumerable.Range(0, Mappings).Select(number => string.Create(
            CultureInfo.InvariantCulture,
            $$"""{ "name": "{{NameOf(number)}}", "label": "Idle", "rows": {{RowsOfEach}}, "fields": {{fields}} }"""));
        await File.WriteAllTextAsync(path, $$"""{ "objects": [{{string.Join(',', objects)}}] }""", cancellationToken);
        return path;
    }
}
