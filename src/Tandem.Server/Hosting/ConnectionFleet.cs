using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Postgres;
using Tandem.Salesforce;
using Tandem.Salesforce.Auth;
using Tandem.Server.Access;
using Tandem.Server.Adopt;
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
    private readonly TargetDatabase _database;
    private readonly TimeProvider _timeProvider;
    private readonly ILoggerFactory _loggerFactory;
    private readonly SecretVault _vault;
    private readonly Channel<ConnectionLife> _toRun = Channel.CreateUnbounded<ConnectionLife>();
    private readonly ConcurrentDictionary<ConnectionLife, Task> _running = new();
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, bool> _following = new();
    private ImmutableList<ConnectionLife> _lives = [];
    private bool _isGivenStored;
    private CancellationToken? _working;

    private ConnectionFleet(
        FleetOptions options,
        TargetDatabase database,
        IReadOnlyList<Connection> connections,
        SyncHost? started,
        SecretVault vault,
        LogKeeper logs,
        TimeProvider timeProvider,
        ILoggerFactory loggerFactory)
    {
        _options = options;
        _database = database;
        _timeProvider = timeProvider;
        _loggerFactory = loggerFactory;
        _logger = loggerFactory.CreateLogger<ConnectionFleet>();
        Catalog = new CatalogDatabase(database.DataSource);
        Notifications = new NotificationTable(database.DataSource);
        Tokens = new ApiTokens(database.DataSource, timeProvider);
        Users = new LocalUsers(database.DataSource, timeProvider);
        SignIn = new LocalSignIn(database.DataSource, options.Access, timeProvider);
        Audit = new AuditTable(database.DataSource);
        _vault = vault;
        Logs = logs;
        _isGivenStored = started is not null;
        Credentials = new CredentialStore(database.DataSource, vault);
        foreach (var connection in connections)
            Admit(connection, connection.Schema == options.Given?.Schema ? started : null);
    }

    public CatalogDatabase Catalog { get; }

    public NotificationTable Notifications { get; }

    public ApiTokens Tokens { get; }

    public LocalUsers Users { get; }

    /// <summary>Who has signed in to this server by password.</summary>
    public LocalSignIn SignIn { get; }

    public AuditTable Audit { get; }

    /// <summary>How stored connections sign in.</summary>
    public CredentialStore Credentials { get; }

    /// <summary>What the connections have logged lately.</summary>
    internal LogKeeper Logs { get; }

    /// <summary>What the sync has done since the start.</summary>
    internal CounterSums Counters { get; } = new();

    /// <summary>It has begun to work and is not asked to stop.</summary>
    public bool IsAtWork => _working is { IsCancellationRequested: false };

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
        var database = new TargetDatabase(DatabaseWords.Open(options.DatabaseUrl));
        SecretVault? vault = null;
        SyncHost? started = null;
        try
        {
            var catalog = new CatalogDatabase(database.DataSource);
            await catalog.MigrateAsync(cancellationToken);
            vault = await SecretVault.OpenAsync(database.DataSource, options.Keys, loggerFactory, cancellationToken);
            var stored = options.Given is { } given ? await catalog.FindConnectionAsync(given.Schema, cancellationToken) : null;
            if (options.Given is { } asked && stored is not { IsPaused: true })
                started = await SyncHost.StartAsync(asked with { Database = database }, timeProvider, loggerFactory, cancellationToken);
            var connections = await catalog.ListConnectionsAsync(cancellationToken);
            return new ConnectionFleet(options, database, connections, started, vault, logs, timeProvider, loggerFactory);
        }
        catch (Exception exception)
        {
            if (started is not null)
                await started.DisposeAsync();
            vault?.Dispose();
            await database.DisposeAsync();
            if (DatabaseWords.Explain(exception, options.DatabaseUrl) is { } sentence)
                throw new ConfigurationException(sentence, exception);
            throw;
        }
    }

    /// <summary>Null when there is none of this id.</summary>
    public ConnectionLife? Find(Guid id) => _lives.Find(life => life.Id == id);

    /// <summary>Stores a new connection and begins its work, which waits until somebody has signed in for it.</summary>
    /// <exception cref="ConfigurationException">Its name or its schema is another connection's.</exception>
    public async Task<ConnectionLife> AddAsync(Connection connection, CancellationToken cancellationToken)
    {
        await Catalog.AddAsync(connection, cancellationToken);
        var stored = await Catalog.FindConnectionAsync(connection.Schema, cancellationToken) ?? connection;
        return Admit(stored, started: null);
    }

    /// <summary>
    /// Ends the work of a connection and forgets it with its mappings. The tables and their rows stay; their changes are captured no more.
    /// </summary>
    public async Task RemoveAsync(ConnectionLife life, CancellationToken cancellationToken)
    {
        life.End();
        if (_running.TryRemove(life, out var run))
            await run;
        await life.DisposeAsync();
        await Catalog.RemoveConnectionAsync(life.Connection, cancellationToken);
        ImmutableInterlocked.Update(ref _lives, lives => lives.Remove(life));
    }

    /// <summary>Reads what the schema <c>tandem</c> holds.</summary>
    public async Task<T> ReadAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var session = await _database.DataSource.OpenConnectionAsync(cancellationToken);
        return await read(session);
    }

    /// <summary>Runs a change of the catalogue in a transaction of its own.</summary>
    public Task<T> ChangeAsync<T>(Func<NpgsqlConnection, Task<T>> change, CancellationToken cancellationToken) =>
        CatalogTransaction.RunAsync(_database.DataSource, change, cancellationToken);

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
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _working = cancellationToken;
        Task[] beside =
        [
            BuildWatch().RunAsync(cancellationToken),
            BuildUpkeep().RunAsync(cancellationToken),
            .. BuildTellers().Select(teller => teller.RunAsync(cancellationToken)),
        ];
        try
        {
            await foreach (var life in _toRun.Reader.ReadAllAsync(cancellationToken))
                _running[life] = life.RunAsync(cancellationToken);
        }
        finally
        {
            await Task.WhenAll([.. _running.Values, .. beside]);
        }
    }

    /// <summary>The org of a connection, whether it is at work or not; the caller disposes it.</summary>
    /// <returns>Null when nobody has signed in for it.</returns>
    public async Task<SalesforceClient?> OpenOrgAsync(Connection connection, CancellationToken cancellationToken)
    {
        if (await FindGrantAsync(connection, cancellationToken) is not { } grant)
            return null;
        var options = new SalesforceOptions { LoginUrl = connection.LoginUrl, ApiVersion = connection.ApiVersion };
        return new SalesforceClient(options, grant, _timeProvider, _loggerFactory)
        {
            RefreshTokenRotated = (token, stop) => Credentials.ReplaceRefreshTokenAsync(connection.Id, token, stop),
        };
    }

    /// <summary>How both ends of a connection are reached, with nothing asked of it; null when nobody has signed in for it.</summary>
    internal async Task<SyncHostOptions?> FindEndsAsync(Connection connection, CancellationToken cancellationToken) =>
        await FindGrantAsync(connection, cancellationToken) is not { } grant
            ? null
            : new SyncHostOptions
            {
                DatabaseUrl = _options.DatabaseUrl,
                Database = _database,
                Schema = connection.Schema,
                Grant = grant,
                RefreshTokenRotated = (token, stop) => Credentials.ReplaceRefreshTokenAsync(connection.Id, token, stop),
                NeedsMappings = false,
                Sync = connection.Schema == _options.Given?.Schema ? _options.Given.Sync : _options.Sync,
            };

    internal AdoptDesk NewAdoptDesk(AdoptOptions options) => new(options, _timeProvider, _loggerFactory);

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
        Users.Dispose();
        SignIn.Dispose();
        _vault.Dispose();
        Counters.Dispose();
        await _database.DisposeAsync();
    }

    private ConnectionLife Admit(Connection connection, SyncHost? started)
    {
        var life = new ConnectionLife(connection, StartAsync, started, _timeProvider, _loggerFactory.CreateLogger<ConnectionLife>());
        ImmutableInterlocked.Update(ref _lives, lives => lives.Add(life));
        _toRun.Writer.TryWrite(life);
        return life;
    }

    private NotificationWatch BuildWatch() =>
        new(() => _lives, Notifications, _timeProvider, _loggerFactory.CreateLogger<NotificationWatch>());

    private FleetUpkeep BuildUpkeep() => new(
        new AccessUpkeep(_database.DataSource, _options.Access, _timeProvider), _timeProvider, _loggerFactory.CreateLogger<FleetUpkeep>());

    private IEnumerable<INotificationTeller> BuildTellers()
    {
        var deliveries = new DeliveryTable(_database.DataSource);
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

    private async Task<OAuthGrant?> FindGrantAsync(Connection connection, CancellationToken cancellationToken) =>
        await Credentials.FindSignInAsync(connection.Id, cancellationToken)
            ?? (connection.Schema == _options.Given?.Schema ? _options.Given.Grant : null);

    private async Task<SyncHost?> StartAsync(Connection connection, CancellationToken cancellationToken)
    {
        var given = connection.Schema == _options.Given?.Schema ? _options.Given : null;
        var isNew = given is not null && !_isGivenStored;
        if (await FindEndsAsync(connection, cancellationToken) is not { } ends)
            return null;
        var options = ends with
        {
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
