using System.Globalization;
using Microsoft.Extensions.Logging;
using Tandem.Postgres.ChangeLog;
using Tandem.Salesforce.Records;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;

namespace Tandem.Sync.Push;

/// <summary>
/// Lets parents that children name by local ids go first. When the queue begins with such a child, its parent's insert is put before it,
/// claimed ahead of its turn if need be, and so for the parent's own parent. A child whose parent cannot come fails with a sentence that
/// names the parent's row. Doing it twice is harmless: what was claimed ahead is found as pending and takes its place again.
/// </summary>
internal sealed partial class ParentsFirst(PushParts parts, Settler settler, ChangeSender sender)
{
    private readonly UnsentRows _rows = new(parts.Mappings.Schema);
    private readonly LocalParents _finder = new(parts.Mappings, parts.Options.Push);
    private readonly KeyParents _keyParents = new(parts.Mappings);

    /// <summary>The records whose parents were put first since a change was ready: meeting one again is a circle.</summary>
    private readonly HashSet<(string Table, int RecordId)> _chain = [];

    private readonly ILogger _logger = parts.Logger;

    /// <returns>False when the queue has changed and is to be looked at again.</returns>
    public async Task<bool> MakeReadyAsync(ChangeQueue queue, bool isUncertain, CancellationToken cancellationToken)
    {
        if (queue.Ready.Count == 0)
        {
            await settler.DrainAsync(cancellationToken);
            await queue.FindParentsAsync(cancellationToken);
        }

        if (queue.Ready.Count > 0)
        {
            _chain.Clear();
            return true;
        }

        var awaited = await AwaitedParents.ReadAsync(queue, _finder, parts.Mappings, _rows, cancellationToken);
        var queued = queue.Changes.Select(change => change.Id).ToHashSet();
        var failed = queue.Changes
            .TakeWhile(child => child.Table == queue.Changes[0].Table)
            .Select(child => FindRefusal(awaited, child, queued, isFirst: child.Id == queue.Changes[0].Id))
            .TakeWhile(outcome => outcome is not null)
            .OfType<Outcome>()
            .ToList();
        if (failed.Count > 0)
            await FailAsync(queue, failed, cancellationToken);
        else if (FindHeld(queue, awaited) is { } held)
            await WaitAsync(queue, held, isUncertain, cancellationToken);
        else
            await PutFirstAsync(queue, awaited, cancellationToken);
        return false;
    }

    /// <returns>Null when the child's parents can be sent first, or need not be.</returns>
    private Outcome? FindRefusal(AwaitedParents awaited, Change child, HashSet<ChangeId> queued, bool isFirst)
    {
        foreach (var parent in awaited.Of(child))
        {
            if (FindRefusal(awaited, child, parent, queued, isFirst) is { } why)
                return new Outcome(child, WriteResult.Rejected("TANDEM_UNKNOWN_PARENT", $"{parent.Column}: {why}", []));
        }

        return null;
    }

    private string? FindRefusal(AwaitedParents awaited, Change child, LocalParent parent, HashSet<ChangeId> queued, bool isFirst)
    {
        if (parent.Table is not { } table)
        {
            return parent.Tables is []
                ? "no table that it may point to is mapped, so a local id names no row."
                : $"a local id may name a row of {string.Join(" or ", parent.Tables)}; here it takes the Salesforce id.";
        }

        var row = string.Create(CultureInfo.InvariantCulture, $"row {parent.RecordId} of {table}");
        if (awaited.IsSent(table, parent.RecordId))
            return null;
        if (!awaited.IsPresent(table, parent.RecordId))
            return $"there is no {row}.";
        if (parts.Mappings.ObjectsByTable[table].Mapping.Access == MappingAccess.ReadOnly)
            return $"{row} has no Salesforce id and gets none, because {table} is mapped read_only.";
        if ((table, parent.RecordId) == (child.Table, child.RecordId) || (isFirst && _chain.Contains((table, parent.RecordId))))
            return $"{row} waits for this row in turn, so neither can go first; set one of the parents by a later update.";
        return awaited.InsertOf(parent) switch
        {
            { State: ChangeState.Failed } => $"{row} was not inserted in Salesforce; see that row's own error.",
            { State: ChangeState.Pending } insert when IsPushable(table) && !queued.Contains(insert.Id) => NothingWaits(row),
            null => NothingWaits(row),
            _ => null,
        };
    }

    private static string NothingWaits(string row) => $"{row} has no Salesforce id, and no insert of it waits to be sent.";

    private bool IsPushable(string table) => parts.Mappings.PushableTables.Contains(table, StringComparer.Ordinal);

