using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Tandem.Postgres.ChangeLog;
using Tandem.Sync.Push;
using Tandem.Sync.Schema;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Push;

/// <summary>
/// salesforce-api.md, section 2.8 (no record twice in a call); heroku-connect.md, section 7 (identity, order).
/// </summary>
public sealed class ChangeBatchesTests
{
    private const string Sfid = "a00000000000001AAA";
    private const string Other = "a00000000000002AAA";

    private static readonly MappedObject Plain = SampleObjects.Map(null, "Name");
    private static readonly MappedObject Identified = SampleObjects.Map("Ext__c", "Name");

    [Fact]
    public void Keeps_the_order_whatever_the_changes() => Prop.ForAll(
        Gen.Choose(1, 5).SelectMany(
                record => Gen.Elements(
                    SampleChanges.Insert(record), SampleChanges.Update(record, Sfid), SampleChanges.Delete(
                        record, Sfid), SampleChanges.Update(record, null)))
            .ListOf().ToArbitrary(),
        changes => Split(Plain, changes).SelectMany(batch => batch.Changes).SequenceEqual(changes)).QuickCheckThrowOnFailure();

    [Fact]
    public void Ends_a_run_where_the_operation_changes() =>
        Split(
                Plain,
                [SampleChanges.Update(1, Sfid), SampleChanges.Update(2, Other), SampleChanges.Delete(3, Sfid), SampleChanges.Insert(4)])
            .Select(batch => batch.Changes.Count).ShouldBe([2, 1, 1]);

    [Fact]
    public void Ends_a_run_where_a_row_comes_again() =>
        Split(Plain, [SampleChanges.Update(1, Sfid), SampleChanges.Update(2, Other), SampleChanges.Update(1, Sfid)])
            .Select(batch => batch.Changes.Count).ShouldBe([2, 1]);

    [Theory]
    [InlineData(ChangeAction.Update)]
    [InlineData(ChangeAction.Delete)]
    public void Ends_a_run_where_a_record_comes_again_by_another_row(ChangeAction action) =>
        Split(Plain, [Of(action, 1, Sfid), Of(action, 2, Other), Of(action, 3, Sfid[..15]), Of(action, 4, Other)])
            .Select(batch => batch.Changes.Count).ShouldBe([2, 2]);

    [Fact]
    public void Ends_a_run_where_a_unique_identifier_comes_again_in_any_letter_case() =>
        Split(Identified, [SampleChanges.Insert(1, ("ext__c", "a-1")), SampleChanges.Insert(2, ("ext__c", "A-1"))])
            .Select(batch => batch.Changes.Count).ShouldBe([1, 1]);

    [Fact]
    public void Chooses_the_operation_by_what_is_known_of_the_record()
    {
        Operation(Plain, SampleChanges.Insert(1)).ShouldBe(WriteOperation.Create);
        Operation(Identified, SampleChanges.Insert(1, ("ext__c", "a"))).ShouldBe(WriteOperation.Upsert);
        Operation(Identified, SampleChanges.Insert(1, ("ext__c", null))).ShouldBe(WriteOperation.Create);
        Operation(Plain, SampleChanges.Insert(1) with { Sfid = Sfid }).ShouldBe(WriteOperation.Update);
        Operation(Identified, SampleChanges.Update(1, Sfid, ("ext__c", "b"))).ShouldBe(WriteOperation.Update);
        Operation(Identified, SampleChanges.Update(1, null, ("ext__c", "b"))).ShouldBe(WriteOperation.Upsert);
        Operation(Plain, SampleChanges.Update(1, null)).ShouldBe(WriteOperation.Unsendable);
        Operation(Plain, SampleChanges.Delete(1, Sfid)).ShouldBe(WriteOperation.Delete);
        Operation(Plain, SampleChanges.Delete(1, null)).ShouldBe(WriteOperation.Unsendable);
    }

    private static Change Of(ChangeAction action, int row, string sfid) =>
        action is ChangeAction.Update ? SampleChanges.Update(row, sfid) : SampleChanges.Delete(row, sfid);

    private static WriteOperation Operation(MappedObject mapped, Change change) => Split(mapped, [change]).Single().Operation;

    private static IEnumerable<ChangeBatch> Split(MappedObject mapped, IReadOnlyList<Change> changes)
    {
        for (var rest = changes; rest.Count > 0;)
        {
            var run = ChangeBatches.TakeRun(rest, new Dictionary<string, MappedObject> { ["widget__c"] = mapped });
            yield return run;
            rest = [.. rest.Skip(run.Changes.Count)];
        }
    }
}
