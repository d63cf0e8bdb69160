namespace Tandem.Postgres;

/// <summary>Something that a user of a <see cref="ControlSession"/> waits for the session to do.</summary>
/// <param name="within">The life of the session that it is about, after whose end nothing is to be done; null for any.</param>
internal abstract class ControlOrder(ControlLife? within)
{
    private const int Waiting = 0;
    private const int Begun = 1;
    private const int Withdrawn = 2;

    private int _state = Waiting;

    /// <summary>False when it was withdrawn before.</summary>
    public bool TryBegin() => Interlocked.CompareExchange(ref _state, Begun, Waiting) == Waiting;

    /// <summary>Nothing has to be done, because what it is about is gone.</summary>
    public bool IsPast(ControlLife? life) => within is not null && !ReferenceEquals(within, life);

    /// <summary>Once it has begun it is carried to its end, for half of it would leave a lock that nobody knows of.</summary>
    public void TryWithdraw(CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref _state, Withdrawn, Waiting) == Waiting)
            Cancel(cancellationToken);
    }

    public abstract Task RunAsync(ControlLife life);

    /// <summary>There was nothing to do.</summary>
    public abstract void Skip();

    /// <summary>Nothing happens when it is done already.</summary>
    public abstract void Fail(Exception exception);

    protected abstract void Cancel(CancellationToken cancellationToken);
}
