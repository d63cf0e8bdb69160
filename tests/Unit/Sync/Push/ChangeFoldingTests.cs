using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Tandem.Postgres.ChangeLog;
using Tandem.Sync.Push;
using Tandem.Sync.Schema;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Push;

/// <summary>heroku-connect.md, section 7: merged writes.</summary>
public sealed class ChangeFoldingTests
{
    private const string Sfid = "a00000000000001AAA";
    private const string Parent = "a00000000000002AAA";

    private static readonly Dictionary<string, MappedObject> Objects = new(StringComparer.Ordinal)
    {
        ["widget__c"] = SampleObjects.Map("Ext__c", "Name", "Notes__c", "Parent__c"),
    };

    [Fact]
    public void An_insert_takes_the_updates_behind_it_to_its_place()
    {
        var folded = Fold(
            SampleChanges.Insert(1, ("name", "a"), ("notes__c", null)),
            SampleChanges.Insert(2, ("name", "other")),
            SampleChanges.Update(1, null, ("notes__c", "n")),
            SampleChanges.Update(1, null, ("name", "b")));

        Shown(folded).ShouldBe(["0 Insert 1 name=b notes__c=n carries 2,3", "1 Insert 2 name=other"]);
    }

    [Fact]
    public void Updates_become_the_last_of_them()
    {
        var folded = Fold(
            SampleChanges.Update(1, Sfid, ("name", "a"), ("notes__c", "n")),
            SampleChanges.Insert(2, ("name", "other")),
            SampleChanges.Update(1, Sfid, ("name", null)));

        Shown(folded).ShouldBe(["1 Insert 2 name=other", "2 Update 1 name= notes__c=n carries 0"]);
    }

    [Fact]
    public void A_delete_makes_the_updates_before_it_needless()
    {
        var folded = Fold(
            SampleChanges.Update(1, Sfid, ("name", "a")), SampleChanges.Update(1, Sfid, ("name", "b")), SampleChanges.Delete(1, Sfid));

        Shown(folded).ShouldBe(["2 Delete 1 carries 0,1"]);
    }

    [Fact]
    public void An_update_that_refers_to_another_record_stays_behind_the_insert()
    {
        var folded = Fold(
            SampleChanges.Insert(1, ("name", "a")),
            SampleChanges.Insert(2, ("name", "parent")),
            SampleChanges.Update(1, null, ("parent__c", Parent)),
            SampleChanges.Update(1, null, ("name", "b"), ("parent__c", null)));

        Shown(folded).ShouldBe(["0 Insert 1 name=a", "1 Insert 2 name=parent", "3 Update 1 name=b parent__c= carries 2"]);
    }

    /// <summary>Otherwise the id would win over a key that was written after it.</summary>
    [Fact]
    public void The_latest_name_of_a_parent_drops_the_earlier_ones()
    {
        var objects = new Dictionary<string, MappedObject>(StringComparer.Ordinal) { ["widget__c"] = SampleChildren.Mapped };

        var folded = ChangeFolding.Fold(
            [
                SampleChanges.Update(1, Sfid, ("name", "a"), ("parent__c", Parent)) with { Id = new ChangeId(0) },
                SampleChanges.Update(1, Sfid, ("parent__r__code__c", "code"), ("above__r__ext__c", "x")) with { Id = new ChangeId(1) },
                SampleChanges.Update(1, Sfid, ("above__r__ext__c", null)) with { Id = new ChangeId(2) },
            ],
            objects);

        Shown(folded).ShouldBe(["2 Update 1 above__r__ext__c= name=a parent__r__code__c=code carries 0,1"]);
    }

    [Fact]
    public void What_nobody_can_read_and_what_moves_the_sfid_stay_by_themselves()
    {
        Fold(
            SampleChanges.Update(1, Sfid, ("name", "a")),
            SampleChanges.Update(1, Sfid, ("name", "b")) with { Problem = "unreadable" },
            SampleChanges.Update(1, Sfid, ("name", "c"))).Count.ShouldBe(3);
        Fold(SampleChanges.Update(1, Sfid, ("sfid", null)), SampleChanges.Update(1, Sfid, ("name", "b"))).Count.ShouldBe(2);
        Fold(SampleChanges.Insert(1, ("name", "a")), SampleChanges.Insert(1, ("name", "b"))).Count.ShouldBe(2);
    }

    [Fact]
    public void Two_claims_are_not_mixed()
    {
        var first = SampleChanges.Update(1, Sfid, ("name", "a"));
        var second = SampleChanges.Update(1, Sfid, ("name", "b"));

        Fold(first, second with { ClaimedAt = second.ClaimedAt.AddSeconds(1) }).Count.ShouldBe(2);
    }

