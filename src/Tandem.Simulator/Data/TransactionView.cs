namespace Tandem.Simulator.Data;

/// <summary>
/// The records as a transaction sees them: its own writes over the committed state. Reads and queries within a composite call use it; a
/// record that the transaction has changed comes as a shadow that holds the new values.
/// </summary>
internal sealed class TransactionView(OrgTransaction transaction) : IRecordView
{
    public IEnumerable<Record> Records(ObjectTable table)
    {
        foreach (var record in table.Records)
        {
            if (!transaction.IsRemoved(record.Id))
                yield return Seen(record);
        }

        foreach (var record in transaction.CreatedIn(table))
            yield return Seen(record);
    }

    public Record? Find(ObjectTable table, string id) => transaction.TryFind(table, id, out var record) ? Seen(record) : null;

    /// <summary>The transaction holds the org's gate, so the indexes are its own.</summary>
    public IReadOnlyList<Record>? FindByKey(ObjectTable table, int ordinal, object value) =>
        table.IndexOf(ordinal) is { } index ? [.. index.Find(value).Select(Seen)] : null;

    private Record Seen(Record record) =>
        transaction.IsChanged(record) ? new Record(record.Type, transaction.Values(record)) : record;
}
