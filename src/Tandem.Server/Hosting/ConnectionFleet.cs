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
using Tandem.Sync.Activity;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Access;
using Tandem.Sync.Running;

namespace Tandem.Server.Hosting;

/// <summary>All connections of a catalogue at work in one process, each by itself; the REST API speaks to them through this.</summary>
public sealed partial class ConnectionFleet : IAsyncDisposable
{
    private readonly FleetOptions _options;
    private readonly TargetDatabase _database;
    private readonly TargetDatabases _targets;
    private readonly TimeProvider _timeProvider;
    private readonly ILoggerFactory _loggerFactory;
    private readonly SecretVault _vault;
    private readonly ILogger _logger;
    private readonly FollowedWork _followed;
    private readonly LifeRoster _lives;
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
        _followed = new FollowedWork(loggerFactory.CreateLogger<FollowedWork>());
        _lives = new LifeRoster((connection, host) =>
            new ConnectionLife(connection, StartAsync, host, timeProvider, loggerFactory.CreateLogger<ConnectionLife>()));
        _targets = new TargetDatabases(database, new DatabaseAddresses(options.DatabaseUrl, options.Databases, Credentials));
        foreach (var connection in connections)
            _lives.Admit(connection, IsGiven(connection) ? started : null);
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

    /// <summary>Where the databases of connections are.</summary>
    internal DatabaseAddresses Addresses => _targets.Addresses;

    /// <summary>In the order in which they were stored first.</summary>
    public IReadOnlyList<ConnectionLife> All => _lives.All;

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
    public ConnectionLife? Find(Guid id) => All.FirstOrDefault(life => life.Id == id);

    /// <summary>Stores a new connection and begins its work, which waits until somebody has signed in for it.</summary>
    /// <exception cref="ConfigurationException">Its name or its schema is another connection's.</exception>
    public async Task<ConnectionLife> AddAsync(ConnectionDraft draft, CancellationToken cancellationToken)
    {
        var connection = draft.Connection;
        RefuseTaken(connection);
        await ChangeAsync(
            async session =>
            {
                await CatalogDatabase.AddWithinAsync(session, connection, draft.Mappings, cancellationToken);
                if (draft.DatabaseUrl is { } url)
                    await Credentials.SaveDatabaseUrlAsync(session, connection.Id, url, cancellationToken);
                if (draft.Grant is { } grant)
                    await Credentials.SaveSignInAsync(session, connection.Id, grant, cancellationToken);
                if (draft.Note is { } note)
                    await AuditTable.AppendAsync(session, note, cancellationToken);
                return true;
            },
            cancellationToken);
        return _lives.Admit(await Catalog.FindConnectionAsync(connection.Id, cancellationToken) ?? connection, started: null);
    }

    /// <summary>Gives a connection the schema and the database of the draft, and begins its work there.</summary>
    /// <param name="hasTables">Its tables are known to be there; else it must have no mappings.</param>
    /// <returns>Its new life.</returns>
    /// <exception cref="ConfigurationException">It has mappings, or the schema is another connection's.</exception>
    public Task<ConnectionLife?> MoveAsync(
        ConnectionLife life, ConnectionDraft draft, bool hasTables, CancellationToken cancellationToken) => _lives.ChangeAsync(
        life,
        async () =>
        {
            RefuseTaken(draft.Connection);
            await ChangeAsync(
                async session =>
                {
                    await CatalogDatabase.MoveWithinAsync(session, draft.Connection, hasTables, cancellationToken);
                    await CatalogDatabase.SaveWithinAsync(session, draft.Connection, draft.Mappings, cancellationToken);
                    if (draft.DatabaseUrl is { } url)
                        await Credentials.SaveDatabaseUrlAsync(session, life.Id, url, cancellationToken);
                    else if (draft.Connection.DatabaseKey != life.Connection.DatabaseKey)
                        await CredentialStore.RemoveAsync(session, life.Id, CredentialKind.Database, cancellationToken);
                    if (draft.Note is { } note)
                        await AuditTable.AppendAsync(session, note, cancellationToken);
                    return true;
                },
                cancellationToken);
            await _targets.ReleaseAsync(life.Id);
            return await Catalog.FindConnectionAsync(life.Id, cancellationToken);
        });

