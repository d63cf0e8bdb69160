using Npgsql;

namespace Tandem.Postgres;

/// <summary>
/// The one session of a database by which a program hears of announcements and holds its advisory locks, however many connections it
/// works there. <see cref="ChannelListener"/> and <see cref="AdvisoryLock"/> are what its users see of it.
/// </summary>
/// <remarks>
/// The session is there while somebody listens or holds a lock. One task uses it: it carries out orders, one after the other, and
/// between them it waits for what the server sends, which an order interrupts. When the session ends, for whatever reason, every lock is
/// lost and every listener is woken, for nobody knows what was announced meanwhile; whoever wants something of it next makes a new one.
/// </remarks>
public sealed class ControlSession(NpgsqlDataSource dataSource) : IAsyncDisposable
{
    // A network may drop a quiet session without a word; asking it something notices that.
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private readonly Queue<ControlOrder> _orders = new();
    private CancellationTokenSource? _interrupt;
    private Task _work = Task.CompletedTask;
    private bool _isWorking;
    private bool _isClosed;

    /// <summary>Locks are given up by then, and nobody is woken any more.</summary>
    public async ValueTask DisposeAsync()
    {
        Task work;
        CancellationTokenSource? interrupt;
        lock (_lock)
        {
            _isClosed = true;
            (work, interrupt) = (_work, _interrupt);
        }

        interrupt?.Cancel();
        await work;
    }

    /// <summary>Has the session do something, after what was ordered before.</summary>
    /// <exception cref="NpgsqlException">
    /// There is no session to be had, or it ended on the way; whether the order was carried out is not known then.
    /// </exception>
    internal Task<T?> OrderAsync<T>(Func<ControlLife, Task<T?>> work, CancellationToken cancellationToken) =>
        OrderAsync(new ResultOrder<T>(work, within: null), cancellationToken);

    /// <summary>As above, in one life of the session; when that has ended or ends on the way, what was to be done in it is moot.</summary>
    internal async Task OrderWithinAsync(ControlLife life, Func<Task> work, CancellationToken cancellationToken)
    {
        var order = new ResultOrder<bool>(
            async _ =>
            {
                await work();
                return true;
            },
            life);
        try
        {
            await OrderAsync(order, cancellationToken);
        }
        catch (Exception exception) when (exception is NpgsqlException or ObjectDisposedException || SessionLoss.WasUnseen(exception))
        {
            // It has ended, and what it held with it.
        }
    }

    private async Task<T?> OrderAsync<T>(ResultOrder<T> order, CancellationToken cancellationToken)
    {
        CancellationTokenSource? interrupt;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            _orders.Enqueue(order);
            interrupt = _interrupt;
            if (!_isWorking)
            {
                _isWorking = true;
                _work = Task.Run(WorkAsync, CancellationToken.None);
            }
        }

        interrupt?.Cancel();
        await using var registration = cancellationToken.Register(() => order.TryWithdraw(cancellationToken));
        return await order.Done;
    }

    /// <summary>Works while there is anything to do, to hear or to hold.</summary>
    private async Task WorkAsync()
    {
        ControlLife? life = null;
        while (Next(life) is { } next)
        {
            try
            {
                if (next.Order is { } order && (!order.TryBegin() || order.IsPast(life)))
                {
                    order.Skip();
                    continue;
                }

                life ??= await ControlLife.OpenAsync(dataSource);
                await (next.Order?.RunAsync(life) ?? HearAsync(life, next.Interrupt));
                await life.WakeAsync();
            }
            catch (Exception exception)
            {
                next.Order?.Fail(exception);
                if (life is null)
                    FailAll(exception);
                if (life is { IsOpen: true } && exception is PostgresException)
                    continue;
                if (life is not null)
                    await life.EndAsync(exception);
                life = null;
            }
        }

        if (life is not null)
            await life.DisposeAsync();
    }

    /// <returns>An order, or none to wait with; null when there is nothing left that needs the session.</returns>
    private Turn? Next(ControlLife? life)
    {
        lock (_lock)
        {
            _interrupt = null;
            if (_isClosed)
            {
                while (_orders.TryDequeue(out var late))
                    late.Fail(new ObjectDisposedException(nameof(ControlSession)));
            }

            _orders.TryDequeue(out var order);
            if (_isClosed || (order is null && life is not { IsNeeded: true }))
            {
                _isWorking = false;
                return null;
            }

            // Never disposed: an order may cancel it at any time, and it has nothing that would have to be given back.
            var interrupt = new CancellationTokenSource();
            if (order is null)
                _interrupt = interrupt;
            return new Turn(order, interrupt);
        }
    }

    private static async Task HearAsync(ControlLife life, CancellationTokenSource interrupt)
    {
        try
        {
            if (!await NotificationWait.ForAnyAsync(life.Session, AskEvery, interrupt.Token))
                await life.CheckAsync();
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
        {
            // Somebody has an order.
        }
    }

    /// <summary>Who waits for a session that cannot be had need not each find that out.</summary>
    private void FailAll(Exception exception)
    {
        List<ControlOrder> orders;
        lock (_lock)
        {
            orders = [.. _orders];
            _orders.Clear();
        }

        orders.ForEach(order => order.Fail(exception));
    }

    private sealed record Turn(ControlOrder? Order, CancellationTokenSource Interrupt);
}
