using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Salesforce;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;

namespace Tandem.Server.Hosting;

/// <summary>
/// One connection of a server for as long as the server runs: starts its work, tries again what passes, waits for a person where only a
/// person can help, and stops and goes on when asked. What it does never ends the program or another connection.
/// </summary>
/// <param name="startAsync">Gives null when nobody has signed in for it.</param>
/// <param name="started">A host that was started already, and is the life's from now on; null when there is none.</param>
public sealed partial class ConnectionLife(
    Connection connection,
    Func<Connection, CancellationToken, Task<SyncHost?>> startAsync,
    SyncHost? started,
    TimeProvider timeProvider,
    ILogger<ConnectionLife> logger) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Channel<bool> _asked = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly CancellationTokenSource _end = new();
    private (ConnectionState State, string? Sentence) _standing = (ConnectionState.Busy, null);
    private CancellationTokenSource? _work;
    private bool _isPaused = connection.IsPaused;
    private readonly SemaphoreSlim _rests = new(1, 1);
    private int _imports;
    private TaskCompletionSource _atRest = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Guid Id => connection.Id;

    /// <summary>As the catalogue had it when the life began; with another schema or database, another life begins.</summary>
    public Connection Connection => connection;

    /// <summary>A person has stopped it.</summary>
    public bool IsPaused
    {
        get
        {
            lock (_lock)
                return _isPaused;
        }
    }

    /// <summary>What is at work; null while nothing is.</summary>
    public SyncHost? Host { get; private set; } = started;

    /// <summary>What lives of a mapping; null while the connection is not at work, or has no such mapping.</summary>
    public LiveMapping? LiveOf(string objectName) => Host?.Mappings.All.FirstOrDefault(
        mapping => mapping.Mapped.Name.Equals(objectName, StringComparison.OrdinalIgnoreCase));

    /// <summary>The state, and a sentence for a person where something is wrong.</summary>
    public (ConnectionState State, string? Sentence) Standing
    {
        get
        {
            var trouble = Host?.Trouble;
            lock (_lock)
            {
                if (trouble is not null && _standing.State == ConnectionState.Idle)
                    return (ConnectionState.DbUnavailable, trouble);
                return _imports > 0 && _standing.State == ConnectionState.Idle
                    ? (ConnectionState.ImportConfiguration, null)
                    : _standing;
            }
        }
    }

    /// <summary>What is logged on its behalf belongs to it.</summary>
    public WorkScope Scope => new(connection.Id, connection.Name)
    {
        ReadState = () => JsonNamingPolicy.SnakeCaseUpper.ConvertName(Standing.State.ToString()),
    };

    /// <summary>Runs until cancelled, or until it is told to end.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var scope = logger.BeginScope(Scope);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _end.Token);
        try
        {
            await LiveAsync(either.Token);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The connection is no more.
        }
    }

    /// <summary>Ends the life for good, soon.</summary>
    public void End() => _end.Cancel();

    private async Task LiveAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var work = BeginWork(cancellationToken);
            var pause = Timeout.InfiniteTimeSpan;
            try
            {
                if (_isPaused)
                {
                    await DisposeAsync();
                    Note(ConnectionState.Paused, null);
                    _atRest.TrySetResult();
                }
                else if ((Host ?? await startAsync(connection, work.Token)) is { } host)
                    await WorkAsync(host, work.Token);
                else
                    Note(ConnectionState.NeedAuthentication, "Nobody has signed in to Salesforce for it.");
            }
            catch (OperationCanceledException) when (work.IsCancellationRequested)
            {
                cancellationToken.ThrowIfCancellationRequested();
                attempt = 0;
                pause = TimeSpan.Zero;
            }
            catch (Exception exception)
            {
                pause = Note(exception, attempt);
            }
            finally
            {
                EndWork();
            }

            await WaitAsync(pause, cancellationToken);
        }
    }

    /// <summary>Ends the work soon; what is under way is finished or done anew when it is resumed.</summary>
    public void Pause() => Ask(isPaused: true);

    public void Resume() => Ask(isPaused: false);

    /// <summary>Does something while nothing of the connection works, and lets it go on as it was. One at a time.</summary>
    /// <exception cref="ConfigurationException">The connection was removed or moved before that; nothing was done.</exception>
    public async Task<T> WhileAtRestAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await _rests.WaitAsync(cancellationToken);
        try
        {
            return await RestAsync(work, cancellationToken);
        }
        finally
        {
            _rests.Release();
        }
    }

    private async Task<T> RestAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        bool wasPaused;
        Task atRest;
        lock (_lock)
        {
            wasPaused = _isPaused;
            _atRest = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            atRest = _atRest.Task;
        }

        Pause();
        try
        {
            await UntilAsync(atRest, cancellationToken);
            return await work();
        }
        finally
        {
            Ask(wasPaused);
        }
    }

    private async Task UntilAsync(Task atRest, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _end.Token);
        try
        {
            await atRest.WaitAsync(either.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ConfigurationException(
                $"The connection {connection.Name} was removed or moved meanwhile; look at it again.", exception);
        }
    }

    /// <summary>Begins the work anew, as the catalogue has it now.</summary>
    public void Restart() => Ask(isPaused: null);

    /// <summary>The state says that an import runs until the returned object is disposed.</summary>
    public IDisposable BeginImport()
    {
        Interlocked.Increment(ref _imports);
        return new Import(this);
    }

    public async ValueTask DisposeAsync()
    {
        if (Host is not { } host)
            return;
        Host = null;
        await host.DisposeAsync();
    }

    private async Task WorkAsync(SyncHost host, CancellationToken cancellationToken)
    {
        Host = host;
        try
        {
            Note(ConnectionState.Idle, null);
            await host.RunAsync(cancellationToken);
        }
        finally
        {
            await DisposeAsync();
        }
    }

    private CancellationTokenSource BeginWork(CancellationToken cancellationToken)
    {
        var work = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (_lock)
            _work = work;
        return work;
    }

    private void EndWork()
    {
        lock (_lock)
            _work = null;
    }

    private void Ask(bool? isPaused)
    {
        lock (_lock)
        {
            _isPaused = isPaused ?? _isPaused;
            _work?.Cancel();
        }

        _asked.Writer.TryWrite(true);
    }

    private async Task WaitAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = _asked.Reader.ReadAsync(enough.Token).AsTask();
        await Task.WhenAny(asked, Task.Delay(pause, timeProvider, enough.Token));
        await enough.CancelAsync();
        await ((Task)asked).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <returns>How long to wait before it is tried again; for ever where a person must act.</returns>
    private TimeSpan Note(Exception exception, int attempt)
    {
        var cause = exception is ConfigurationException { InnerException: { } inner } ? inner : exception;
        var fault = FaultPolicy.Judge(cause);
        var isPassing = fault.Action is FaultAction.Retry or FaultAction.Restart or FaultAction.WaitForAllowance;
        var sentence = exception is ConfigurationException ? exception.Message : fault.Sentence;
        LogFailed(exception, connection.Name, sentence);
        Note(StateOf(cause, isPassing), sentence);
        return isPassing ? FaultPolicy.PauseAfter(fault, attempt) : Timeout.InfiniteTimeSpan;
    }

    private static ConnectionState StateOf(Exception cause, bool isPassing) => (cause, cause.InnerException) switch
    {
        (NpgsqlException, _) or (_, NpgsqlException) => ConnectionState.DbUnavailable,
        _ when isPassing => ConnectionState.Recovery,
        (SalesforceException, _) or (_, SalesforceException) => ConnectionState.Unauthorized,
        _ => ConnectionState.SystemError,
    };

    private void Note(ConnectionState state, string? sentence)
    {
        lock (_lock)
            _standing = (state, sentence);
    }

    private sealed class Import(ConnectionLife life) : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
                Interlocked.Decrement(ref life._imports);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Connection}: {Sentence}")]
    private partial void LogFailed(Exception exception, string connection, string sentence);
}
