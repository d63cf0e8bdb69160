using Tandem.Simulator.Data;

namespace Tandem.Simulator.Records;

/// <summary>
/// Saves the records of one call as one transaction: stamped at its start, committed after <see cref="CommitLag"/>, row by row or
/// all or none. A call that is part of a composite one saves into that one's transaction. REST's endpoints use it, and tests and the
/// demo to edit as another user. Source: salesforce-api.md, sections 2.8 and 10.
/// </summary>
public sealed class RecordSaver(Org org, TimeSpan commitLag)
{
    private const int DuplicateUpdatesAllowed = 12;

    /// <summary>The time from a change's stamp to its visibility.</summary>
    public TimeSpan CommitLag { get; set; } = commitLag;

    /// <summary>Lets a row of a call find a parent that the same call makes by its external id, not by its id alone.</summary>
    public bool FindsNewParentsByKey { get; set; }

    /// <summary>The rules that refuse rows as a busy org does.</summary>
    public SaveFaults Faults { get; init; } = new(seed: 1);

    public Task<IReadOnlyList<SaveResult>> CreateAsync(
        IReadOnlyList<RecordDraft> drafts, bool allOrNone, Caller caller, CancellationToken cancellationToken) =>
        RunAsync(allOrNone, caller, transaction =>
        {
            var rows = Rows(transaction, caller);
            return [.. drafts.Select(draft => Fault(draft) ?? rows.Insert(draft))];
        }, cancellationToken);

    public Task<IReadOnlyList<SaveResult>> UpdateAsync(
        IReadOnlyList<RecordDraft> drafts, bool allOrNone, Caller caller, CancellationToken cancellationToken) =>
        RunAsync(allOrNone, caller, transaction =>
        {
            var rows = Rows(transaction, caller);
            var repeats = new Dictionary<string, int>(StringComparer.Ordinal);
            return [.. drafts.Select(draft => TooOften(draft, repeats) is { } error ? SaveResult.Failed(error)
                : Fault(draft) ?? rows.Update(draft))];
        }, cancellationToken);

    /// <summary>
    /// Upserts by the field at <paramref name="keyOrdinal"/>; <paramref name="keys"/> stand beside the drafts. Rows that share a key are
    /// all refused, whether or not one of them alone would pass.
    /// </summary>
    public Task<IReadOnlyList<SaveResult>> UpsertAsync(IReadOnlyList<RecordDraft> drafts, int keyOrdinal, IReadOnlyList<object?> keys,
        bool isUpdateOnly, bool allOrNone, Caller caller, CancellationToken cancellationToken) =>
        RunAsync(allOrNone, caller, transaction =>
        {
            var rows = Rows(transaction, caller);
            var repeated = Repeated(drafts, keyOrdinal, keys);
            return [.. drafts.Select((draft, at) => repeated.Count > 0 && KeyIndex.KeyOf(keys[at]) is { } key && repeated.Contains(key)
                ? SaveResult.Failed(new SaveError
                {
                    StatusCode = "DUPLICATE_VALUE",
                    Message = $"Duplicate external id specified: {key.ToLowerInvariant()}",
                    Fields = [drafts[at].Table?.Type.Fields[keyOrdinal].Name ?? "Id"],
                })
                : Fault(draft) ?? rows.Upsert(draft, keyOrdinal, keys[at], isUpdateOnly))];
        }, cancellationToken);

    public Task<IReadOnlyList<SaveResult>> DeleteAsync(
        IReadOnlyList<string> ids, bool allOrNone, Caller caller, CancellationToken cancellationToken) =>
        RunAsync(allOrNone, caller, transaction => Delete(transaction, ids), cancellationToken);

    /// <summary>Opens a transaction for several calls: each of them saves into it when its caller carries it.</summary>
    internal Task<OpenTransaction> OpenAsync(Caller caller, CancellationToken cancellationToken) =>
        OpenTransaction.StartAsync(org, CommitLag, caller, cancellationToken);

    public Task<IReadOnlyList<SaveResult>> UndeleteAsync(
        IReadOnlyList<string> ids, bool allOrNone, Caller caller, CancellationToken cancellationToken) =>
        RunAsync(allOrNone, caller, transaction => new RecycleBin(transaction).Undelete(ids), cancellationToken);

