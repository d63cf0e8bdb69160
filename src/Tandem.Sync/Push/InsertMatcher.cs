using Tandem.Postgres.ChangeLog;
using Tandem.Salesforce;
using Tandem.Salesforce.Records;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Push;

/// <summary>
/// Tells which records the inserts of a batch made, by the values that were sent: one record settles one insert. An insert without such a
/// record is in doubt when there is one that is like it and was changed since: then a person decides (decision 0056). An upsert's record is
/// told by its unique identifier alone.
/// </summary>
internal sealed class InsertMatcher
{
    /// <summary>The code of an insert that is in doubt; claim_failed.sql knows it too.</summary>
    public const string InDoubt = "TANDEM_INSERT_IN_DOUBT";

    private readonly ChangeBatch _batch;
    private readonly MappedField? _key;

    public InsertMatcher(ChangeBatch batch)
    {
        _batch = batch;
        _key = batch.Operation == WriteOperation.Upsert ? batch.Mapped.UniqueIdentifier : null;
        Compared = _key is null ? [.. batch.Mapped.Fields.Where(IsComparable)] : [_key];
    }

    /// <summary>The fields by which records are told.</summary>
    public IReadOnlyList<MappedField> Compared { get; }

    /// <param name="candidates">Of two that are equal, the first is taken.</param>
    /// <returns>The inserts that were carried out, with their records' ids, and those in doubt, refused.</returns>
    public List<Outcome> Match(IReadOnlyList<InsertCandidate> candidates)
    {
        var free = candidates.ToList();
        var outcomes = new List<Outcome>();
        var left = new List<Change>();

        // Those that tell most come first: an insert with fewer values would else take the record of one that shares them.
        foreach (var change in _batch.Changes.Where(change => change.Problem is null).OrderByDescending(CountValues))
        {
            if (Find(free, change, static (equal, told) => equal == told) is { } own)
            {
                outcomes.Add(new Outcome(change, WriteResult.Saved(own.Id, created: true)));
                free.Remove(own);
            }
            else
                left.Add(change);
        }

        free.RemoveAll(candidate => !candidate.WasChanged);
        foreach (var change in left)
        {
            if (Find(free, change, static (equal, told) => equal > 0 && equal * 2 >= told) is { } alike)
                outcomes.Add(new Outcome(change, Doubt(alike.Id)));
        }

        return outcomes;
    }

    /// <summary>Values that Salesforce changes on its own account, or that only it sets, tell nothing.</summary>
    private static bool IsComparable(MappedField field) =>
        (field.Lookup ?? field.Description) is
        {
            IsCreateable: true, IsCalculated: false, IsEncrypted: false, IsHtmlFormatted: false, IsAutoNumber: false,
        };

    private static int CountValues(Change change) =>
        (change.ValuesWithCarried ?? change.Values).Values.Count(value => !string.IsNullOrWhiteSpace(value));

    private static WriteResult Doubt(SalesforceId id) => WriteResult.Rejected(
        InDoubt,
        $"The answer to this insert was lost, and {id.Value}, which was made meanwhile and has been changed since, may be its record. "
        + "If it is, take the record (recipe take_record.sql), which has a row of its own; if not, set this entry to NEW.",
        []);

    /// <param name="meets">Gets how many values are equal, and of how many.</param>
    private InsertCandidate? Find(List<InsertCandidate> candidates, Change change, Func<int, int, bool> meets) => SentOf(change)
        .Select(sent => candidates.Find(candidate =>
        {
            var (equal, told) = Compare(sent, candidate.Values);
            return meets(equal, told);
        }))
        .FirstOrDefault(candidate => candidate is not null);

    /// <summary>What one call may have told of the change: with merged writes, more than the change alone.</summary>
    private IEnumerable<Change> SentOf(Change change)
    {
        if (_key is { Column.Name: var key })
        {
            var identifier = ChangeBatches.IdentifierOf(_batch.Mapped, change);
            return [change with { Values = new Dictionary<string, string?>(StringComparer.Ordinal) { [key] = identifier } }];
        }

        return change.ValuesWithCarried is { } all ? [change with { Values = all }, change] : [change];
    }

    /// <summary>Compares only what was sent: what was not, the org may have filled by defaults.</summary>
    private (int Equal, int Told) Compare(Change change, IReadOnlyList<string?> values)
    {
        var (equal, told) = (0, 0);
        for (var i = 0; i < Compared.Count; i++)
        {
            var field = Compared[i];
            if (field.Lookup is not null && !ParentColumns.Decides(_batch.Mapped, change, field))
                continue;
            if (!change.Values.TryGetValue(field.Column.Name, out var sent) || StoredSpelling.Of(field, sent) is not { } expected)
                continue;
            told++;
            equal += StoredSpelling.Of(field, values[i]) == expected ? 1 : 0;
        }

        return (equal, told);
    }
}