    /// <summary>
    /// Ends the work of a connection and forgets it with its mappings. The tables and their rows stay; their changes are captured no more.
    /// </summary>
    /// <exception cref="ConfigurationException">
    /// Another program works it and does not end, or its database does not answer; the connection goes on.
    /// </exception>
    public Task RemoveAsync(ConnectionLife life, CancellationToken cancellationToken) => _lives.ChangeAsync(
        life,
        async () =>
        {
            var database = await _targets.OpenAsync(life.Connection, cancellationToken);
            var settings = new ShiftSettings { Sync = _options.Sync, TimeProvider = _timeProvider, LoggerFactory = _loggerFactory };
            await using (var shiftLock = new ShiftLock(life.Connection.Schema, database, settings))
            {
                await HoldSoonAsync(shiftLock, life.Connection, cancellationToken);
                await Catalog.RemoveConnectionAsync(life.Connection, database.DataSource, cancellationToken);
            }

            await _targets.ReleaseAsync(life.Id);
            return null;
        });

    /// <summary>Ends the work of a connection whose database is no more, and forgets it without a word to that database.</summary>
    public Task AbandonAsync(ConnectionLife life, CancellationToken cancellationToken) => _lives.ChangeAsync(
        life,
        async () =>
        {
            await Catalog.ForgetConnectionAsync(life.Id, cancellationToken);
            await _targets.ReleaseAsync(life.Id);
            return null;
        });

    /// <summary>Reads what the schema <c>tandem</c> of a connection's database holds.</summary>
    /// <exception cref="ConfigurationException">The database cannot be used.</exception>
    public async Task<T> ReadAsync<T>(
        ConnectionLife life, Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken)
    {
        var database = await _targets.OpenAsync(life.Connection, cancellationToken);
        await using var session = await database.DataSource.OpenConnectionAsync(cancellationToken);
        return await read(session);
    }

