using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Server.Access;
using Tandem.Server.Logs;
using Tandem.Server.Notify;
using Tandem.Server.Secrets;
using Tandem.Server.Telemetry;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Hosting;

/// <summary>All connections of a catalogue at work in one process, each by itself; the REST API speaks to them through this.</summary>
public sealed partial class ConnectionFleet : IAsyncDisposable
{
    private readonly FleetOptions _options;
    private readonly NpgsqlDataSource _dataSource;
    private readonly TimeProvider _timeProvider;
    private readonly ILoggerFactory _loggerFactory;
    private readonly IReadOnlyList<ConnectionLife> _lives;
    private readonly SecretVault _vault;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, bool> _following = new();
    private bool _isGivenStored;
    private CancellationToken? _running;

    private ConnectionFleet(
        FleetOptions options,
        NpgsqlDataSource dataSource,
        IReadOnlyList<Connection> connections,
        SyncHost? started,
        SecretVault vault,
        LogKeeper logs,
        TimeProvider timeProvider,
        ILoggerFactory loggerFactory)
    {
        _options = options;
        _dataSource = dataSource;
        _timeProvider = timeProvider;
        _loggerFactory = loggerFactory;
        _logger = loggerFactory.CreateLogger<ConnectionFleet>();
        Catalog = new CatalogDatabase(dataSource);
        Notifications = new NotificationTable(dataSource);
        Tokens = new ApiTokens(dataSource, timeProvider);
        _vault = vault;
        Logs = logs;
        _isGivenStored = started is not null;
        Credentials = new CredentialStore(dataSource, vault);
        _lives = [.. connections.Select(connection => new ConnectionLife(
            connection,
            StartAsync,
            connection.Schema == options.Given?.Schema ? started : null,
            timeProvider,
            loggerFactory.CreateLogger<ConnectionLife>()))];
    }

    public CatalogDatabase Catalog { get; }

    public NotificationTable Notifications { get; }

    public ApiTokens Tokens { get; }

    /// <summary>How stored connections sign in.</summary>
    public CredentialStore Credentials { get; }

    /// <summary>What the connections have logged lately.</summary>
    internal LogKeeper Logs { get; }

    /// <summary>What the sync has done since the start.</summary>
    internal CounterSums Counters { get; } = new();

    /// <summary>It has begun to work and is not asked to stop.</summary>
    public bool IsAtWork => _running is { IsCancellationRequested: false };

    /// <summary>Where the database is, without how to sign in there.</summary>
    public (string? Host, string? Name, int Port) Database
    {
        get
        {
            var builder = DatabaseWords.Parse(_options.DatabaseUrl);
            return (builder.Host, builder.Database, builder.Port);
        }
    }

    /// <summary>In the order in which they were stored first.</summary>
    public IReadOnlyList<ConnectionLife> All => _lives;

    /// <exception cref="ConfigurationException">The database cannot be used, or the given connection cannot start as asked.</exception>
    public static async Task<ConnectionFleet> StartAsync(
        FleetOptions options, TimeProvider timeProvider, ILoggerFactory loggerFactory, CancellationToken cancellationToken)
    {
        // The factory's from now on, so that the entries of the start are kept as well.
        var logs = new LogKeeper(timeProvider);
        loggerFactory.AddProvider(logs);
        var dataSource = DatabaseWords.Open(options.DatabaseUrl);
        SecretVault? vault = null;
        SyncHost? started = null;
        try
        {
            var catalog = new CatalogDatabase(dataSource);
            await catalog.MigrateAsync(cancellationToken);
            vault = await SecretVault.OpenAsync(dataSource, options.Keys, loggerFactory, cancellationToken);
            var stored = options.Given is { } given ? await catalog.FindConnectionAsync(given.Schema, cancellationToken) : null;
            if (options.Given is { } asked && stored is not { IsPaused: true })
                started = await SyncHost.StartAsync(asked, timeProvider, loggerFactory, cancellationToken);
            var connections = await catalog.ListConnectionsAsync(cancellationToken);
            return new ConnectionFleet(options, dataSource, connections, started, vault, logs, timeProvider, loggerFactory);
        }
        catch (Exception exception)
        {
            if (started is not null)
                await started.DisposeAsync();
            vault?.Dispose();
            await dataSource.DisposeAsync();
            if (DatabaseWords.Explain(exception, options.DatabaseUrl) is { } sentence)
                throw new ConfigurationException(sentence, exception);
            throw;
        }
    }

