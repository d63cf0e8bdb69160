using Tandem.Postgres.Tables;
using Tandem.Salesforce.Soql;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Pull;

/// <summary>
/// Removes the rows of records that changed so that the mapping's filter no longer lets them in. Once all changed records that it does
/// let in are merged, a row that is older than its record is one of them: asking for what does not meet the filter would miss records
/// whose fields are null, for which a condition and its opposite are both false.
/// </summary>
internal sealed class Leavers(IdReader ids, RowRemoval removal)
{
    /// <param name="soql">Id and stamp of the changed records without the filter.</param>
    /// <param name="first">Its first page, read before the records were.</param>
    public async Task<int> RemoveAsync(PullTurn turn, string soql, QueryPage first, CancellationToken cancellationToken)
    {
        var removed = 0;
        var stampField = turn.Mapped.CursorField;
        await foreach (var chunk in ids.ReadAsync(soql, stampField, turn.Mapped.HasRecycleBin, first, cancellationToken))
        {
            var behind = await FindBehindAsync(turn, chunk, cancellationToken);
            if (behind.Count > 0)
                removed += (await removal.RemoveAsync(turn, behind, long.MaxValue, cancellationToken)).Removed;
        }

        return removed;
    }

    private static async Task<IReadOnlyCollection<string>> FindBehindAsync(
        PullTurn turn, IReadOnlyList<StampedId> chunk, CancellationToken cancellationToken)
    {
        var reader = new TableReader(turn.Mapped.Table);
        var records = new Dictionary<string, DateTime>(chunk.Count, StringComparer.Ordinal);
        foreach (var record in chunk)
            records[record.Id] = record.Stamp ?? DateTime.MaxValue;
        var connection = await turn.ConnectAsync(cancellationToken);
        return StampColumn(turn.Mapped) is { } column
            ? await reader.FindBehindAsync(connection, column, records, includesMissing: false, cancellationToken)
            : await reader.FindPresentAsync(connection, [.. records.Keys], cancellationToken);
    }

    private static string? StampColumn(MappedObject mapped) =>
        mapped.Fields.FirstOrDefault(field => field.Description.Name == mapped.CursorField)?.Column.Name;
}