    /// <summary>Notes for people that something happened; a database that does not answer holds nothing up.</summary>
    public async Task TellAsync(ConnectionLife life, ActivityEntry entry, CancellationToken cancellationToken)
    {
        if (life.Standing.State == ConnectionState.DbUnavailable)
            return;
        try
        {
            await ReadAsync(
                life,
                async session =>
                {
                    await new ActivityTable(life.Connection.Schema).AddAsync(session, entry, cancellationToken);
                    return true;
                },
                cancellationToken);
        }
        catch (Exception exception) when (exception is NpgsqlException or ConfigurationException)
        {
            LogNotTold(exception, life.Connection.Name, entry.Kind);
        }
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
    public void Follow(ConnectionLife life, Func<CancellationToken, Task> work) => _followed.Begin(life, work);

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _working = cancellationToken;
        Task[] beside =
        [
            BuildWatch().RunAsync(cancellationToken),
            BuildUpkeep().RunAsync(cancellationToken),
            BuildTellers().RunAsync(cancellationToken),
        ];
        await Task.WhenAll([_lives.RunAsync(cancellationToken), .. beside]);
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
    /// <exception cref="ConfigurationException">Its database cannot be used.</exception>
    internal async Task<SyncHostOptions?> FindEndsAsync(Connection connection, CancellationToken cancellationToken) =>
        await FindGrantAsync(connection, cancellationToken) is not { } grant
            ? null
            : new SyncHostOptions
            {
                DatabaseUrl = await Addresses.FindAsync(connection, cancellationToken),
                Database = await _targets.OpenAsync(connection, cancellationToken),
                Schema = connection.Schema,
                Grant = grant,
                RefreshTokenRotated = (token, stop) => Credentials.ReplaceRefreshTokenAsync(connection.Id, token, stop),
                NeedsMappings = false,
                Sync = IsGiven(connection) && _options.Given is { } given ? given.Sync : _options.Sync,
            };

    internal AdoptDesk NewAdoptDesk(AdoptOptions options) => new(options, _timeProvider, _loggerFactory);

    /// <summary>Where requests of the connection are handed in.</summary>
    /// <exception cref="ConfigurationException">Its database cannot be used.</exception>
    public async Task<RequestDesk> OpenDeskAsync(ConnectionLife life, string options, CancellationToken cancellationToken) => new(
        await Addresses.FindAsync(life.Connection, cancellationToken), life.Connection.Schema, _timeProvider)
    {
        Options = options, Database = await _targets.OpenAsync(life.Connection, cancellationToken),
    };

    public async ValueTask DisposeAsync()
    {
        await _followed.DisposeAsync();
        await _lives.DisposeAsync();
        Users.Dispose();
        SignIn.Dispose();
        _vault.Dispose();
        Counters.Dispose();
        await _targets.DisposeAsync();
        await _database.DisposeAsync();
    }

    private async Task HoldSoonAsync(ShiftLock shiftLock, Connection connection, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_options.RemovePatience, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await shiftLock.HoldAsync(either.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ConfigurationException(
                $"Another program works the schema {connection.Schema}; end it there and remove the connection then. Nothing was removed.",
                exception);
        }
    }

    /// <summary>Names of databases differ where their places do not; the catalogue knows only the names.</summary>
    private void RefuseTaken(Connection connection)
    {
        var place = Addresses.Locate(connection.DatabaseKey);
        var other = All.FirstOrDefault(life => life.Id != connection.Id && life.Connection.Schema == connection.Schema
            && life.Connection.DatabaseKey != connection.DatabaseKey && Addresses.Locate(life.Connection.DatabaseKey) == place);
        if (other is not null && place.Host is not null)
        {
            throw new ConfigurationException(
                $"The schema {connection.Schema} of that database belongs to the connection {other.Connection.Name} already; "
                + "choose another schema.");
        }
    }

    private bool IsGiven(Connection connection) => connection.IsInControlDatabase && connection.Schema == _options.Given?.Schema;

    private NotificationWatch BuildWatch() =>
        new(() => All, Notifications, _timeProvider, _loggerFactory.CreateLogger<NotificationWatch>());

    private FleetUpkeep BuildUpkeep() => new(
        new AccessUpkeep(_database.DataSource, _options.Access, _timeProvider), _timeProvider, _loggerFactory.CreateLogger<FleetUpkeep>());

    private FleetTellers BuildTellers() => new(_options.Notify, _database, _timeProvider, _loggerFactory);

    private async Task<OAuthGrant?> FindGrantAsync(Connection connection, CancellationToken cancellationToken) =>
        await Credentials.FindSignInAsync(connection.Id, cancellationToken)
            ?? (IsGiven(connection) ? _options.Given?.Grant : null);

    private async Task<SyncHost?> StartAsync(Connection connection, CancellationToken cancellationToken)
    {
        var given = IsGiven(connection) ? _options.Given : null;
        var isNew = given is not null && !_isGivenStored;
        if (await FindEndsAsync(connection, cancellationToken) is not { } ends)
            return null;
        var options = ends with
        {
            Catalog = Catalog,
            ConnectionId = connection.Id,

            // A paused connection did not start with the server, so that what was asked of it is still to be stored.
            Mappings = isNew ? given?.Mappings ?? [] : [],
            Settings = isNew ? given?.Settings ?? new ConnectionSettings() : new ConnectionSettings(),
        };
        var host = await SyncHost.StartAsync(options, _timeProvider, _loggerFactory, cancellationToken);
        _isGivenStored |= given is not null;
        return host;
    }

    [LoggerMessage(LogLevel.Warning, "{Connection}: {Kind} is not among what happened, for its database does not answer")]
    private partial void LogNotTold(Exception exception, string connection, ActivityKind kind);
}
