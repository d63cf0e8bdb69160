using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Events.Topics;

/// <summary>
/// Keeps the channels of PushTopics and StreamingChannels in step with their records, and tells topics of the changes that their queries
/// select, within the commit: whoever has subscribed before a change does not miss it. Source: salesforce-api.md, sections 5.3 and 15.
/// </summary>
internal sealed class TopicFeed(Org org, EventBus bus)
{
    private const string TopicObject = "PushTopic";
    private const string GenericObject = "StreamingChannel";

    private readonly Lock _lock = new();
    private volatile Dictionary<string, List<(PushTopic Topic, EventChannel Channel)>> _topics = new(StringComparer.Ordinal);
    private HashSet<string> _addresses = new(StringComparer.OrdinalIgnoreCase);
    private ObjectTable? _topicTable;
    private ObjectTable? _genericTable;

    public void Take(CommittedTransaction transaction)
    {
        Refresh(transaction.Changes.Any(change => change.Table.Type.Name is TopicObject or GenericObject || IsReshaped(change.Table)));
        foreach (var change in transaction.Changes)
        {
            if (!_topics.TryGetValue(change.Table.Type.Name, out var topics))
                continue;
            foreach (var (topic, channel) in topics)
            {
                if (topic.EventOf(change) is { } told)
                    bus.Publish(told, [channel]);
            }
        }
    }

    /// <summary>Opens channels for new records and closes those of records that are gone; does nothing when none has changed.</summary>
    public void Refresh(bool isForced)
    {
        var (topicTable, genericTable) = (org.FindTable(TopicObject), org.FindTable(GenericObject));
        lock (_lock)
        {
            if (!isForced && ReferenceEquals(topicTable, _topicTable) && ReferenceEquals(genericTable, _genericTable))
                return;
            (_topicTable, _genericTable) = (topicTable, genericTable);
            var topics = new Dictionary<string, List<(PushTopic Topic, EventChannel Channel)>>(StringComparer.Ordinal);
            var addresses = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (var topic in ActiveTopics(topicTable))
            {
                if (!topics.TryGetValue(topic.Table.Type.Name, out var list))
                    topics[topic.Table.Type.Name] = list = [];
                list.Add((topic, bus.Channels.Open(topic.Address, ChannelKind.PushTopic, topic.Table.Type.Name)));
                addresses.Add(topic.Address);
            }

            foreach (var record in Live(genericTable))
            {
                var address = (string?)record[record.Type.OrdinalOf("Name")] ?? "";
                bus.Channels.Open(address, ChannelKind.Generic, null);
                addresses.Add(address);
            }

            foreach (var gone in _addresses.Except(addresses, StringComparer.OrdinalIgnoreCase))
                bus.Channels.Close(gone);
            _topics = topics;
            _addresses = addresses;
        }
    }

    /// <summary>Refuses a PushTopic whose query cannot be watched, and a channel whose name is no address.</summary>
    public SaveError? Check(ObjectType type, object?[] values)
    {
        if (type.Name == TopicObject)
        {
            PushTopic.TryBind(org, type, values, out var error);
            return error;
        }

        return type.Name == GenericObject && values[type.OrdinalOf("Name")] is string name
            && !name.StartsWith("/u/", StringComparison.Ordinal)
            ? new SaveError
            {
                StatusCode = "FIELD_INTEGRITY_EXCEPTION",
                Message = "Invalid streaming channel name: it must start with /u/.",
                Fields = ["Name"],
            }
            : null;
    }

    /// <summary>True when the object has taken another shape since its topics were read.</summary>
    private bool IsReshaped(ObjectTable table) => _topics.TryGetValue(table.Type.Name, out var topics)
        && topics.Exists(pair => !ReferenceEquals(pair.Topic.Table, table));

    private IEnumerable<PushTopic> ActiveTopics(ObjectTable? table)
    {
        foreach (var record in Live(table))
        {
            if (record[record.Type.OrdinalOf("IsActive")] is not false
                && PushTopic.TryBind(org, record.Type, record.Values, out _) is { } topic)
                yield return topic;
        }
    }

    private static IEnumerable<Record> Live(ObjectTable? table) => table?.Records.Where(record => !record.IsDeleted) ?? [];
}