    private async Task FailAsync(ChangeQueue queue, List<Outcome> failed, CancellationToken cancellationToken)
    {
        var mapping = parts.Mappings.Of(parts.Mappings.ObjectsByTable[failed[0].Change.Table]);
        using var passage = await sender.EnterGateAsync(mapping, cancellationToken);
        await settler.AddAsync(new SentBatch(mapping, failed, passage.Share()), cancellationToken);
        queue.RemoveFirst(failed.Count);
        _chain.Clear();
    }

    /// <returns>The table of a parent of the first child, if it may not be pushed now; else null.</returns>
    private static string? FindHeld(ChangeQueue queue, AwaitedParents awaited)
    {
        var tables = queue.Tables;
        return awaited.Of(queue.Changes[0])
            .Select(parent => parent.Table)
            .OfType<string>()
            .FirstOrDefault(table => !tables.Contains(table, StringComparer.Ordinal));
    }

    private async Task WaitAsync(ChangeQueue queue, string parentTable, bool isUncertain, CancellationToken cancellationToken)
    {
        var table = queue.Changes[0].Table;
        var removed = queue.WaitForTable(table, parentTable);
        LogWaits(removed.Count, table, parentTable);
        _chain.Clear();

        // Those of an earlier run stay claimed: they are settled when the table is taken up again.
        if (!isUncertain)
        {
            await parts.ChangeLog.ReleaseAsync(
                await queue.OpenAsync(cancellationToken), [.. removed.Select(change => change.Id)], cancellationToken);
        }
    }

    /// <summary>The first child's parents stand first, so that the heads are a chain; then those of the others, in one run.</summary>
    private async Task PutFirstAsync(ChangeQueue queue, AwaitedParents awaited, CancellationToken cancellationToken)
    {
        var child = queue.Changes[0];
        _chain.Add((child.Table, child.RecordId));
        var tables = queue.Tables;
        var own = awaited.Of(child).Select(awaited.InsertOf).OfType<RowInsert>().Select(insert => insert.Id).ToHashSet();
        var inserts = awaited.All
            .Where(parent => tables.Contains(parent.Table, StringComparer.Ordinal))
            .Select(awaited.InsertOf)
            .OfType<RowInsert>()
            .DistinctBy(insert => insert.Id)
            .ToList();
        var first = await TakeAsync(queue, inserts, cancellationToken);
        first = [.. first.OrderBy(change => !own.Contains(change.Id)).ThenBy(change => change.Id.Value)];
        queue.PutFirst(await WithKeyParentsAsync(queue, first, tables, cancellationToken));
    }

    /// <summary>
    /// What goes ahead of its turn may name parents by external ids that were inserted before it and would have been sent by then. They are
    /// put before it, and theirs before them; a circle, which no order could send, ends after as many steps as there are changes.
    /// </summary>
    private async Task<IReadOnlyList<Change>> WithKeyParentsAsync(
        ChangeQueue queue, IReadOnlyList<Change> first, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        var added = first;
        for (var step = 0; added.Count > 0 && step <= first.Count; step++)
        {
            var inserts = await _keyParents.FindInsertsAsync(await queue.OpenAsync(cancellationToken), added, tables, cancellationToken);
            var named = inserts.Select(insert => insert.Id).ToHashSet();
            var known = first.Where(change => named.Contains(change.Id)).ToList();
            var others = inserts.Where(insert => !known.Exists(change => change.Id == insert.Id)).ToList();
            var taken = await TakeAsync(queue, others, cancellationToken);
            added = [.. known.Concat(taken).OrderBy(change => change.Id.Value)];
            first = [.. added, .. first.Where(change => !named.Contains(change.Id))];
        }

        return first;
    }

    /// <summary>Those of the inserts that are in the queue, and those that are new, which are claimed ahead of their turn.</summary>
    private async Task<IReadOnlyList<Change>> TakeAsync(
        ChangeQueue queue, IReadOnlyList<RowInsert> inserts, CancellationToken cancellationToken)
    {
        var wanted = inserts.Select(insert => insert.Id).ToHashSet();
        var taken = queue.Changes.Where(change => wanted.Contains(change.Id)).ToList();
        wanted.ExceptWith(taken.Select(change => change.Id));
        var claimed = inserts
            .Where(insert => insert.State == ChangeState.New && wanted.Contains(insert.Id))
            .Select(insert => insert.Id)
            .ToList();
        if (claimed.Count > 0)
        {
            await _rows.ClaimAsync(await queue.OpenAsync(cancellationToken), claimed, cancellationToken);
            Failpoints.Reach("push.parents.claimed");
            taken.AddRange(await parts.ChangeLog.ReadClaimedAsync(await queue.OpenAsync(cancellationToken), claimed, cancellationToken));
        }

        return taken;
    }

    [LoggerMessage(LogLevel.Warning, "{Changes} changes of {Table} wait: one names a row of {ParentTable}, which is not pushed now")]
    private partial void LogWaits(int changes, string table, string parentTable);
}
