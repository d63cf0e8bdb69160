using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Postgres;
using Tandem.Salesforce;
using Tandem.Simulator.Control;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;
using Tandem.Sync.Verify;
using Tandem.Testing;
using Tandem.Tests.Integration.Sync;

namespace Tandem.Tests.Integration.Lives;

/// <summary>
/// One life of the program that works a connection, from its start to its stop, its failure or its death. It has a client, a pool and a
/// shift of its own, as a process has. Death is what SIGKILL leaves behind: from that moment on no statement and no call gets out,
/// what was open rolls back, and whatever the dying code does about it reaches nothing.
/// </summary>
internal sealed class ProgramLife : IAsyncDisposable
{
    private const string DeadRule = "the program is dead";
    private static readonly TimeSpan Unlimited = TimeSpan.FromDays(40);

    private readonly LifeSettings _settings;
    private readonly Action _prepared;
    private readonly CancellationTokenSource _stop = new();
    private readonly SalesforceClient _salesforce;
    private readonly TargetDatabase _database;
    private readonly ConnectionShift _shift;
    private readonly string _sessionName;
    private readonly ILoggerFactory _loggers;
    private int _isDead;

    /// <param name="prepared">Called when the tables are made.</param>
    public ProgramLife(LifeSettings life, int number, Action prepared)
    {
        _settings = life;
        _prepared = prepared;
        _loggers = LoggerFactory.Create(builder => builder.AddProvider(life.Journal));
        _sessionName = $"life {number}";
        _database = new TargetDatabase(OpenPool());
        _salesforce = new SalesforceClient(
            new SalesforceOptions { LoginUrl = life.Server.BaseAddress, RequestTimeout = Unlimited },
            SyncWorld.Password(),
            life.ProgramTime,
            _loggers);
        var settings = new ShiftSettings { Sync = life.Options, TimeProvider = life.ProgramTime, LoggerFactory = _loggers };
        var connection = new Connection
        {
            Id = Guid.Empty,
            Name = "test",
            LoginUrl = life.Server.BaseAddress,
            ApiVersion = "67.0",
            Schema = LifeSettings.Schema,
            Types = life.Types,
            Writes = life.Writes,
        };
        _shift = new ConnectionShift(
            connection, _database, _salesforce, new ShiftLock(LifeSettings.Schema, _database, settings), settings);
        Ended = Task.Run(RunAsync);
    }

    /// <summary>Completes with what ended the life: null after a death or a stop.</summary>
    public Task<Exception?> Ended { get; }

    public bool IsDead => Volatile.Read(ref _isDead) != 0;

    /// <summary>The mappings that have no pull behind them which began later than this, and do not wait for a person.</summary>
    public IReadOnlyList<string> NotPulledSince(DateTimeOffset moment) => _shift.Mappings is { } mappings
        ? [.. mappings.All.Where(mapping => !IsHeld(mapping) && !(mapping.PulledAt > moment)).Select(mapping => mapping.Mapped.Name)]
        : ["nothing is prepared"];

    /// <summary>The sentences of the mappings that wait for a person.</summary>
    public IReadOnlyList<string> Held => [.. (_shift.Mappings?.All ?? [])
        .Where(IsHeld)
        .Select(mapping => mapping.Fault?.Sentence ?? "")];

    /// <summary>Compares every value of every row, beside the work, up to behind the newest one: nothing is left to later polls.</summary>
    public async Task<IReadOnlyList<VerifyReport>> VerifyAsync()
    {
        var options = _settings.Options with { Poll = _settings.Options.Poll with { LongestOverlap = TimeSpan.FromDays(-1) } };
        using var verifier = new Verifier(
            _salesforce, LifeSettings.Schema, options, _settings.ProgramTime, _loggers.CreateLogger<Verifier>());
        var reports = new List<VerifyReport>();
        var request = new VerifyRequest(VerifyLevel.Values, Repairs: true);
        foreach (var mapping in _shift.Mappings?.All ?? [])
            reports.Add(await verifier.RunAsync(mapping, request, _database.DataSource, _stop.Token));
        return reports;
    }

    /// <summary>Dies at once, wherever it is.</summary>
    public void Die()
    {
        if (Interlocked.Exchange(ref _isDead, 1) != 0)
            return;
        _settings.Server.Control.Faults.Add(new FaultRule { Id = DeadRule, Kind = FaultKind.CutBeforeHandling });
        EndSessions();
        _ = _stop.CancelAsync();
    }

    /// <summary>The server ends some of its sessions: one that the number chooses, or for every third number all.</summary>
    public void EndSessions(int choice)
    {
        if (choice % 3 == 0)
            EndSessions();
        else
        {
            _settings.Ask(
                $"select pg_terminate_backend(pid)::text from (select pid, row_number() over (order by pid) - 1 as place, "
                + $"count(*) over () as total from pg_stat_activity where application_name = '{_sessionName}' "
                + $"and datname = current_database()) s where place = {choice.ToString(CultureInfo.InvariantCulture)} % total");
        }
    }

    /// <summary>Stops in order, or waits out its death until the database and the org have noticed it too.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Ended;
        await _shift.DisposeAsync();
        _salesforce.Dispose();
        await _database.DisposeAsync();
        EndSessions();
        await Eventually.BecomesTrueAsync(
            () => CountSessions() == 0 && _settings.Server.Control.OpenCalls.Count == 0, "the life has left nothing open",
            cancellationToken: SyncWorld.Token);
        _settings.Server.Control.Faults.Remove(DeadRule);
        _loggers.Dispose();
        _stop.Dispose();
    }

    private async Task<Exception?> RunAsync()
    {
        using var listening = Failpoints.Listen(Hear);
        try
        {
            await _shift.PrepareAsync(_settings.Mappings(), _stop.Token);
            _prepared();
            await _shift.RunAsync(_stop.Token);
            return null;
        }
        catch (Exception exception)
        {
            return IsDead || _stop.IsCancellationRequested ? null : exception;
        }
    }

    private void Hear(string name)
    {
        if (!IsDead && _settings.Crashes.Strikes(name))
        {
            _settings.Journal.Add($"    the program dies at {name}");
            Die();
        }

        RefuseTheDead();
    }

    private static bool IsHeld(LiveMapping mapping) =>
        mapping.Fault is { Action: FaultAction.PauseMapping or FaultAction.StopConnection };

    private NpgsqlDataSource OpenPool()
    {
        var builder = new NpgsqlDataSourceBuilder(_settings.Database.ConnectionString);
        builder.ConnectionStringBuilder.ApplicationName = _sessionName;
        builder.UsePhysicalConnectionInitializer(
            _ => RefuseTheDead(),
            _ =>
            {
                RefuseTheDead();
                return Task.CompletedTask;
            });
        return builder.Build();
    }

    /// <summary>The dead do nothing; what they would do about it waits until the death is complete and then looks like a stop.</summary>
    private void RefuseTheDead()
    {
        if (!IsDead)
            return;
        _stop.Token.WaitHandle.WaitOne();
        throw new OperationCanceledException("The program is dead.", _stop.Token);
    }

    private void EndSessions() => _settings.Ask(
        $"select pg_terminate_backend(pid)::text from pg_stat_activity where application_name = '{_sessionName}' "
        + "and datname = current_database()");

    private int CountSessions() => _settings.Ask(
        $"select pid::text from pg_stat_activity where application_name = '{_sessionName}' and datname = current_database()").Count;
}
