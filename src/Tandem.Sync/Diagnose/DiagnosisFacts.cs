using System.Collections.Concurrent;
using Npgsql;
using Tandem.Postgres.ChangeLog;
using Tandem.Postgres.Health;
using Tandem.Salesforce.Auth;
using Tandem.Salesforce.Limits;
using Tandem.Sync.Freshness;
using Tandem.Sync.Pull;

namespace Tandem.Sync.Diagnose;

/// <summary>
/// What several rules need to know, each asked for once and only if a rule wants it. The database is asked on one session, one question
/// after the other, so that a diagnosis takes few of what may be few; a question that fails fails for those who want its answer alone.
/// </summary>
internal sealed class DiagnosisFacts : IAsyncDisposable
{
    private readonly DiagnosedShift _shift;
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _session = new(1);
    private readonly ConcurrentBag<Task> _asked = [];
    private readonly Lazy<Task<DatabaseHealth>> _database;
    private readonly Lazy<Task<IReadOnlyDictionary<string, TableHealth>>> _tables;
    private readonly Lazy<Task<LogHealth>> _log;
    private readonly Lazy<Task<IReadOnlyDictionary<string, QueueCount>>> _queues;
    private readonly Lazy<Task<IReadOnlyDictionary<string, long>>> _readErrors;
    private readonly Lazy<Task<IReadOnlyList<FreshnessStatus>>> _freshness;
    private readonly Lazy<Task<OrgLimits>> _limits;
    private readonly Lazy<Task<ProfilePermissions?>> _profile;

    public DiagnosisFacts(DiagnosedShift shift)
    {
        _shift = shift;
        var schema = shift.Mappings.Schema;
        var health = new HealthReader(schema);
        string[] tables = [.. shift.Mappings.All.Select(mapping => mapping.Mapped.Table.Name)];
        _database = Once(token => AskAsync(HealthReader.ReadDatabaseAsync, token));
        _tables = Once(token => AskAsync((session, its) => health.ReadTablesAsync(session, tables, its), token));
        _log = Once(token => AskAsync(health.ReadLogAsync, token));
        _queues = Once(token => AskAsync(new ChangeLog(schema).CountAsync, token));
        _readErrors = Once(token => AskAsync(new ReadErrors(schema).CountAsync, token));
        _freshness = Once(token => AskAsync(new FreshnessTable(schema).ListStatusAsync, token));
        _limits = Once(shift.Salesforce.Limits.GetAsync);
        _profile = Once(shift.Salesforce.Identity.ReadProfileAsync);
    }

    // Who stops waiting leaves the question to the others.
    public Task<DatabaseHealth> DatabaseAsync(CancellationToken cancellationToken) => _database.Value.WaitAsync(cancellationToken);

    /// <summary>By name.</summary>
    public Task<IReadOnlyDictionary<string, TableHealth>> TablesAsync(CancellationToken cancellationToken) =>
        _tables.Value.WaitAsync(cancellationToken);

    public Task<LogHealth> LogAsync(CancellationToken cancellationToken) => _log.Value.WaitAsync(cancellationToken);

    /// <summary>By table.</summary>
    public Task<IReadOnlyDictionary<string, QueueCount>> QueuesAsync(CancellationToken cancellationToken) =>
        _queues.Value.WaitAsync(cancellationToken);

    /// <summary>By object.</summary>
    public Task<IReadOnlyDictionary<string, long>> ReadErrorsAsync(CancellationToken cancellationToken) =>
        _readErrors.Value.WaitAsync(cancellationToken);

    public Task<IReadOnlyList<FreshnessStatus>> FreshnessAsync(CancellationToken cancellationToken) =>
        _freshness.Value.WaitAsync(cancellationToken);

    public Task<OrgLimits> LimitsAsync(CancellationToken cancellationToken) => _limits.Value.WaitAsync(cancellationToken);

    public Task<ProfilePermissions?> ProfileAsync(CancellationToken cancellationToken) => _profile.Value.WaitAsync(cancellationToken);

    /// <summary>Ends the questions that nobody waits for any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_asked).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _session.Dispose();
        _end.Dispose();
    }

    private Lazy<Task<T>> Once<T>(Func<CancellationToken, Task<T>> ask) => new(() =>
    {
        var asked = ask(_end.Token);
        _asked.Add(asked);
        return asked;
    });

    private async Task<T> AskAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        await _session.WaitAsync(cancellationToken);
        try
        {
            await using var session = await _shift.DataSource.OpenConnectionAsync(cancellationToken);
            return await ask(session, cancellationToken);
        }
        finally
        {
            _session.Release();
        }
    }
}
