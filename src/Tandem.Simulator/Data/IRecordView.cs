namespace Tandem.Simulator.Data;

/// <summary>
/// The records as one reader sees them: <see cref="CommittedView"/> for everybody, a transaction's own view for the queries of a call
/// whose writes nobody else sees yet. Queries read through it. A record that the transaction has changed comes as a shadow with its
/// values, one that it has removed does not come.
/// </summary>
internal interface IRecordView
{
    /// <summary>All records of a table, deleted ones too.</summary>
    IEnumerable<Record> Records(ObjectTable table);

    /// <summary>The record with this 18-character id, deleted or not; null when there is none.</summary>
    Record? Find(ObjectTable table, string id);

    /// <summary>The live records with a value in a field; null when no index can tell and the reader has to look at all.</summary>
    IReadOnlyList<Record>? FindByKey(ObjectTable table, int ordinal, object value) => null;
}
