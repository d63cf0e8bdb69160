using Tandem.Simulator.Data;

namespace Tandem.Simulator.Events.Cometd;

/// <summary>
/// A client between its handshake and its end: its subscriptions and whether a connect of it is held. The newest connect gets the
/// events; one that is still held then is answered empty. Source: salesforce-api.md, section 5.2.
/// </summary>
internal sealed class CometdClient(string id, string userId, string browser, int version, TimeProvider timeProvider)
{
    private const int MostEvents = 1000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, CometdSubscription> _subscriptions = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = NewSignal();
    private DateTimeOffset _lastAnswer = timeProvider.GetUtcNow();
    private int _held;
    private int _turn;
    private bool _isGone;

    public string Id { get; } = id;

    public string UserId { get; } = userId;

    /// <summary>The cookie that all requests of the client must bring.</summary>
    public string Browser { get; } = browser;

    /// <summary>The version in the address of the handshake.</summary>
    public int Version { get; } = version;

    /// <summary>False until the first connect was answered: only that one tells the client how to go on.</summary>
    public bool HasConnected { get; private set; }

    /// <summary>Completes when a subscription comes or goes, a newer connect arrives or the client leaves.</summary>
    public Task Changed
    {
        get
        {
            lock (_lock)
                return _changed.Task;
        }
    }

    public IReadOnlyList<CometdSubscription> Subscriptions
    {
        get
        {
            lock (_lock)
                return [.. _subscriptions.Values];
        }
    }

    /// <summary>True while a connect is held and for the session's time after its answer.</summary>
    public bool IsAlive(TimeSpan sessionTimeout)
    {
        lock (_lock)
            return !_isGone && (_held > 0 || timeProvider.GetUtcNow() - _lastAnswer <= sessionTimeout);
    }

    public void Subscribe(CometdSubscription subscription) => Change(() => _subscriptions[subscription.Name] = subscription);

    public void Unsubscribe(string name) => Change(() => _subscriptions.Remove(name));

    public void Leave() => Change(() => _isGone = true);

    /// <summary>Holds a connect and gives its turn; <see cref="EndConnect"/> must follow.</summary>
    public int BeginConnect()
    {
        var turn = 0;
        Change(() =>
        {
            _held++;
            turn = ++_turn;
        });
        return turn;
    }

    public void EndConnect()
    {
        lock (_lock)
        {
            _held--;
            _lastAnswer = timeProvider.GetUtcNow();
            HasConnected = true;
        }
    }

    /// <summary>False once a newer connect has come, or the client has left.</summary>
    public bool HasTurn(int turn)
    {
        lock (_lock)
            return _turn == turn && !_isGone;
    }

    /// <summary>The events that wait for the client, in the order of the org; what the user may not see is passed over.</summary>
    public List<(CometdSubscription Subscription, OrgEvent Event)> Collect(EventBus bus, UserAccess access)
    {
        var found = new List<(CometdSubscription Subscription, OrgEvent Event)>();
        var subscriptions = Subscriptions;
        foreach (var subscription in subscriptions)
        {
            var events = bus.ReadAfter(subscription.Channel, subscription.Position, MostEvents);
            var before = found.Count;
            foreach (var @event in events)
            {
                if (CometdEventJson.IsFor(@event, subscription, access))
                    found.Add((subscription, @event));
            }

            if (found.Count == before && events.Count > 0)
                subscription.MoveTo(events[^1].ReplayId);
        }

        if (subscriptions.Count > 1)
            found.Sort(static (left, right) => left.Event.ReplayId.CompareTo(right.Event.ReplayId));
        if (found.Count > MostEvents)
            found.RemoveRange(MostEvents, found.Count - MostEvents);
        return found;
    }

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            change();
            changed = _changed;
            _changed = NewSignal();
        }

        changed.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
