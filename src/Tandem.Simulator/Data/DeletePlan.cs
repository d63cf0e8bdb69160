using Tandem.Simulator.Metadata;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Data;

/// <summary>
/// What the delete of one record would take along, found before anything is written: the records that go, each after those that go with
/// it, and the references that are emptied. The recycle bin carries it out.
/// </summary>
internal sealed class DeletePlan(OrgTransaction transaction, ReferenceMap references)
{
    private readonly HashSet<Record> _seen = [];
    private readonly List<(Record Record, ObjectTable Table)> _holders = [];
    private readonly List<(ObjectTable Table, Record Record, int Ordinal, ObjectTable ParentTable)> _emptied = [];

    /// <summary>The records that go; the master is the one that takes each along.</summary>
    public List<(ObjectTable Table, Record Record, string? MasterId)> Deleted { get; } = [];

    /// <summary>The references to records that go, of records that stay.</summary>
    public IEnumerable<(ObjectTable Table, Record Record, int Ordinal, ObjectTable ParentTable)> Emptied =>
        _emptied.Where(child => !_seen.Contains(child.Record));

    /// <summary>Null when the delete may happen.</summary>
    public SaveError? Make(ObjectTable table, Record record)
    {
        Collect(table, record, null);
        var holder = _holders.Find(holder => !_seen.Contains(holder.Record));
        return holder.Record is null ? null : new SaveError
        {
            StatusCode = "DELETE_FAILED",
            Message = $"Your attempt to delete this record could not be completed because {holder.Table.Type.LabelPlural} require it.",
        };
    }

    private void Collect(ObjectTable table, Record record, string? masterId)
    {
        if (!_seen.Add(record))
            return;
        foreach (var (childTable, ordinal, field) in references.To(table.Type))
        {
            foreach (var child in transaction.ChildrenOf(childTable, ordinal, record.Id))
            {
                if (field.OnDelete == DeleteRule.Cascade)
                    Collect(childTable, child, record.Id);
                else if (field.OnDelete == DeleteRule.Restrict)
                    _holders.Add((child, childTable));
                else
                    _emptied.Add((childTable, child, ordinal, table));
            }
        }

        Deleted.Add((table, record, masterId));
    }
}
