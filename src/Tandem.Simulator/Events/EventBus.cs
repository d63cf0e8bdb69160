using System.Collections.Concurrent;
using Tandem.Simulator.Data;
using Tandem.Simulator.Events.Topics;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Events;

/// <summary>
/// Where the org's events go and where subscribers find them. One sequence of replay ids runs through all channels, so that a channel
/// of many objects is ordered by commit. CometD and Pub/Sub read it; nothing here knows an encoding.
/// Source: salesforce-api.md, sections 5.2, 6.3 and 6.7.
/// </summary>
public sealed class EventBus : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, EventChannel> _open = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<object, ITimer> _delayed = [];
    private readonly TimeProvider _timeProvider;
    private readonly ReplayIds _ids;
    private readonly TopicFeed _topics;
    private bool _isDisposed;

    internal EventBus(Org org, EventSettings settings)
    {
        _timeProvider = org.TimeProvider;
        _ids = new ReplayIds(_timeProvider, settings.MaxRetained * 4);
        Settings = settings;
        Schemas = new EventSchemas(org);
        Allowance = new EventAllowance(settings.DailyDeliveries, 24, _timeProvider);
        Publishing = new EventAllowance(settings.HourlyPublished, 1, _timeProvider);
        Channels = new ChannelDirectory(org, settings, _open);
        _topics = new TopicFeed(org, this);
        org.Listen(new ChangeFeed(this).Take);
        org.Listen(_topics.Take);
        org.CheckSaves(_topics.Check);
        org.CheckSaves(CheckPublishing);
    }

    public EventSettings Settings { get; }

    public EventSchemas Schemas { get; }

    /// <summary>The day's deliveries; whoever delivers takes from it.</summary>
    public EventAllowance Allowance { get; }

    /// <summary>The platform events that may be published in an hour.</summary>
    public EventAllowance Publishing { get; }

    public EventFaults Faults { get; } = new();

    /// <summary>Which channels there are, which objects make change events, and which are members of custom channels.</summary>
    public ChannelDirectory Channels { get; }

    /// <summary>The channel at an address, in any letter case; null when the org has none.</summary>
    public EventChannel? FindChannel(string name)
    {
        _topics.Refresh(isForced: false);
        return Channels.Find(name);
    }

    /// <summary>The place, in every channel, from which a reader gets only what comes from now on; it moves on even in a quiet
    /// org.</summary>
    public long LatestReplayId()
    {
        lock (_lock)
            return _ids.Latest();
    }

    /// <summary>The place from which a reader gets everything that the channel keeps.</summary>
    public long EarliestReplayId(EventChannel channel) => channel.DroppedThrough(_timeProvider.GetUtcNow());

    /// <summary>False for a replay id that was never issued, or so long ago that events after it are gone.</summary>
    public bool IsValidReplayId(EventChannel channel, long replayId)
    {
        var now = _timeProvider.GetUtcNow();
        var dropped = channel.DroppedThrough(now);
        lock (_lock)
            return replayId >= dropped && _ids.IssuedAt(replayId) >= now - channel.Retention;
    }

    /// <summary>The events after a place, oldest first; empty when there are none yet.</summary>
    public IReadOnlyList<OrgEvent> ReadAfter(EventChannel channel, long replayId, int max) =>
        channel.ReadAfter(replayId, max, _timeProvider.GetUtcNow());

    /// <summary>Forgets all kept events, as a fresh copy of an org does: replay ids from before are invalid then.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _ids.Forget();
            foreach (var channel in _open.Values)
                channel.Clear();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            foreach (var timer in _delayed.Values)
                timer.Dispose();
            _delayed.Clear();
        }
    }

    /// <summary>Puts an event into its channels and gives its UUID; a fault may see to it that it arrives otherwise.</summary>
    internal Guid Publish(IEventBody body, IReadOnlyList<EventChannel> channels)
    {
        var uuid = Guid.NewGuid();
        if (channels.Count == 0)
            return uuid;
        if (Faults.For(body, channels) is not { } fault)
        {
            Append(body, uuid, channels);
            return uuid;
        }

        EventChannel[] met = [.. channels.Where(channel => EventFaults.Meets(fault, channel))];
        EventChannel[] spared = [.. channels.Except(met)];
        if (spared.Length > 0)
            Append(body, uuid, spared);
        Spoil(fault, body, uuid, met);
        return uuid;
    }

    private SaveError? CheckPublishing(ObjectType type, object?[] values) =>
        !ChannelDirectory.IsPlatformEvent(type) || Publishing.Take(1) == 1 ? null : new SaveError
        {
            StatusCode = "LIMIT_EXCEEDED",
            Message = "The org has published as many platform events as an hour allows.",
        };

    private void Spoil(EventFault fault, IEventBody body, Guid uuid, EventChannel[] channels)
    {
        switch (fault.Kind)
        {
            case EventFaultKind.Drop:
                break;
            case EventFaultKind.Duplicate:
                Append(body, uuid, channels);
                Append(body, uuid, channels);
                break;
            case EventFaultKind.Delay when fault.Delay > TimeSpan.Zero:
                AppendLater(fault.Delay, body, uuid, channels);
                break;
            case EventFaultKind.Delay:
                Append(body, uuid, channels);
                break;
            case EventFaultKind.Gap when body is ChangeEvent change:
                Append(ChangeFeed.GapOf(change), uuid, channels);
                break;
            default:
                throw new InvalidOperationException($"An event fault {fault.Kind} met a {body.GetType().Name}.");
        }
    }

    private void Append(IEventBody body, Guid uuid, IReadOnlyList<EventChannel> channels)
    {
        lock (_lock)
        {
            var @event = new OrgEvent { ReplayId = _ids.Next(), EventUuid = uuid, CreatedAt = _timeProvider.GetUtcNow(), Body = body };
            foreach (var channel in channels)
                channel.Append(@event);
        }
    }

    private void AppendLater(TimeSpan delay, IEventBody body, Guid uuid, EventChannel[] channels)
    {
        var key = new object();
        lock (_lock)
        {
            if (_isDisposed)
                return;
            _delayed[key] = _timeProvider.CreateTimer(_ => Arrive(), null, delay, Timeout.InfiniteTimeSpan);
        }

        void Arrive()
        {
            lock (_lock)
            {
                if (!_delayed.Remove(key, out var timer))
                    return;
                timer.Dispose();
            }

            Append(body, uuid, channels);
        }
    }
}
