using Tandem.Simulator.Metadata;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Data;

/// <summary>
/// What the delete of one record would take along, found before anything is written: the records that go, each after those that go with
/// it, and the references that are emptied. The recycle bin carries it out.
/// </summary>
internal sealed class DeletePlan(OrgTransaction transaction, ReferenceMap references)
{
    private const int MostNames = 5;

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
        var holders = _holders.Where(holder => !_seen.Contains(holder.Record)).ToList();
        if (holders.Count == 0)
            return null;
        var holding = holders[0].Table;
        var names = holders.Where(holder => ReferenceEquals(holder.Table, holding)).Select(holder => NameOf(holding, holder.Record))
            .Distinct(StringComparer.Ordinal).Take(MostNames);
        return new SaveError
        {
            StatusCode = "DELETE_FAILED",
            Message = $"Your attempt to delete {NameOf(table, record)} could not be completed because some items associated with it "
                + $"cannot be deleted. {holding.Type.LabelPlural}: {string.Join(", ", names)}",
        };
    }

    private string NameOf(ObjectTable table, Record record) =>
        table.Type.NameOrdinal is >= 0 and var name && transaction.Values(record)[name] is string text ? text : record.Id;

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
