namespace Tandem.Simulator.Events;

/// <summary>
/// An address that clients subscribe to, with the events that it keeps. The bus makes and fills it; any number of subscribers read it,
/// each from its own place, and sleep on one signal.
/// </summary>
public sealed class EventChannel
{
    private readonly Lock _lock = new();
    private readonly Retained<OrgEvent> _events = new();
    private readonly TimeSpan _retention;
    private readonly int _capacity;
    private TaskCompletionSource? _news;
    private long _droppedThrough;

    internal EventChannel(string name, ChannelKind kind, string? subject, TimeSpan retention, int capacity)
    {
        Name = name;
        Kind = kind;
        Subject = subject;
        _retention = retention;
        _capacity = capacity;
    }

    /// <summary>The address, such as <c>/data/AccountChangeEvent</c>.</summary>
    public string Name { get; }

    public ChannelKind Kind { get; }

    /// <summary>The only object whose events it carries (<c>Account</c>, <c>Order__e</c>); null for any other channel.</summary>
    public string? Subject { get; }

    internal TimeSpan Retention => _retention;

    /// <summary>Through which id events have aged out; a reader that stopped before it has missed some.</summary>
    internal long DroppedThrough(DateTimeOffset now)
    {
        lock (_lock)
        {
            DropOlderThan(now - _retention);
            return _droppedThrough;
        }
    }

    /// <summary>Completes once the channel has an event after the place; a signal, so sleeping costs nothing.</summary>
    public Task WaitAsync(long afterReplayId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_events.Count > 0 && _events[_events.Count - 1].ReplayId > afterReplayId)
                return Task.CompletedTask;
            _news ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _news.Task.WaitAsync(cancellationToken);
        }
    }

    internal void Append(OrgEvent @event)
    {
        TaskCompletionSource? news;
        lock (_lock)
        {
            DropOlderThan(@event.CreatedAt - _retention);
            _events.Add(@event);
            if (_events.Count > _capacity)
                DropFirst();
            news = _news;
            _news = null;
        }

        news?.TrySetResult();
    }

    internal List<OrgEvent> ReadAfter(long replayId, int max, DateTimeOffset now)
    {
        lock (_lock)
        {
            DropOlderThan(now - _retention);
            var first = _events.FirstAfter(replayId, static @event => @event.ReplayId);
            var count = Math.Min(max, _events.Count - first);
            var events = new List<OrgEvent>(count);
            for (var place = first; place < first + count; place++)
                events.Add(_events[place]);
            return events;
        }
    }

    internal void Clear()
    {
        lock (_lock)
        {
            while (_events.Count > 0)
                DropFirst();
        }
    }

    private void DropOlderThan(DateTimeOffset oldest)
    {
        while (_events.Count > 0 && _events[0].CreatedAt < oldest)
            DropFirst();
    }

    private void DropFirst()
    {
        _droppedThrough = _events[0].ReplayId;
        _events.DropFirst();
    }
}
