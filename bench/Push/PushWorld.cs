using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Tandem.Bench.Load;
using Tandem.Postgres;
using Tandem.Server.Hosting;
using Tandem.Sync.Pull;
using Tandem.Sync.Push;
using Tandem.Sync.Running;

namespace Tandem.Bench.Push;

/// <summary>A loaded table in step with an org, the app's session, and the push between them as a shift runs it.</summary>
internal sealed class PushWorld : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    private readonly SyncHost _host;
    private readonly NpgsqlDataSource _app;
    private readonly SyncOptions _sync;
    private readonly TimeProvider _timeProvider;

    private PushWorld(SyncHost host, NpgsqlDataSource app, SyncOptions sync, TimeProvider timeProvider)
    {
        _host = host;
        _app = app;
        _sync = sync;
        _timeProvider = timeProvider;
    }

    public long CallCount => _host.Salesforce.CallCount;

    public static async Task<PushWorld> StartAsync(
        LoadWorld world, string database, SyncOptions sync, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var options = new SyncHostOptions
        {
            DatabaseUrl = database,
            Schema = LoadWorld.Schema,
            OrgUrl = world.OrgUrl,
            Grant = LoadWorld.Grant,
            Mappings = [LoadWorld.Mapping],
            Sync = sync,
        };
        var host = await SyncHost.StartAsync(options, timeProvider, NullLoggerFactory.Instance, cancellationToken);
        await using var connection = await host.DataSource.OpenConnectionAsync(cancellationToken);
        var load = new InitialLoad(
            host.Salesforce, new ProgressTable(LoadWorld.Schema), sync, timeProvider, NullLogger<InitialLoad>.Instance);
        foreach (var mapping in host.Mappings.All)
            mapping.Note(await load.RunAsync(mapping.Mapped, connection, mapping.Note, cancellationToken));
        return new PushWorld(host, NpgsqlDataSource.Create(database), sync, timeProvider);
    }

    /// <summary>Runs a push until the work is done and the log is drained.</summary>
    /// <returns>The seconds that it took from the start.</returns>
    public async Task<double> PushAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var identity = await _host.Salesforce.SignInAsync(cancellationToken);
        var writer = new RecordWriter(
            _host.Salesforce, new LostInserts(_host.Salesforce, identity), NullLogger<RecordWriter>.Instance);
        var loop = new PushLoop(_host.Mappings, writer, _sync, _timeProvider, NullLogger<PushLoop>.Instance);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var started = _timeProvider.GetTimestamp();
        var running = loop.RunAsync(_host.Database, stop.Token);
        await work(cancellationToken);
        await DrainAsync(running, cancellationToken);
        var seconds = _timeProvider.GetElapsedTime(started).TotalSeconds;
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return seconds;
    }

    /// <summary>Until nothing is queued; throws what ended the push.</summary>
    public async Task DrainAsync(Task running, CancellationToken cancellationToken)
    {
        while (await AskAsync<bool>("Push/is_queued.sql", cancellationToken))
        {
            if (running.IsCompleted)
                await running;
            await Task.Delay(Look, _timeProvider, cancellationToken);
        }
    }

    /// <summary>Runs a statement as the user's application does.</summary>
    public async Task RunAsync(string file, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = _app.CreateCommand(SqlFile.Read(file));
        command.CommandTimeout = 0;
        command.Parameters.AddValues(values);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<T> AskAsync<T>(string file, CancellationToken cancellationToken)
    {
        await using var command = _app.CreateCommand(SqlFile.Read(file));
        return await command.ExecuteScalarAsync(cancellationToken) is T value
            ? value
            : throw new BenchException($"{file} did not answer as expected.");
    }

    public async Task<IReadOnlyList<string>> ReadSfidsAsync(CancellationToken cancellationToken)
    {
        await using var command = _app.CreateCommand(SqlFile.Read("Push/read_sfids.sql"));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ids = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            ids.Add(reader.GetString(0));
        return ids;
    }

    /// <summary>Throws when a value of either side differs, or a change was rejected.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (await AskAsync<long>("Push/count_failed.sql", cancellationToken) is > 0 and var failed)
            throw new BenchException($"{failed} changes were rejected.");
        if ((await _host.CompareAsync(cancellationToken)).Any(result => result.Differences > 0))
            throw new BenchException("The org and the table differ after the push.");
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _host.DisposeAsync();
    }
}
