using Tandem.Simulator.Data;

namespace Tandem.Simulator.Records;

/// <summary>
/// Saves the records of one call as one transaction: stamped at its start, committed after <see cref="CommitLag"/>, row by row or
/// all or none. REST's endpoints use it, and tests and the demo to edit as another user. Source: salesforce-api.md, sections 2.8 and 10.
/// </summary>
public sealed class RecordSaver(Org org, TimeSpan commitLag)
{
    private const int DuplicateUpdatesAllowed = 12;

    /// <summary>The time from a change's stamp to its visibility.</summary>
    public TimeSpan CommitLag { get; set; } = commitLag;

    public Task<IReadOnlyList<SaveResult>> CreateAsync(
        IReadOnlyList<RecordDraft> drafts, bool allOrNone, Caller caller, CancellationToken cancellationToken) =>
        RunAsync(allOrNone, caller, transaction =>
        {
            var rows = new RowSave(transaction);
            return [.. drafts.Select(rows.Insert)];
        }, cancellationToken);

    public Task<IReadOnlyList<SaveResult>> UpdateAsync(
        IReadOnlyList<RecordDraft> drafts, bool allOrNone, Caller caller, CancellationToken cancellationToken) =>
        RunAsync(allOrNone, caller, transaction =>
        {
            var rows = new RowSave(transaction);
            var repeats = new Dictionary<string, int>(StringComparer.Ordinal);
            return [.. drafts.Select(draft => TooOften(draft, repeats) is { } error ? SaveResult.Failed(error) : rows.Update(draft))];
        }, cancellationToken);

    /// <summary>
    /// Upserts by the field at <paramref name="keyOrdinal"/>; <paramref name="keys"/> stand beside the drafts. Rows that share a key are
    /// all refused, whether or not one of them alone would pass.
    /// </summary>
    public Task<IReadOnlyList<SaveResult>> UpsertAsync(IReadOnlyList<RecordDraft> drafts, int keyOrdinal, IReadOnlyList<object?> keys,
        bool isUpdateOnly, bool allOrNone, Caller caller, CancellationToken cancellationToken) =>
        RunAsync(allOrNone, caller, transaction =>
        {
            var rows = new RowSave(transaction);
            var repeated = Repeated(drafts, keyOrdinal, keys);
            return [.. drafts.Select((draft, at) => KeyIndex.KeyOf(keys[at]) is { } key && repeated.Contains(key)
                ? SaveResult.Failed(new SaveError
                {
                    StatusCode = "DUPLICATE_VALUE",
                    Message = $"Duplicate external id specified: {key.ToLowerInvariant()}",
                    Fields = [drafts[at].Table?.Type.Fields[keyOrdinal].Name ?? "Id"],
                })
                : rows.Upsert(draft, keyOrdinal, keys[at], isUpdateOnly))];
        }, cancellationToken);

    public Task<IReadOnlyList<SaveResult>> DeleteAsync(
        IReadOnlyList<string> ids, bool allOrNone, Caller caller, CancellationToken cancellationToken) =>
        RunAsync(allOrNone, caller, transaction => new RecycleBin(transaction).Delete(ids), cancellationToken);

    private async Task<IReadOnlyList<SaveResult>> RunAsync(bool allOrNone, Caller caller,
        Func<OrgTransaction, List<SaveResult>> work, CancellationToken cancellationToken)
    {
        var stamp = org.Start();
        try
        {
            if (CommitLag > TimeSpan.Zero)
                await Task.Delay(CommitLag, org.TimeProvider, cancellationToken);
            using (await org.Gate.EnterAsync(cancellationToken))
            {
                var transaction = new OrgTransaction(org, stamp, caller);
                var results = work(transaction);
                if (!allOrNone || results.TrueForAll(result => result.IsSuccess))
                {
                    transaction.Commit();
                    return results;
                }

                transaction.Rollback();
                return results.ConvertAll(result => result.IsSuccess ? result with { Errors = [SaveErrors.RolledBack()] } : result);
            }
        }
        finally
        {
            org.Finish(stamp);
        }
    }

    private static HashSet<string> Repeated(IReadOnlyList<RecordDraft> drafts, int keyOrdinal, IReadOnlyList<object?> keys)
    {
        var comparer = drafts.Count > 0 && drafts[0].Table?.Type.Fields[keyOrdinal].IsCaseSensitive == false && keyOrdinal > 0
            ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        return keys.Select(KeyIndex.KeyOf).OfType<string>().GroupBy(key => key, comparer).Where(group => group.Skip(1).Any())
            .Select(group => group.Key).ToHashSet(comparer);
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
