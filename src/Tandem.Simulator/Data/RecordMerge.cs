using Tandem.Simulator.Records;

namespace Tandem.Simulator.Data;

/// <summary>
/// Merges records within a transaction: what pointed to a loser points to the winner, losers go to the recycle bin and name the winner.
/// The org runs it. Source: salesforce-api.md, section 10.
/// </summary>
internal sealed class RecordMerge(OrgTransaction transaction)
{
    private const int MostLosers = 2;

    private readonly ReferenceMap _references = new(transaction.Org);

    public MergeResult Run(RecordDraft master, IReadOnlyList<string> loserIds)
    {
        if (master.Errors.Count > 0 || master.Table is not { } table)
            return Failed([.. master.Errors.DefaultIfEmpty(SaveErrors.InvalidCrossReference([]))]);
        if (!table.Type.IsMergeable)
            return Failed(Error("INVALID_TYPE", $"{table.Type.Label} records cannot be merged"));
        if (loserIds.Count is 0 or > MostLosers)
            return Failed(Error("LIMIT_EXCEEDED", $"A merge takes 1 to {MostLosers} records beside the master, found {loserIds.Count}"));
        var saved = new RowSave(transaction).Update(master);
        if (!saved.IsSuccess || saved.Id is not { } winnerId)
            return Failed(saved.Errors);

        var losers = new List<Record>();
        foreach (var loserId in loserIds)
        {
            if (!RecordId.TryNormalize(loserId, out var id) || !ReferenceEquals(transaction.Org.FindTableOfId(id), table))
                return Failed(SaveErrors.MalformedId($"{table.Type.Label} ID", loserId));
            if (string.Equals(id, winnerId, StringComparison.Ordinal) || losers.Exists(other => string.Equals(other.Id, id,
                StringComparison.Ordinal)))
                return Failed(Error("DUPLICATE_VALUE", $"The record {id[..15]} stands twice in the merge"));
            if (!transaction.TryFind(table, id, out var loser))
                return Failed(SaveErrors.InvalidCrossReference([]));
            if (transaction.IsDeleted(loser))
                return Failed(SaveErrors.EntityIsDeleted());
            losers.Add(loser);
        }

        var related = new List<string>();
        foreach (var loser in losers)
            MoveChildren(table, loser.Id, winnerId, losers, related);
        foreach (var loser in losers)
            Retire(table, loser, winnerId);
        return new MergeResult { Id = winnerId, MergedRecordIds = losers.ConvertAll(loser => loser.Id), UpdatedRelatedIds = related };
    }

    private void MoveChildren(ObjectTable table, string loserId, string winnerId, List<Record> losers, List<string> related)
    {
        foreach (var (childTable, ordinal, _) in _references.To(table.Type))
        {
            // History tells what a record was; it goes with the loser.
            if (childTable.Type.SystemModstampOrdinal < 0 && childTable.Type.HasRecycleBin)
            {
                DiscardHistory(childTable, ordinal, loserId);
                continue;
            }

            foreach (var child in transaction.ChildrenOf(childTable, ordinal, loserId).ToArray())
            {
                if (losers.Contains(child))
                    continue;
                var values = (object?[])transaction.Values(child).Clone();

                // The winner must not become its own parent.
                values[ordinal] = string.Equals(child.Id, winnerId, StringComparison.Ordinal) ? null : winnerId;
                transaction.Touch(childTable, values);
                transaction.Update(childTable, child, values);
                related.Add(child.Id);
            }
        }
    }

    private void DiscardHistory(ObjectTable histories, int ordinal, string loserId)
    {
        foreach (var history in transaction.ChildrenOf(histories, ordinal, loserId).ToArray())
        {
            var values = (object?[])transaction.Values(history).Clone();
            values[histories.Type.IsDeletedOrdinal] = true;
            transaction.Update(histories, history, values);
            transaction.AtCommit(() => histories.DeletedWith[history.Id] = loserId);
        }
    }

    private void Retire(ObjectTable table, Record loser, string winnerId)
    {
        var values = (object?[])transaction.Values(loser).Clone();
        if (table.Type.OrdinalOf("MasterRecordId") is >= 0 and var ordinal)
            values[ordinal] = winnerId;
        values[table.Type.IsDeletedOrdinal] = true;
        transaction.Touch(table, values);
        transaction.Update(table, loser, values);
        transaction.AtCommit(() => table.DeleteLog.Add(new DeletedEntry(loser.Id, transaction.Stamp)));
    }

    private static MergeResult Failed(params IReadOnlyList<SaveError> errors) => new() { Errors = errors };

    private static SaveError Error(string code, string message) => new() { StatusCode = code, Message = message };
}