    /// <summary>Removes records for good, deleted before or not.</summary>
    public Task<IReadOnlyList<SaveResult>> HardDeleteAsync(
        IReadOnlyList<string> ids, bool allOrNone, Caller caller, CancellationToken cancellationToken) =>
        RunAsync(allOrNone, caller, transaction => new RecycleBin(transaction).HardDelete(ids), cancellationToken);

    /// <summary>Removes records for good that are in the recycle bin already.</summary>
    public Task<IReadOnlyList<SaveResult>> EmptyRecycleBinAsync(
        IReadOnlyList<string> ids, bool allOrNone, Caller caller, CancellationToken cancellationToken) =>
        RunAsync(allOrNone, caller, transaction => new RecycleBin(transaction).Empty(ids), cancellationToken);

    private async Task<IReadOnlyList<SaveResult>> RunAsync(bool allOrNone, Caller caller,
        Func<OrgTransaction, List<SaveResult>> work, CancellationToken cancellationToken)
    {
        if (caller.Transaction is { } outer)
        {
            var inner = Run(outer, allOrNone, work);
            outer.Settle();
            return inner;
        }

        using var open = await OpenAsync(caller, cancellationToken);
        var results = Run(open.Transaction, allOrNone, work);
        open.Commit();
        return results;
    }

    private static List<SaveResult> Run(OrgTransaction transaction, bool allOrNone, Func<OrgTransaction, List<SaveResult>> work)
    {
        var savepoint = transaction.Savepoint;
        var results = work(transaction);
        if (!allOrNone || results.TrueForAll(result => result.IsSuccess))
            return results;
        transaction.RollbackTo(savepoint);
        return results.ConvertAll(result => result.IsSuccess ? result with { Errors = [SaveErrors.RolledBack()] } : result);
    }

    private RowSave Rows(OrgTransaction transaction, Caller caller) => new(transaction, caller, FindsNewParentsByKey);

    private SaveResult? Fault(RecordDraft draft) => draft is { Errors.Count: 0, Table: { } table }
        && Faults.Find(table.Type.Name) is { } error ? SaveResult.Failed(error) : null;

    private List<SaveResult> Delete(OrgTransaction transaction, IReadOnlyList<string> ids)
    {
        var faults = ids.Select(id => RecordId.TryNormalize(id, out var whole) && org.FindTableOfId(whole) is { } table
            ? Faults.Find(table.Type.Name) : null).ToList();
        var bin = new RecycleBin(transaction);
        if (faults.TrueForAll(fault => fault is null))
            return bin.Delete(ids);
        var deleted = new Queue<SaveResult>(bin.Delete([.. ids.Where((_, at) => faults[at] is null)]));
        return faults.ConvertAll(fault => fault is null ? deleted.Dequeue() : SaveResult.Failed(fault));
    }

    private static HashSet<string> Repeated(IReadOnlyList<RecordDraft> drafts, int keyOrdinal, IReadOnlyList<object?> keys)
    {
        var comparer = drafts.Count > 0 && drafts[0].Table?.Type.Fields[keyOrdinal].IsCaseSensitive == false && keyOrdinal > 0
            ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        var seen = new HashSet<string>(keys.Count, comparer);
        var repeated = new HashSet<string>(comparer);
        foreach (var key in keys)
        {
            if (KeyIndex.KeyOf(key) is { } text && !seen.Add(text))
                repeated.Add(text);
        }

        return repeated;
    }

    private static SaveError? TooOften(RecordDraft draft, Dictionary<string, int> repeats)
    {
        if (!RecordId.TryNormalize(draft.Id, out var id))
            return null;
        var count = repeats.GetValueOrDefault(id) + 1;
        repeats[id] = count;
        return count <= DuplicateUpdatesAllowed ? null : new SaveError
        {
            StatusCode = "DUPLICATE_VALUE",
            Message = $"Maximum number of duplicate updates in one batch ({DuplicateUpdatesAllowed} allowed). "
                + $"Attempt to update Id more than once in this Api call: {draft.Id}",
        };
    }
}
