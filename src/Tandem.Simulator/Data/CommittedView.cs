namespace Tandem.Simulator.Data;

/// <summary>
/// The records as all committed transactions have left them. It never waits for a writer: while one is at work its keys are in the
/// indexes already, so that these are not asked.
/// </summary>
internal sealed class CommittedView(WriteGate gate) : IRecordView
{
    public IEnumerable<Record> Records(ObjectTable table) => table.Records;

    public Record? Find(ObjectTable table, string id) => table.Find(id);

    public IReadOnlyList<Record>? FindByKey(ObjectTable table, int ordinal, object value)
    {
        if (table.IndexOf(ordinal) is not { } index || gate.TryEnter() is not { } pass)
            return null;
        using (pass)
            return [.. index.Find(value)];
    }
}
