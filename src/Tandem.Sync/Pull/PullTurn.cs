using Npgsql;
using Tandem.Sync.Running;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Pull;

/// <summary>What an <see cref="IPullPass"/> works with at one tick.</summary>
public sealed record PullTurn
{
    public required MappedObject Mapped { get; init; }

    /// <summary>
    /// The session for what is to be read and written: open, outside of a transaction, used by one pass at a time; another one after
    /// <see cref="WaitApartAsync"/>. It is opened at the first call, so that a pull which finds nothing needs none.
    /// </summary>
    public required Func<CancellationToken, ValueTask<NpgsqlConnection>> ConnectAsync { get; init; }

    /// <summary>What the session was rented as; null where it is the caller's own.</summary>
    public PullSession? Session { get; init; }

    public required MappingGate Gate { get; init; }

    public required Progress Progress { get; init; }

    /// <summary>Is told each committed step of a long pass.</summary>
    public Action<Progress> Report { get; init; } = static _ => { };

    /// <summary>
    /// Waits for what may take minutes without keeping a shared session from others. The session is another one afterwards,
    /// however the wait ended. Called outside of a transaction.
    /// </summary>
    public Task WaitApartAsync(Func<CancellationToken, Task> wait, CancellationToken cancellationToken) =>
        Session is null ? wait(cancellationToken) : Session.WaitApartAsync(wait, cancellationToken);
}
