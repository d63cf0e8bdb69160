using Npgsql;

namespace Tandem.Sync.Running;

/// <summary>
/// A session of <see cref="PullSessions"/> while it is rented; disposing gives it back. Unless <see cref="NoteSound"/> was called, it is
/// replaced by then, for whoever failed with it may have left a transaction or a COPY behind.
/// </summary>
public sealed class PullSession : IAsyncDisposable
{
    private readonly PullSessions _sessions;
    private SessionSlot? _slot;
    private bool _isSound;

    internal PullSession(PullSessions sessions, SessionSlot slot)
    {
        _sessions = sessions;
        _slot = slot;
    }

    /// <summary>Opens the session where that is not done yet; another one after a wait.</summary>
    public ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken) => _slot is { } slot
        ? slot.ConnectAsync(cancellationToken)
        : throw new InvalidOperationException("The session was given back.");

    /// <summary>What was done with the session has come to its end.</summary>
    public void NoteSound() => _isSound = true;

    /// <summary>The turn waits for a moment, outside of a transaction; the session need not be the same afterwards.</summary>
    public ValueTask RestAsync() => _slot?.RestAsync() ?? ValueTask.CompletedTask;

    /// <summary>
    /// Gives the session back for a wait that may take minutes, and goes on with one that is not shared, however the wait ends. Called
    /// outside of a transaction.
    /// </summary>
    public async Task WaitApartAsync(Func<CancellationToken, Task> wait, CancellationToken cancellationToken)
    {
        await GiveBackAsync(isSound: true);
        try
        {
            await wait(cancellationToken);
        }
        finally
        {
            _slot = await _sessions.RentForLongPullAsync(cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => GiveBackAsync(_isSound);

    private async ValueTask GiveBackAsync(bool isSound)
    {
        if (_slot is not { } slot)
            return;
        _slot = null;
        await _sessions.GiveBackAsync(slot, isSound);
    }
}
