using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Tandem.Postgres.ChangeLog;
using Tandem.Salesforce;
using Tandem.Sync.Push;
using Tandem.Sync.Schema;
using Xunit;
using Outcome = Tandem.Sync.Push.Outcome;

namespace Tandem.Tests.Unit.Sync.Push;

/// <summary>architecture.md, promise 2; docs/decisions/0056-what-people-did-to-a-lost-insert.md</summary>
public sealed class InsertMatcherTests
{
    private static readonly MappedObject Plain = SampleObjects.Map(null, "Name", "Count__c");
    private static readonly MappedObject Identified = SampleObjects.Map("Ext__c", "Name", "Ext__c");

    private enum Fate
    {
        NotMade,
        Made,
        MadeAndChanged,
    }

    /// <summary>Many are equal: two names, two numbers.</summary>
    [Fact]
    public void No_insert_is_sent_again_whose_record_is_there() => Prop.ForAll(
        Gen.Elements("N", "M").SelectMany(name => Gen.Elements("1", "2").SelectMany(
            count => Gen.Elements(Enum.GetValues<Fate>()).Select(fate => (name, count, fate)))).ListOf().ToArbitrary(),
        inserts =>
        {
            var changes = inserts.Select(
                (insert, at) => SampleChanges.Insert(at + 1, ("name", insert.name), ("count__c", insert.count)));
            var candidates = inserts.Index().Where(each => each.Item.fate != Fate.NotMade).Select(each =>
            {
                var wasChanged = each.Item.fate == Fate.MadeAndChanged;
                return Candidate(each.Index, wasChanged, each.Item.name, wasChanged ? "7" : each.Item.count);
            }).ToList();

            var outcomes = Match(Plain, WriteOperation.Create, [.. changes], candidates);

            var settled = outcomes.Where(outcome => outcome.Result.IsSaved).ToList();
            var sentAgain = inserts.Count - outcomes.Count;
            return settled.Count == candidates.Count(candidate => !candidate.WasChanged)
                && settled.Select(outcome => outcome.Result.Id).Distinct().Count() == settled.Count
                && sentAgain + candidates.Count <= inserts.Count;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(true, "N", "8", "TANDEM_INSERT_IN_DOUBT")]
    [InlineData(true, "other", "8", null)]
    [InlineData(false, "N", "8", null)]
    public void A_record_that_is_half_the_same_leaves_a_doubt_when_somebody_changed_it(
        bool wasChanged, string name, string count, string? code)
    {
        var insert = SampleChanges.Insert(1, ("name", "N"), ("count__c", "7"));

        var outcomes = Match(Plain, WriteOperation.Create, [insert], [Candidate(1, wasChanged, name, count)]);

        outcomes.Select(outcome => outcome.Result.Code).ShouldBe(code is null ? [] : [code]);
    }

    [Fact]
    public void An_insert_with_fewer_values_does_not_take_the_record_of_one_with_more()
    {
        Change[] inserts = [SampleChanges.Insert(1, ("name", "N")), SampleChanges.Insert(2, ("name", "N"), ("count__c", "7"))];

        var outcomes = Match(Plain, WriteOperation.Create, inserts, [Candidate(1, false, "N", "7")]);

        outcomes.ShouldHaveSingleItem().Change.RecordId.ShouldBe(2);
    }

    [Fact]
    public void The_record_of_an_upsert_is_told_by_its_key_alone()
    {
        Change[] inserts =
        [
            SampleChanges.Insert(1, ("name", "N"), ("ext__c", "gone")), SampleChanges.Insert(2, ("name", "N"), ("ext__c", "never")),
        ];

        var outcomes = Match(Identified, WriteOperation.Upsert, inserts, [Candidate(1, true, "gone")]);

        var (change, result) = outcomes.ShouldHaveSingleItem();
        (change.RecordId, result.IsSaved).ShouldBe((1, true));
    }

    private static List<Outcome> Match(
        MappedObject mapped, WriteOperation operation, IReadOnlyList<Change> changes, IReadOnlyList<InsertCandidate> candidates) =>
        new InsertMatcher(new ChangeBatch { Mapped = mapped, Operation = operation, Changes = changes }).Match(candidates);

    /// <param name="values">In the order in which the mapping names its fields.</param>
    private static InsertCandidate Candidate(int number, bool wasChanged, params string[] values) =>
        new(SalesforceId.Parse($"a00{number:D12}"), IsDeleted: false, wasChanged, values);
}
