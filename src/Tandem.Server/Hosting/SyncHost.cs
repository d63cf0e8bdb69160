using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Postgres;
using Tandem.Postgres.Tables;
using Tandem.Salesforce;
using Tandem.Salesforce.Auth;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;
using Tandem.Sync.Verify;

namespace Tandem.Server.Hosting;

/// <summary>
/// One connection as a running program: opens the database, keeps the catalogue, and works shift after shift. Used by
/// <c>tandem serve</c> and <c>tandem demo</c>.
/// </summary>
public sealed partial class SyncHost : IAsyncDisposable
{
    private readonly CatalogDatabase _catalog;
    private readonly ShiftSettings _settings;
    private readonly ILogger _logger;
    private readonly SyncHostOptions _options;
    private readonly SalesforceClient _salesforce;
    private Connection _connection;
    private ConnectionShift _shift;

    private SyncHost(
        Connection connection,
        CatalogDatabase catalog,
        TargetDatabase database,
        SyncHostOptions options,
        SalesforceClient salesforce,
        ShiftLock shiftLock,
        ShiftSettings settings)
    {
        _connection = connection;
        _catalog = catalog;
        Database = database;
        _options = options;
        _salesforce = salesforce;
        _settings = settings;
        _logger = settings.LoggerFactory.CreateLogger<SyncHost>();
        _shift = NewShift(shiftLock);
    }

    /// <summary>The mappings of the present shift.</summary>
    public LiveMappings Mappings => _shift.Mappings ?? throw new InvalidOperationException("The host is not started.");

    /// <summary>The org and the user that the present shift works as.</summary>
    public OrgIdentity Identity => _shift.Identity;

    public SalesforceClient Salesforce => _salesforce;

    /// <summary>Why no shift works while the database does not answer; null while one does.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Where the mapped tables are.</summary>
    public TargetDatabase Database { get; }

    public NpgsqlDataSource DataSource => Database.DataSource;

    /// <summary>Opens both ends, checks everything that was asked for, and makes what the database lacks.</summary>
    /// <exception cref="ConfigurationException">It cannot start as asked, and no mapped row was touched.</exception>
    public static async Task<SyncHost> StartAsync(
        SyncHostOptions options, TimeProvider timeProvider, ILoggerFactory loggerFactory, CancellationToken cancellationToken)
    {
        var settings = new ShiftSettings
        {
            Sync = options.Sync, Catalog = options.Catalog, TimeProvider = timeProvider, LoggerFactory = loggerFactory,
        };
        var database = options.Database ?? new TargetDatabase(DatabaseWords.Open(options.DatabaseUrl));
        var ownsDatabase = options.Database is null;
        var shiftLock = new ShiftLock(options.Schema, database, settings);
        SalesforceClient? salesforce = null;
        SyncHost? host = null;
        try
        {
            var catalog = options.Catalog ?? new CatalogDatabase(database.DataSource);
            if (ownsDatabase)
                await catalog.MigrateAsync(cancellationToken);
            await shiftLock.HoldAsync(cancellationToken);
            var connection = await FindConnectionAsync(catalog, options, cancellationToken);
            salesforce = new SalesforceClient(
                new SalesforceOptions { LoginUrl = connection.LoginUrl, ApiVersion = connection.ApiVersion },
                options.Grant,
                timeProvider,
                loggerFactory);
            salesforce.RefreshTokenRotated = options.RefreshTokenRotated;
            host = new SyncHost(connection, catalog, database, options, salesforce, shiftLock, settings);
            await host.PrepareAsync(options.Mappings, options.NeedsMappings, cancellationToken);
            return host;
        }
        catch (Exception exception)
        {
            if (host is not null)
                await host._shift.DisposeAsync();
            await shiftLock.DisposeAsync();
            salesforce?.Dispose();
            if (ownsDatabase)
                await database.DisposeAsync();
            if (Explain(exception, options) is { } sentence)
                throw new ConfigurationException(sentence, exception);
            throw;
        }
    }

