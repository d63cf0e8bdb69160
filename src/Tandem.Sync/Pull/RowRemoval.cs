using Tandem.Postgres;
using Tandem.Salesforce;
using Tandem.Sync.Faults;
using Tandem.Sync.Running.Allowance;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Pull;

/// <summary>
/// Removes rows whose records the org is said to have no longer. Each is looked for in the org first, inside the mapping's gate, so that
/// neither a restored record nor one that a push has just made loses its row. A record that the mapping's filter shuts out is not there.
/// </summary>
internal sealed class RowRemoval(SalesforceClient salesforce)
{
    /// <summary>Their query stays well below the longest statement (salesforce-api.md, section 4).</summary>
    private const int IdsOfOneQuestion = 1_000;

    /// <param name="most">More than so many are not removed.</param>
    /// <returns>How many rows went, and how many stayed because a change of theirs is queued.</returns>
    /// <exception cref="RowsVanishedException">More would go; up to then, at most so many went.</exception>
    public async Task<RemovedRows> RemoveAsync(
        PullTurn turn, IReadOnlyCollection<string> sfids, long most, CancellationToken cancellationToken)
    {
        var mapped = turn.Mapped;
        var (removed, spared) = (0, 0);
        foreach (var chunk in sfids.Chunk(IdsOfOneQuestion))
        {
            using var passage = await turn.EnterGateAsync(cancellationToken);
            var live = await FindLiveAsync(mapped, chunk, cancellationToken);
            List<string> gone = [.. chunk.Where(sfid => !live.Contains(sfid))];
            if (gone.Count == 0)
                continue;
            if (removed + gone.Count > most)
                throw new RowsVanishedException(
                    $"{mapped.Name}: more rows of {mapped.Table.Schema}.{mapped.Table.Name} are missing in the org than a reconciliation "
                    + "removes by itself; check that the integration user still sees all records, or raise the share.");
            var connection = await turn.ConnectAsync(cancellationToken);
            await using var transaction = await SyncSession.BeginAsync(connection, cancellationToken);
            var count = await mapped.Merger.DeleteAsync(connection, transaction, gone, cancellationToken);
            (removed, spared) = (removed + count, spared + gone.Count - count);
            Failpoints.Reach("removal.deleted");
            await transaction.CommitAsync(cancellationToken);
            Failpoints.Reach("removal.committed");
        }

        return new RemovedRows(removed, spared);
    }

    private async Task<HashSet<string>> FindLiveAsync(MappedObject mapped, string[] sfids, CancellationToken cancellationToken)
    {
        var live = new HashSet<string>(StringComparer.Ordinal);
        var query = ChangeQuery.LiveAmong(mapped, sfids, "Id");
        await foreach (var page in salesforce.For(mapped.Name, CallKind.Deletes).Soql.QueryAsync(
            query, mapped.HasRecycleBin, cancellationToken))
        {
            using (page)
            {
                foreach (var record in page.Records)
                    live.Add(record.GetProperty("Id").GetString() ?? "");
            }
        }

        return live;
    }
}
