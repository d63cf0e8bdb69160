using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Events;

/// <summary>
/// Makes change events of each commit, and publishes the platform events that it holds. Runs within the org's gate, so events stand on
/// the bus before the writer has its answer. Source: salesforce-api.md, section 6.7.
/// </summary>
internal sealed class ChangeFeed(EventBus bus)
{
    private static readonly ChangeDraftComparer SameChange = new();

    public void Take(CommittedTransaction transaction)
    {
        var drafts = new Dictionary<ChangeDraft, ChangeDraft>(SameChange);
        var ordered = new List<ChangeDraft>();
        var overflown = new List<ObjectType>();
        var cascades = bus.Settings.TellsCascades ? null : Masters(transaction);
        var told = 0;
        foreach (var change in transaction.Changes)
        {
            var type = change.Table.Type;
            if (ChannelDirectory.IsPlatformEvent(type))
            {
                if (change.Kind == ChangeKind.Create)
                    PublishPlatformEvent(type, change.After, transaction.Caller.UserId);
                continue;
            }

            if (change.Kind == ChangeKind.Purge || !ChannelDirectory.CanTell(type) || IsCascade(change, cascades)
                || DraftOf(change) is not { } draft)
                continue;
            if (++told > bus.Settings.OverflowAfter)
            {
                if (!overflown.Contains(type))
                    overflown.Add(type);
                continue;
            }

            if (!drafts.TryGetValue(draft, out var same))
            {
                drafts.Add(draft, same = draft);
                ordered.Add(draft);
            }

            same.RecordIds.Add(change.Id);
        }

        Publish(transaction, ordered, overflown);
    }

    /// <summary>The event that tells only which records changed.</summary>
    public static ChangeEvent GapOf(ChangeEvent change) => change with
    {
        ChangeType = ChangeTypes.GapOf(change.ChangeType),
        Values = null,
        Changed = [],
        Nulled = [],
        Diffed = [],
    };

    private void PublishPlatformEvent(ObjectType type, object?[] values, string userId) => bus.Publish(
        new PlatformEvent { Type = type, Values = values, CreatedById = userId }, bus.Channels.ForPlatformEvent(type));

    private void Publish(CommittedTransaction transaction, List<ChangeDraft> drafts, List<ObjectType> overflown)
    {
        var channels = new Dictionary<ObjectType, IReadOnlyList<EventChannel>>();
        var sequence = 0;
        foreach (var draft in drafts)
        {
            if (ChannelsOf(draft.Type) is { Count: > 0 } to)
                bus.Publish(Event(transaction, draft, ++sequence), to);
        }

        foreach (var type in overflown)
        {
            if (ChannelsOf(type) is { Count: > 0 } to)
                bus.Publish(Header(transaction, type, ChangeTypes.GapOverflow, [], ++sequence), to);
        }

        IReadOnlyList<EventChannel> ChannelsOf(ObjectType type)
        {
            if (!channels.TryGetValue(type, out var known))
                channels.Add(type, known = bus.Channels.ForChanges(type));
            return known;
        }
    }

    private ChangeEvent Event(CommittedTransaction transaction, ChangeDraft draft, int sequence)
    {
        var header = Header(transaction, draft.Type, draft.ChangeType, draft.RecordIds, sequence);
        if (draft.ChangeType == ChangeTypes.Delete)
            return header;
        if (IsTooLarge(draft))
            return GapOf(header);
        var full = header with
        {
            Values = draft.After,
            Changed = draft.Changed,
            Nulled = [.. draft.Changed.Where(ordinal => draft.After[ordinal] is null)],
        };
        return bus.Settings.DiffTextFrom is { } length ? TextDiff.Apply(full, draft.Before, length) : full;
    }

    private static ChangeEvent Header(
        CommittedTransaction transaction, ObjectType type, string changeType, IReadOnlyList<string> recordIds, int sequence) => new()
        {
            EntityName = type.Name,
            Type = type,
            RecordIds = recordIds,
            ChangeType = changeType,
            ChangeOrigin = transaction.Caller.ChangeOrigin,
            TransactionKey = transaction.Key,
            SequenceNumber = sequence,
            CommitTimestamp = transaction.CommittedAt,
            CommitNumber = transaction.CommitNumber,
            CommitUser = transaction.Caller.UserId,
        };

    private bool IsTooLarge(ChangeDraft draft)
    {
        long size = draft.RecordIds.Count * 20L;
        foreach (var ordinal in draft.Shown)
            size += draft.After[ordinal] is string text ? text.Length : 8;
        return size > bus.Settings.MaxEventBytes;
    }

    /// <summary>Null for a save that changed nothing that events tell of.</summary>
    private static ChangeDraft? DraftOf(RecordChange change)
    {
        var changed = change is { Kind: ChangeKind.Update, Before: { } before } ? Changed(change.Table.Type, before, change.After) : [];
        return change.Kind == ChangeKind.Update && changed.Count == 0 ? null : new ChangeDraft
        {
            Type = change.Table.Type,
            ChangeType = change.Kind switch
            {
                ChangeKind.Create => ChangeTypes.Create,
                ChangeKind.Update => ChangeTypes.Update,
                ChangeKind.Delete => ChangeTypes.Delete,
                ChangeKind.Undelete => ChangeTypes.Undelete,
                _ => throw new InvalidOperationException($"No event tells of a change of the kind {change.Kind}."),
            },
            Before = change.Before,
            After = change.After,
            Changed = changed,
        };
    }

    /// <summary>The date of the change is always told, even when two saves fall into one second.</summary>
    private static List<int> Changed(ObjectType type, object?[] before, object?[] after)
    {
        var shape = EventShape.Of(type);
        var changed = new List<int>();
        var hasOthers = false;
        foreach (var ordinal in shape.Ordinals)
        {
            var differs = !Equals(before[ordinal], after[ordinal]);
            hasOthers |= differs;
            if (differs || ordinal == shape.LastModifiedDateOrdinal)
                changed.Add(ordinal);
        }

        return hasOthers ? changed : [];
    }

    /// <summary>The records that were deleted or brought back: their details came along.</summary>
    private static HashSet<string> Masters(CommittedTransaction transaction)
    {
        var masters = new HashSet<string>(StringComparer.Ordinal);
        foreach (var change in transaction.Changes)
        {
            if (change.Kind is ChangeKind.Delete or ChangeKind.Undelete)
                masters.Add(change.Id);
        }

        return masters;
    }

    private static bool IsCascade(RecordChange change, HashSet<string>? masters)
    {
        if (masters is null || change.Kind is not (ChangeKind.Delete or ChangeKind.Undelete))
            return false;
        var fields = change.Table.Type.Fields;
        for (var ordinal = 0; ordinal < fields.Count; ordinal++)
        {
            if (fields[ordinal].IsMasterDetail && change.After[ordinal] is string master && masters.Contains(master))
                return true;
        }

        return false;
    }
}
