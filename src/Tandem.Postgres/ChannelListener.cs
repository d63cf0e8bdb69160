namespace Tandem.Postgres;

/// <summary>
/// Sleeps until a channel announces something, by a database's <see cref="ControlSession"/>. Used by one worker at a time.
/// </summary>
/// <remarks>
/// A channel may be one on which only a sleeper is called: that of a change log. Whoever writes an entry tries to get the lock that is
/// named as the channel, shared and until the end of the transaction, and announces the entry only when that fails. The sleeper takes the
/// lock alone before it looks for the last time: every transaction that found it awake has ended then and is seen by that look, and every
/// other one announces itself. So a worker that is busy costs the writers no announcement, and no entry is overlooked. Being woken by an
/// announcement gives the lock up.
/// </remarks>
public sealed class ChannelListener(ControlSession control, string channel, TimeProvider timeProvider) : IAsyncDisposable
{
    private readonly SemaphoreSlim _signal = new(0, 1);
    private ControlLife? _life;
    private bool _isCalled;

    public string Channel => channel;

    /// <summary>Announcements with another payload wake nobody here; null hears all.</summary>
    public string? Payload { get; init; }

    /// <summary>True when the lock is held: every entry is announced that a look from now on cannot see.</summary>
    public bool IsCalled => Volatile.Read(ref _isCalled) && _life is { Lost.IsCancellationRequested: false };

    private bool IsListening => _life is { Lost.IsCancellationRequested: false };

    /// <summary>
    /// Takes the lock; look once more then. False while a transaction is under way that found the worker awake and so will announce
    /// nothing: look again soon.
    /// </summary>
    public async Task<bool> TryToBeCalledAsync(CancellationToken cancellationToken)
    {
        if (!IsListening)
            await ConnectAsync(cancellationToken);
        if (!IsCalled)
        {
            await AskAsync(
                async life =>
                {
                    if (await life.TryLockAsync(channel))
                        Volatile.Write(ref _isCalled, true);
                },
                cancellationToken);
        }

        return IsCalled;
    }

    /// <summary>The worker looks by itself again, and needs not be called.</summary>
    public async Task StayAwakeAsync(CancellationToken cancellationToken)
    {
        if (!IsCalled)
            return;
        await AskAsync(
            async life =>
            {
                // Somebody may have called meanwhile.
                if (Volatile.Read(ref _isCalled))
                    await life.UnlockAsync(channel);
                Volatile.Write(ref _isCalled, false);
            },
            cancellationToken);
    }

    /// <summary>
    /// Returns when the channel announced something, and after <paramref name="atMost"/> in any case. Also returns at once whenever it
    /// had to connect, because what was announced before that is unknown. Throws Npgsql's own when no connection can be made.
    /// </summary>
    /// <returns>False when nothing was announced in that time.</returns>
    public async Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        if (IsListening)
        {
            using var timeout = new CancellationTokenSource(atMost, timeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            try
            {
                await _signal.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                return false;
            }
        }

        if (!IsListening)
            await ConnectAsync(cancellationToken);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        if (IsListening)
            await AskAsync(life => life.ForgetAsync(this), CancellationToken.None);
        _life = null;
    }

    /// <summary>Something was announced, or the session has ended.</summary>
    internal void Wake()
    {
        Volatile.Write(ref _isCalled, false);
        if (_signal.CurrentCount == 0)
            _signal.Release();
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _isCalled, false);
        _life = await control.OrderAsync(
            async life =>
            {
                await life.ListenAsync(this);
                return life;
            },
            cancellationToken);
    }

    /// <summary>Asks something of the session in which this listens; nothing is left to ask when that has ended.</summary>
    private Task AskAsync(Func<ControlLife, Task> ask, CancellationToken cancellationToken) =>
        _life is { } life ? control.OrderWithinAsync(life, () => ask(life), cancellationToken) : Task.CompletedTask;
}
