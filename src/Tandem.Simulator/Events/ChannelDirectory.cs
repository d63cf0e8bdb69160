using System.Collections.Concurrent;
using System.Collections.Immutable;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Events;

/// <summary>
/// Which addresses the org offers and which events go where. Channels of objects are there with their objects; topics, generic and
/// custom channels are added. Source: salesforce-api.md, section 5.3, "Channels".
/// </summary>
public sealed class ChannelDirectory
{
    public const string AllChanges = "/data/ChangeEvents";

    private const string ChangeSuffix = "ChangeEvent";

    // Configuration and what tells of other records: the platform makes no events of these.
    private static readonly string[] WithoutEvents =
    [
        "Organization", "Profile", "RecordType", "PushTopic", "StreamingChannel", "CronTrigger", "BusinessHours", "Attachment", "Note",
        "PermissionSet", "PermissionSetAssignment", "ContentDocumentLink",
    ];

    private readonly Org _org;
    private readonly EventSettings _settings;
    private readonly ConcurrentDictionary<string, EventChannel> _open;
    private readonly EventChannel _all;
    private ImmutableHashSet<string>? _selected;
    private ImmutableDictionary<string, ImmutableHashSet<string>> _members =
        ImmutableDictionary.Create<string, ImmutableHashSet<string>>(StringComparer.OrdinalIgnoreCase);

    internal ChannelDirectory(Org org, EventSettings settings, ConcurrentDictionary<string, EventChannel> open)
    {
        _org = org;
        _settings = settings;
        _open = open;
        _selected = settings.Entities?.ToImmutableHashSet(StringComparer.OrdinalIgnoreCase);
        _all = Open(AllChanges, ChannelKind.AllChanges, null);
    }

    /// <summary>The name of an object's change events: <c>AccountChangeEvent</c>, <c>My__ChangeEvent</c>.</summary>
    public static string ChangeEventName(string objectName) =>
        (objectName.EndsWith("__c", StringComparison.Ordinal) ? objectName[..^1] : objectName) + ChangeSuffix;

    public static bool IsPlatformEvent(ObjectType type) => type.Name.EndsWith("__e", StringComparison.OrdinalIgnoreCase);

    /// <summary>True for an object whose changes can make events.</summary>
    public static bool CanTell(ObjectType type) => !IsPlatformEvent(type) && type.OrdinalOf("SystemModstamp") >= 0
        && !WithoutEvents.Contains(type.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The objects whose changes go to <see cref="AllChanges"/>; null means every object that can.</summary>
    public void Select(IEnumerable<string>? objectNames) => _selected = objectNames?.ToImmutableHashSet(StringComparer.OrdinalIgnoreCase);

    public bool IsSelected(ObjectType type) => CanTell(type) && _selected?.Contains(type.Name) != false;

    /// <summary>Adds a custom channel such as <c>/data/Orders__chn</c> or <c>/event/Orders__chn</c>, or its members.</summary>
    /// <param name="members">Objects (<c>Account</c>) or platform events (<c>Order__e</c>).</param>
    public EventChannel AddCustom(string name, IEnumerable<string> members)
    {
        var isChanges = name.StartsWith("/data/", StringComparison.Ordinal);
        if ((!isChanges && !name.StartsWith("/event/", StringComparison.Ordinal)) || !name.EndsWith("__chn", StringComparison.Ordinal))
            throw new ArgumentException($"A custom channel is called /data/X__chn or /event/X__chn, not {name}.", nameof(name));
        var channel = Open(name, isChanges ? ChannelKind.CustomChanges : ChannelKind.CustomPlatformEvents, null);
        ImmutableInterlocked.AddOrUpdate(ref _members, channel.Name,
            _ => members.ToImmutableHashSet(StringComparer.OrdinalIgnoreCase), (_, before) => before.Union(members));
        return channel;
    }

    /// <summary>Adds an object or a platform event to a custom channel, or selects an object for <see cref="AllChanges"/>.</summary>
    internal void AddMember(string address, string objectName)
    {
        if (address == AllChanges)
            ImmutableInterlocked.Update(ref _selected, selected => selected?.Add(objectName));
        else
            AddCustom(address, [objectName]);
    }

    internal void RemoveMember(string address, string objectName)
    {
        if (address == AllChanges)
            ImmutableInterlocked.Update(ref _selected, selected => selected?.Remove(objectName));
        else
            ImmutableInterlocked.Update(ref _members, members => members.TryGetValue(address, out var before)
                ? members.SetItem(address, before.Remove(objectName)) : members);
    }

    internal void RemoveCustom(string address)
    {
        ImmutableInterlocked.TryRemove(ref _members, address, out _);
        Close(address);
    }

    internal EventChannel? Find(string name)
    {
        if (_open.TryGetValue(name, out var channel))
            return channel;
        return name.Split('/') switch
        {
            ["", "data", var changes] when SubjectOf(changes) is { } type && CanTell(type) => OfChanges(type),
            ["", "event", var platform] when _org.FindTable(platform)?.Type is { } type && IsPlatformEvent(type) => OfPlatformEvent(type),
            _ => null,
        };
    }

    internal EventChannel Open(string name, ChannelKind kind, string? subject) => _open.GetOrAdd(name, _ => new EventChannel(name, kind,
        subject, kind is ChannelKind.PushTopic or ChannelKind.Generic ? _settings.TopicRetention : _settings.Retention,
        _settings.MaxRetained));

    internal void Close(string name) => _open.TryRemove(name, out _);

    /// <summary>Where the changes of an object go; empty when they make no events.</summary>
    internal IReadOnlyList<EventChannel> ForChanges(ObjectType type)
    {
        if (!CanTell(type))
            return [];
        var custom = Custom(ChannelKind.CustomChanges, type);
        return (IsSelected(type), custom.Count) switch
        {
            (true, _) => [_all, OfChanges(type), .. custom],
            (false, 0) => [],
            (false, _) => [OfChanges(type), .. custom],
        };
    }

    internal IReadOnlyList<EventChannel> ForPlatformEvent(ObjectType type) =>
        [OfPlatformEvent(type), .. Custom(ChannelKind.CustomPlatformEvents, type)];

    private List<EventChannel> Custom(ChannelKind kind, ObjectType type) =>
        [.. _members.Where(pair => pair.Value.Contains(type.Name)).Select(pair => _open.GetValueOrDefault(pair.Key)).OfType<EventChannel>()
            .Where(channel => channel.Kind == kind)];

    private EventChannel OfChanges(ObjectType type) => Open("/data/" + ChangeEventName(type.Name), ChannelKind.Changes, type.Name);

    private EventChannel OfPlatformEvent(ObjectType type) => Open("/event/" + type.Name, ChannelKind.PlatformEvents, type.Name);

    private ObjectType? SubjectOf(string eventName)
    {
        if (!eventName.EndsWith(ChangeSuffix, StringComparison.OrdinalIgnoreCase))
            return null;
        var name = eventName[..^ChangeSuffix.Length];
        return _org.FindTable(name.EndsWith("__", StringComparison.Ordinal) ? name + "c" : name)?.Type;
    }
}
