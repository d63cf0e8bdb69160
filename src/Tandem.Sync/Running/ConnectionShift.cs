using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Postgres;
using Tandem.Postgres.Tables;
using Tandem.Salesforce;
using Tandem.Salesforce.Auth;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Pull;
using Tandem.Sync.Push;
using Tandem.Sync.Running.Allowance;
using Tandem.Sync.Schema;
using Tandem.Sync.States;
using Tandem.Sync.Upkeep;
using Tandem.Sync.Verify;

namespace Tandem.Sync.Running;

/// <summary>
/// Works one connection: one push loop, and one worker for each mapping. A shift holds the lock of its schema, so that no two programs
/// ever work one connection, and gives it up at its end. It may end at any moment, by a crash too; the next one goes on from what is
/// stored.
/// </summary>
public sealed partial class ConnectionShift(
    Connection connection, TargetDatabase database, SalesforceClient salesforce, ShiftLock shiftLock, ShiftSettings settings)
    : IAsyncDisposable
{
    /// <summary>How long the end of a shift may take to save what its calls were.</summary>
    private static readonly TimeSpan SavePatience = TimeSpan.FromSeconds(3);

    private readonly ILogger _logger = settings.LoggerFactory.CreateLogger<ConnectionShift>();
    private readonly CallLedger _ledger = new(
        connection.Schema, database.DataSource, salesforce, settings.TimeProvider, settings.LoggerFactory.CreateLogger<CallLedger>());
    private readonly WorkerSupervisor _supervisor = new(
        settings.TimeProvider, settings.LoggerFactory.CreateLogger<WorkerSupervisor>());
    private OrgIdentity? _identity;
    private SchemaWatch? _watch;

    /// <summary>The mappings once <see cref="PrepareAsync"/> is done; null before.</summary>
    public LiveMappings? Mappings { get; private set; }

    /// <summary>
    /// Takes the lock, signs in, checks every mapping against the org and makes what the database lacks. Doing it twice is harmless.
    /// </summary>
    /// <exception cref="ConfigurationException">Something was asked for that cannot be; nothing was changed.</exception>
    public async Task PrepareAsync(IReadOnlyList<Mapping> mappings, CancellationToken cancellationToken)
    {
        using var scope = _logger.BeginScope(Scope);
        await shiftLock.HoldAsync(cancellationToken);
        _identity = await salesforce.SignInAsync(cancellationToken);
        if (connection.OrganizationId is { } expected && expected != _identity.OrganizationId.Value)
        {
            throw new ConfigurationException(
                $"The connection {connection.Name} belongs to the org {expected}, but the sign-in leads to "
                + $"{_identity.OrganizationId.Value}. "
                + "Sign in to the first, or use another schema for the second.");
        }

        await database.Preparations.WaitAsync(cancellationToken);
        try
        {
            await MakeReadyAsync(mappings, cancellationToken);
        }
        finally
        {
            database.Preparations.Release();
        }
    }

    /// <summary>The org that <see cref="PrepareAsync"/> signed in to.</summary>
    public OrgIdentity Identity => _identity ?? throw NotPrepared();

    /// <summary>Works until cancelled, or until the host must begin a new shift: the lock is lost, or other mappings are stored.</summary>
    /// <exception cref="ShiftEndedException">Only a person can help; the message says how.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var (mappings, watch, budget) = (Mappings, _watch, Mappings?.Budget) is ({ } all, { } its, { } calls)
            ? (all, its, calls)
            : throw NotPrepared();
        using var scope = _logger.BeginScope(Scope with { Mappings = mappings });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, shiftLock.Lost);
        await using var sessions = new PullSessions(database, settings.Sync, settings.TimeProvider);
        var worker = new MappingWorker(Pulls.Of(connection.Schema, salesforce, settings), sessions, settings.TimeProvider);
        using var verifier = new Verifier(
            salesforce, connection.Schema, settings.Sync, settings.TimeProvider, settings.LoggerFactory.CreateLogger<Verifier>());
        var indexes = new IndexWorker(mappings, settings.TimeProvider, settings.LoggerFactory.CreateLogger<IndexWorker>());
        var tasks = mappings.All
            .Select(mapping => KeepPullingAsync(mapping, worker, watch, stop.Token))
            .Append(_supervisor.RunAsync(
                "push", token => BuildPush(mappings).RunAsync(database, token), _ => Task.CompletedTask, null, stop.Token))
            .Append(_supervisor.RunAsync(
                "requests",
                async token =>
                {
                    await BuildRequests(mappings, verifier).RunAsync(database, token);
                    LogRenewed(connection.Schema);
                    await stop.CancelAsync();
                },
                _ => Task.CompletedTask,
                _supervisor.PauseAsync,
                stop.Token))
            .Append(_supervisor.RunAsync(
                "verify",
                token => BuildVerify(mappings, verifier).RunAsync(database, token),
                _ => Task.CompletedTask,
                _supervisor.PauseAsync,
                stop.Token))
            .Append(_supervisor.RunAsync(
                "log",
                token => BuildUpkeep(mappings).RunAsync(database.DataSource, token),
                _ => Task.CompletedTask,
                _supervisor.PauseAsync,
                stop.Token))
            .Append(_supervisor.RunAsync(
                "indexes",
                token => indexes.RunAsync(database.DataSource, token),
                _ => Task.CompletedTask,
                _supervisor.PauseAsync,
                stop.Token))
            .Append(_supervisor.RunAsync(
                "calls",
                token => new CallKeeping(
                    _ledger, budget, settings.TimeProvider, settings.LoggerFactory.CreateLogger<CallKeeping>()).RunAsync(token),
                _ => Task.CompletedTask,
                _supervisor.PauseAsync,
                stop.Token))
            .Append(_supervisor.RunAsync(
                "schema",
                token => watch.RunAsync(mappings, token),
                _ => Task.CompletedTask,
                _supervisor.PauseAsync,
                stop.Token))
            .ToList();

        // The first worker that ends, ends the shift: each runs for as long as the shift does, unless only a person can help.
        var failures = new List<Exception>();
        await foreach (var task in Task.WhenEach(tasks))
        {
            if (task.Exception?.InnerException is { } failure)
                failures.Add(failure);
            if (failures.Count > 0 || stop.IsCancellationRequested)
                await stop.CancelAsync();
        }

        await SaveCallsAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (failures.FirstOrDefault() is { } first)
            ExceptionDispatchInfo.Throw(failures.OfType<ShiftEndedException>().FirstOrDefault() ?? first);
        if (shiftLock.Lost.IsCancellationRequested)
            LogLockLost(shiftLock.LostBy, connection.Schema, shiftLock.LostBy?.Message ?? "it was closed");
    }

    public async ValueTask DisposeAsync()
    {
        Mappings?.Dispose();
        _watch?.Dispose();
        await shiftLock.DisposeAsync();
    }

    private CatalogDatabase Catalog => settings.Catalog ?? new CatalogDatabase(database.DataSource);

    private WorkScope Scope => new(connection.Id, connection.Name);

    private static InvalidOperationException NotPrepared() => new("The shift is not prepared.");

    private async Task MakeReadyAsync(IReadOnlyList<Mapping> mappings, CancellationToken cancellationToken)
    {
        var progress = new ProgressTable(connection.Schema);
        var changes = new SchemaChangeTable(connection.Schema);
        _watch?.Dispose();
        (var check, var shaper, _watch) = BuildCheck();
        await using var session = await database.DataSource.OpenConnectionAsync(cancellationToken);
        var checkedNow = await check.PlanAsync(mappings, session, cancellationToken);
        await InstallAsync(checkedNow.Plans.Count > 0, session, cancellationToken);
        var models = new List<(Mapping, MappedObject)>();
        foreach (var (asked, plan) in checkedNow.Plans)
            models.Add((asked, await ShapeAsync(shaper, plan, session, cancellationToken)));
        foreach (var name in checkedNow.Gone)
            await NoteGoneAsync(name, progress, changes, session, cancellationToken);
        Mappings?.Dispose();
        Mappings = new LiveMappings(connection.Schema, models);
        await _ledger.RestoreAsync(cancellationToken);
        Mappings.KeepTo(new CallBudget(_ledger, connection.ApiShare, Mappings, settings.Sync.Allowance, settings.TimeProvider));
        foreach (var (mapping, (_, plan)) in Mappings.All.Zip(checkedNow.Plans))
        {
            // From the first moment on, so that nobody takes a loaded table for one that is not.
            mapping.Note(await progress.ReadAsync(session, mapping.Mapped.Name, cancellationToken));
            mapping.NoteSchemaChanges(await changes.ListOpenAsync(session, mapping.Mapped.Name, cancellationToken));
            mapping.Stop(plan.Stop);
        }
    }

    /// <summary>
    /// Who maps something in a schema wants it to be ours. A connection that was only made leaves one alone that Heroku Connect may still
    /// be at work on.
    /// </summary>
    private async Task InstallAsync(bool hasMappings, NpgsqlConnection session, CancellationToken cancellationToken)
    {
        var schema = new ServiceSchema(connection.Schema);
        if (!hasMappings && await schema.IsAnothersAsync(session, cancellationToken))
        {
            throw new ConfigurationException(
                $"The schema {connection.Schema} has a change log of another program, such as Heroku Connect, and two programs must not "
                + "work it: take it over with tandem adopt.");
        }

        await schema.InstallAsync(session, cancellationToken);
    }

    /// <summary>A lock that others hold on a table is waited for in short tries, so that nobody queues behind this one for long.</summary>
    private async Task<MappedObject> ShapeAsync(
        TableShaper shaper, TablePlan plan, NpgsqlConnection session, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await shaper.ApplyAsync(plan, session, isAtRest: true, cancellationToken);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                LogLocked(exception, connection.Schema, plan.Mapped.Table.Name);
                await Task.Delay(FaultPolicy.PauseAfter(FaultPolicy.Judge(exception), attempt), settings.TimeProvider, cancellationToken);
            }
        }
    }

    /// <summary>Its table stays as it is, and its changes wait, until a start finds the object again.</summary>
    private async Task NoteGoneAsync(
        string objectName,
        ProgressTable progress,
        SchemaChangeTable changes,
        NpgsqlConnection session,
        CancellationToken cancellationToken)
    {
        var change = SchemaWatch.Gone(objectName);
        await changes.NoteAsync(session, objectName, [change], cancellationToken);
        var stored = await progress.ReadAsync(session, objectName, cancellationToken);
        var paused = stored.MoveTo(MappingState.SystemError) with { Description = change.Message };
        await progress.SaveAsync(session, paused, cancellationToken);
        LogGone(change.Message);
    }

    private async Task KeepPullingAsync(
        LiveMapping mapping, MappingWorker worker, SchemaWatch watch, CancellationToken cancellationToken)
    {
        using var scope = _logger.BeginScope(Scope with { Mapping = mapping });
        await _supervisor.RunAsync(
            mapping.Mapped.Name,
            token => PullAsync(mapping, worker, watch, token),
            fault => worker.NoteFaultAsync(mapping, fault, cancellationToken),
            mapping.WaitForRecoverAsync,
            cancellationToken);
    }

    /// <summary>Runs a mapping's worker; when a changed schema explains its end, the table has followed before the next run.</summary>
    private async Task PullAsync(LiveMapping mapping, MappingWorker worker, SchemaWatch watch, CancellationToken cancellationToken)
    {
        if (mapping.StopSentence is not null)
            await watch.CheckAsync(mapping, cancellationToken);
        mapping.ThrowIfStopped();
        var model = mapping.Mapped;
        try
        {
            await worker.RunAsync(mapping, cancellationToken);
        }
        catch (Exception exception) when (SchemaWatch.MayExplain(exception))
        {
            await watch.CheckAsync(mapping, cancellationToken);
            mapping.ThrowIfStopped();
            if (ReferenceEquals(model, mapping.Mapped))
                throw;
            LogModelChanged(exception, mapping.Mapped.Name);
        }
    }

    private RequestLoop BuildRequests(LiveMappings mappings, Verifier verifier) => new(
        mappings,
        [
            new RecoverHandler(),
            new ReloadHandler(database.DataSource, new RefreshTable(connection.Schema)),
            new VerifyHandler(verifier, database.DataSource),
            new RemoveHandler(connection, Catalog),
            new ImportHandler(
                connection with { OrganizationId = Identity.OrganizationId.Value }, Catalog, CheckAsync, settings.TimeProvider),
        ],
        settings.Sync,
        settings.TimeProvider,
        settings.LoggerFactory.CreateLogger<RequestLoop>());

    /// <summary>With a watch of its own: what it describes is none of the running one's business.</summary>
    private async Task CheckAsync(IReadOnlyList<Mapping> mappings, CancellationToken cancellationToken)
    {
        var (check, _, watch) = BuildCheck();
        using (watch)
        {
            await using var session = await database.DataSource.OpenConnectionAsync(cancellationToken);
            await check.PlanAsync(mappings, session, cancellationToken);
        }
    }

    private (MappingCheck Check, TableShaper Shaper, SchemaWatch Watch) BuildCheck()
    {
        var changes = new SchemaChangeTable(connection.Schema);
        var refreshes = new RefreshTable(connection.Schema);
        var contexts = new ObjectContexts(salesforce, connection.Schema, connection.Types);
        var shaper = new TableShaper(contexts, refreshes, new ProgressTable(connection.Schema), changes);
        var watch = new SchemaWatch(salesforce, database.DataSource, shaper, changes, settings);
        return (new MappingCheck(salesforce, shaper, watch, refreshes), shaper, watch);
    }

    private VerifyLoop BuildVerify(LiveMappings mappings, Verifier verifier) => new(
        mappings, verifier, settings.Sync.Verify, settings.TimeProvider, settings.LoggerFactory.CreateLogger<VerifyLoop>());

    private LogUpkeep BuildUpkeep(LiveMappings mappings)
    {
        var options = settings.Sync.Upkeep with { ArchiveAfter = connection.ArchiveAfter, ArchiveFor = connection.ArchiveFor };
        return new LogUpkeep(mappings, options, settings.TimeProvider, settings.LoggerFactory.CreateLogger<LogUpkeep>());
    }

    private PushLoop BuildPush(LiveMappings mappings)
    {
        var writer = new RecordWriter(
            salesforce, new LostInserts(salesforce, Identity), settings.LoggerFactory.CreateLogger<RecordWriter>());
        var sync = settings.Sync with
        {
            Push = settings.Sync.Push with
            {
                MergesWrites = connection.Writes == WriteAlgorithm.Merged,
                Assignment = connection.Assignment,
                SavesDuplicates = connection.SavesDuplicates,
                CutsText = connection.CutsText,
            },
        };
        return new PushLoop(mappings, writer, sync, settings.TimeProvider, settings.LoggerFactory.CreateLogger<PushLoop>());
    }

    /// <summary>The last thing that a shift does, whatever ended it; calls that are not saved in time are forgotten.</summary>
    private async Task SaveCallsAsync()
    {
        using var patience = new CancellationTokenSource(SavePatience, settings.TimeProvider);
        try
        {
            await _ledger.SaveAsync(patience.Token);
        }
        catch (OperationCanceledException exception)
        {
            LogNotSaved(exception);
        }
    }

    [LoggerMessage(LogLevel.Error, "Starting without an object. {Sentence}")]
    private partial void LogGone(string sentence);

    [LoggerMessage(LogLevel.Warning, "The session that holds the lock of schema {Schema} was lost ({Cause}); the shift ends")]
    private partial void LogLockLost(Exception? exception, string schema, string cause);

    [LoggerMessage(LogLevel.Information, "Other mappings are stored for the schema {Schema}; a new shift begins with them")]
    private partial void LogRenewed(string schema);

    [LoggerMessage(LogLevel.Information, "Others hold a lock on {Schema}.{Table}; its change is tried again")]
    private partial void LogLocked(Exception exception, string schema, string table);

    [LoggerMessage(LogLevel.Information, "The schema of {ObjectName} had changed; its worker goes on with the new one")]
    private partial void LogModelChanged(Exception exception, string objectName);

    [LoggerMessage(LogLevel.Warning, "The API calls of the last minute could not be saved")]
    private partial void LogNotSaved(Exception exception);
}