    [Fact]
    public void After_a_crash_inserts_without_identifier_stay_as_they_are_and_updates_behind_them_fold()
    {
        var changes = Number([
            SampleChanges.Insert(1, ("name", "a")),
            SampleChanges.Update(1, null, ("name", "b")),
            SampleChanges.Update(1, null, ("name", "c")),
        ]);

        Shown(ChangeFolding.Fold(changes, Objects, joinsCreates: false)).ShouldBe(["0 Insert 1 name=a", "2 Update 1 name=c carries 1"]);
    }

    [Fact]
    public void After_a_crash_an_insert_that_is_named_by_its_identifier_goes_as_before()
    {
        var changes = Number([SampleChanges.Insert(1, ("ext__c", "e"), ("name", "a")), SampleChanges.Update(1, null, ("name", "b"))]);

        Shown(ChangeFolding.Fold(changes, Objects, joinsCreates: false)).ShouldBe(["0 Insert 1 ext__c=e name=b carries 1"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("e")]
    public void An_update_of_the_identifier_stays_behind_the_insert(string? first) =>
        Fold(SampleChanges.Insert(1, ("ext__c", first), ("name", "a")), SampleChanges.Update(1, null, ("ext__c", "f"))).Count.ShouldBe(2);

    [Fact]
    public void Of_an_update_of_a_record_without_sfid_the_oldest_identifier_is_known()
    {
        var old = new Dictionary<string, string?> { ["ext__c"] = "e" };
        var folded = Fold(
            SampleChanges.Update(1, null, ("name", "a")) with { Old = old }, SampleChanges.Update(1, null, ("name", "b")));

        folded.ShouldHaveSingleItem().Old["ext__c"].ShouldBe("e");
    }

    /// <summary>Whatever the changes, the records end the same, and each change ends with one that is sent.</summary>
    [Fact]
    public void Leaves_the_records_as_all_changes_in_their_order_would() => Prop.ForAll(
        (from record in Gen.Choose(1, 3)
         from kind in Gen.Choose(0, 5)
         from column in Gen.Elements("name", "notes__c", "parent__c")
         from value in Gen.Elements(null, "x", "y", Parent)
         select (record, kind, column, value)).ListOf().ToArbitrary(),
        steps =>
        {
            var changes = Number([.. Play(steps)]);
            var folded = ChangeFolding.Fold(changes, Objects);
            return State(folded) == State(changes)
                && folded.SelectMany(change => change.EntryIds).Order(Comparer<ChangeId>.Create((a, b) => a.Value.CompareTo(b.Value)))
                    .SequenceEqual(changes.Select(change => change.Id));
        }).QuickCheckThrowOnFailure();

    /// <summary>A record is inserted once at most, then updated, then deleted if the org has it.</summary>
    private static IEnumerable<Change> Play(IEnumerable<(int Record, int Kind, string Column, string? Value)> steps)
    {
        var ended = new HashSet<int>();
        var begun = new HashSet<int>();
        foreach (var (record, kind, column, value) in steps)
        {
            // Records 2 and 3 are in the org from the start.
            var sfid = record == 1 ? null : Sfid;
            if (ended.Contains(record))
                continue;
            if (record == 1 && begun.Add(record))
                yield return SampleChanges.Insert(record, (column, value), ("sfid", null));
            else if (kind == 0 && sfid is not null && ended.Add(record))
                yield return SampleChanges.Delete(record, sfid);
            else
                yield return SampleChanges.Update(record, sfid, (column, value));
        }
    }

    private static string State(IEnumerable<Change> changes)
    {
        var records = new SortedDictionary<int, SortedDictionary<string, string?>?>();
        foreach (var change in changes)
        {
            var record = records.GetValueOrDefault(change.RecordId) ?? new SortedDictionary<string, string?>(StringComparer.Ordinal);
            foreach (var (column, value) in change.Values)
                record[column] = value;
            records[change.RecordId] = change.Action is ChangeAction.Delete ? null : record;
        }

        return string.Join(';', records.Select(record =>
            $"{record.Key}:{(record.Value is null ? "gone" : string.Join(',', record.Value.Select(pair => $"{pair.Key}={pair.Value}")))}"));
    }

    private static IReadOnlyList<Change> Fold(params Change[] changes) => ChangeFolding.Fold(Number(changes), Objects);

    private static IReadOnlyList<Change> Number(IReadOnlyList<Change> changes) =>
        [.. changes.Select((change, at) => change with { Id = new ChangeId(at) })];

    private static IReadOnlyList<string> Shown(IReadOnlyList<Change> changes) =>
    [
        .. changes.Select(change => string.Join(
            ' ',
            change.Values.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")
                .Prepend($"{change.Id.Value} {change.Action} {change.RecordId}")
                .Concat(change.Carried.Count == 0 ? [] : [$"carries {string.Join(',', change.Carried.Select(one => one.Id.Value))}"]))),
    ];
}
