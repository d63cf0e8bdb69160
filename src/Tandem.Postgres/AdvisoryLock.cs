namespace Tandem.Postgres;

/// <summary>
/// An advisory lock of a database's <see cref="ControlSession"/>: whoever holds it is the only one, whatever clocks and networks say,
/// because the server gives it up exactly when the session ends. Work done under it stops when <see cref="Lost"/> fires.
/// </summary>
public sealed class AdvisoryLock : IAsyncDisposable
{
    private readonly ControlSession _control;
    private readonly ControlLife _life;
    private readonly string _name;
    private int _isDisposed;

    private AdvisoryLock(ControlSession control, ControlLife life, string name)
    {
        (_control, _life, _name) = (control, life, name);
        Lost = life.Lost;
    }

    /// <summary>Fires when the session died, and with it the lock.</summary>
    public CancellationToken Lost { get; }

    /// <summary>What the session died of; null as long as the lock is held, and after it was given up.</summary>
    public Exception? LostBy => _life.EndedBy;

    /// <summary>Null when somebody holds the lock of this name in this database, in this program too.</summary>
    public static Task<AdvisoryLock?> TryAcquireAsync(ControlSession control, string name, CancellationToken cancellationToken) =>
        control.OrderAsync(
            async life => await life.TryLockAsync(name) ? new AdvisoryLock(control, life, name) : null, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0 || Lost.IsCancellationRequested)
            return;
        await _control.OrderWithinAsync(_life, () => _life.UnlockAsync(_name), CancellationToken.None);
    }
}