    /// <summary>Works until cancelled. After an import, and the loss of the database's session, it begins a new shift by itself.</summary>
    /// <exception cref="ShiftEndedException">Only a person can help; the message says how.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await _shift.RunAsync(cancellationToken);
                attempt = 1;
            }
            catch (Exception exception) when (IsOfTheDatabase(exception) && FaultPolicy.Judge(exception).Action == FaultAction.Retry)
            {
                LogShiftEnded(exception);
            }

            await BeginShiftAsync(attempt, cancellationToken);
        }
    }

    /// <summary>Compares every mapped value of every row on both sides.</summary>
    public async Task<IReadOnlyList<ComparisonResult>> CompareAsync(CancellationToken cancellationToken)
    {
        await using var connection = await DataSource.OpenConnectionAsync(cancellationToken);
        var comparison = new Comparison(_salesforce);
        var results = new List<ComparisonResult>();
        foreach (var mapping in Mappings.All)
            results.Add(await comparison.RunAsync(mapping.Mapped, connection, cancellationToken));
        return results;
    }

    public Task<IReadOnlyList<MappingStatus>> ReadStatusAsync(CancellationToken cancellationToken) =>
        new StatusReader(Mappings, DataSource, _salesforce).ReadAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _shift.DisposeAsync();
        _salesforce.Dispose();
        if (_options.Database is null)
            await Database.DisposeAsync();
    }

    private static async Task<Connection> FindConnectionAsync(
        CatalogDatabase catalog, SyncHostOptions options, CancellationToken cancellationToken)
    {
        var stored = options.ConnectionId is { } id
            ? await FindConnectionAsync(catalog, id, options.Schema, cancellationToken)
            : await catalog.FindConnectionAsync(options.Schema, cancellationToken);
        var hasTables = stored is not null && (await catalog.ListMappingsAsync(stored.Id, cancellationToken)).Count > 0;
        return options.ApplyTo(stored, hasTables, Guid.CreateVersion7());
    }

    private static async Task<Connection> FindConnectionAsync(
        CatalogDatabase catalog, Guid id, string schema, CancellationToken cancellationToken) =>
        await catalog.FindConnectionAsync(id, cancellationToken)
            ?? throw new ConfigurationException($"The connection of the schema {schema} is no longer in the catalogue.");

    /// <summary>Stores what was asked for only once the org has confirmed all of it.</summary>
    private async Task PrepareAsync(IReadOnlyList<Mapping> asked, bool needsMappings, CancellationToken cancellationToken)
    {
        await _catalog.LetGoAsync(_connection, DataSource, cancellationToken);
        var stored = await _catalog.ListMappingsAsync(_connection.Id, cancellationToken);
        var mappings = Mapping.Replace(stored, asked);
        if (mappings.Count == 0 && needsMappings)
            throw new ConfigurationException(
                $"Nothing is mapped into the schema {_connection.Schema} yet: give a mapping file with --mappings.");

        await _shift.PrepareAsync(mappings, cancellationToken);
        await _catalog.SaveAsync(
            _connection with { OrganizationId = _shift.Identity.OrganizationId.Value }, asked, cancellationToken);
        Mappings.NoteStored(await _catalog.ListMappingsAsync(_connection.Id, cancellationToken));
    }

    private async Task BeginShiftAsync(int attempt, CancellationToken cancellationToken)
    {
        // Until the new shift is prepared, the old one answers for the mappings; its lock must be free for the new one before that.
        await _shift.DisposeAsync();
        for (; ; attempt++)
        {
            try
            {
                _shift = await NextShiftAsync(cancellationToken);
                Trouble = null;
                return;
            }
            catch (Exception exception) when (FaultPolicy.Judge(exception) is { Action: FaultAction.Retry } fault)
            {
                LogShiftEnded(exception);
                Trouble = DatabaseWords.Explain(exception, _options.DatabaseUrl);
                await Task.Delay(FaultPolicy.PauseAfter(fault, attempt), _settings.TimeProvider, cancellationToken);
            }
        }
    }

    /// <summary>A shift of what is stored now: an import may have ended the one before, or another program worked meanwhile.</summary>
    private async Task<ConnectionShift> NextShiftAsync(CancellationToken cancellationToken)
    {
        var shiftLock = new ShiftLock(_connection.Schema, Database, _settings);
        ConnectionShift? shift = null;
        try
        {
            await shiftLock.HoldAsync(cancellationToken);
            _connection = await FindConnectionAsync(_catalog, _connection.Id, _connection.Schema, cancellationToken);
            await _catalog.LetGoAsync(_connection, DataSource, cancellationToken);
            shift = NewShift(shiftLock);
            await shift.PrepareAsync(await _catalog.ListMappingsAsync(_connection.Id, cancellationToken), cancellationToken);
            return shift;
        }
        catch
        {
            if (shift is not null)
                await shift.DisposeAsync();
            await shiftLock.DisposeAsync();
            throw;
        }
    }

    private ConnectionShift NewShift(ShiftLock shiftLock) => new(_connection, Database, _salesforce, shiftLock, _settings);

    private static bool IsOfTheDatabase(Exception exception) => exception is NpgsqlException || SessionLoss.WasUnseen(exception);

    /// <summary>The sentence for what a start may run into; null for a defect or a cancellation.</summary>
    private static string? Explain(Exception exception, SyncHostOptions options) => exception switch
    {
        SalesforceException => exception.Message,
        TableMismatchException => exception.Message,
        _ => DatabaseWords.Explain(exception, options.DatabaseUrl),
    };

    [LoggerMessage(LogLevel.Warning, "The shift ended; beginning a new one")]
    private partial void LogShiftEnded(Exception exception);
}