    /// <summary>Null when there is none of this id.</summary>
    public ConnectionLife? Find(Guid id) => _lives.FirstOrDefault(life => life.Id == id);

    /// <summary>Runs a change of the catalogue in a transaction of its own.</summary>
    public Task<T> ChangeAsync<T>(Func<NpgsqlConnection, Task<T>> change, CancellationToken cancellationToken) =>
        CatalogTransaction.RunAsync(_dataSource, change, cancellationToken);

    /// <summary>Notes in the audit trail what a shift has done already.</summary>
    public Task NoteAsync(AuditEntry entry, CancellationToken cancellationToken) => ChangeAsync(
        async session =>
        {
            await AuditTable.AppendAsync(session, entry, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <summary>Carries something on for a connection after its asker is answered; it ends with the server at the latest.</summary>
    public void Follow(ConnectionLife life, Func<CancellationToken, Task> work)
    {
        foreach (var ended in _following.Keys.Where(task => task.IsCompleted))
            _following.TryRemove(ended, out _);
        _following.TryAdd(FollowAsync(life, work), true);
    }

    /// <summary>Works until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken)
    {
        _running = cancellationToken;
        return Task.WhenAll(
        [
            .. _lives.Select(life => life.RunAsync(cancellationToken)),
            BuildWatch().RunAsync(cancellationToken),
            BuildUpkeep().RunAsync(cancellationToken),
            .. BuildTellers().Select(teller => teller.RunAsync(cancellationToken)),
        ]);
    }

    /// <summary>Where requests of the connection are handed in.</summary>
    public RequestDesk DeskOf(ConnectionLife life, string options = "{}") =>
        new(_options.DatabaseUrl, life.Connection.Schema, _timeProvider) { Options = options };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_following.Keys);
        _stop.Dispose();
        foreach (var life in _lives)
            await life.DisposeAsync();
        _vault.Dispose();
        Counters.Dispose();
        await _dataSource.DisposeAsync();
    }

    private NotificationWatch BuildWatch() =>
        new(_lives, Notifications, _timeProvider, _loggerFactory.CreateLogger<NotificationWatch>());

    private FleetUpkeep BuildUpkeep() => new(
        new AccessUpkeep(_dataSource, _options.Access, _timeProvider), _timeProvider, _loggerFactory.CreateLogger<FleetUpkeep>());

    private IEnumerable<INotificationTeller> BuildTellers()
    {
        var deliveries = new DeliveryTable(_dataSource);
        if (_options.Notify.Webhook is { } webhook)
            yield return new WebhookTeller(deliveries, webhook, _timeProvider, _loggerFactory.CreateLogger<WebhookTeller>());
        if (_options.Notify.Mail is { } mail)
            yield return new MailTeller(deliveries, mail, _timeProvider, _loggerFactory.CreateLogger<MailTeller>());
    }

    private async Task FollowAsync(ConnectionLife life, Func<CancellationToken, Task> work)
    {
        await Task.Yield();
        using var scope = _logger.BeginScope(life.Scope);
        try
        {
            await work(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The server stops; requests stay in the database for its next start.
        }
        catch (Exception exception)
        {
            LogFailed(exception, life.Connection.Name);
        }
    }

    private async Task<SyncHost?> StartAsync(Connection connection, CancellationToken cancellationToken)
    {
        var given = connection.Schema == _options.Given?.Schema ? _options.Given : null;
        var isNew = given is not null && !_isGivenStored;
        if ((await Credentials.FindSignInAsync(connection.Id, cancellationToken) ?? given?.Grant) is not { } grant)
            return null;
        var options = new SyncHostOptions
        {
            DatabaseUrl = _options.DatabaseUrl,
            Schema = connection.Schema,
            Grant = grant,
            RefreshTokenRotated = (token, stop) => Credentials.ReplaceRefreshTokenAsync(connection.Id, token, stop),
            NeedsMappings = false,
            Sync = given?.Sync ?? _options.Sync,

            // A paused connection did not start with the server, so that what was asked of it is still to be stored.
            Mappings = isNew ? given?.Mappings ?? [] : [],
            Settings = isNew ? given?.Settings ?? new ConnectionSettings() : new ConnectionSettings(),
        };
        var host = await SyncHost.StartAsync(options, _timeProvider, _loggerFactory, cancellationToken);
        _isGivenStored |= given is not null;
        return host;
    }

    [LoggerMessage(LogLevel.Warning, "{Connection}: what was asked for was not carried to its end")]
    private partial void LogFailed(Exception exception, string connection);
}
