using Npgsql;
using Tandem.Sync.Running;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Pull;

/// <summary>What an <see cref="IPullPass"/> works with at one tick.</summary>
public sealed record PullTurn
{
    public required MappedObject Mapped { get; init; }

    /// <summary>
    /// The session for what is to be read and written: open, outside of a transaction, used by one pass at a time; another one after each
    /// wait of this turn. It is opened at the first call, so that a pull which finds nothing needs none.
    /// </summary>
    public required Func<CancellationToken, ValueTask<NpgsqlConnection>> ConnectAsync { get; init; }

    /// <summary>What the session was rented as; null where it is the caller's own.</summary>
    public PullSession? Session { get; init; }

    public required MappingGate Gate { get; init; }

    public required Progress Progress { get; init; }

    /// <summary>Is told each committed step of a long pass.</summary>
    public Action<Progress> Report { get; init; } = static _ => { };

    /// <summary>
    /// Waits for the gate; disposing what comes back leaves it. The session rests meanwhile, for whoever is within may need one to come to
    /// an end, and may be another one afterwards. Called outside of a transaction.
    /// </summary>
    public Task<IDisposable> EnterGateAsync(CancellationToken cancellationToken) => RestWhileAsync(Gate.EnterAsync(cancellationToken));

    /// <summary>As <see cref="EnterGateAsync"/>, for <see cref="MappingGate.BeginReadAsync"/>.</summary>
    public Task<long> BeginReadAsync(CancellationToken cancellationToken) => RestWhileAsync(Gate.BeginReadAsync(cancellationToken));

    /// <summary>
    /// Waits for what may take minutes without keeping a shared session from others. The session is another one afterwards,
    /// however the wait ended. Called outside of a transaction.
    /// </summary>
    public Task WaitApartAsync(Func<CancellationToken, Task> wait, CancellationToken cancellationToken) =>
        Session is null ? wait(cancellationToken) : Session.WaitApartAsync(wait, cancellationToken);

    private async Task<T> RestWhileAsync<T>(Task<T> waiting)
    {
        if (!waiting.IsCompleted && Session is not null)
            await Session.RestAsync();
        return await waiting;
    }
}
