using Shouldly;
using Tandem.Sync.Push;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Push;

/// <summary>What goes into one Bulk job: salesforce-api.md, sections 2.8 and 3.1.</summary>
public sealed class JobDraftTests
{
    private const string Sfid = "a00000000000001AAA";

    /// <summary>The results name a row by its record, so a record stands in a job once.</summary>
    [Fact]
    public void Ends_where_a_record_comes_again_by_another_row()
    {
        var draft = new JobDraft(SampleObjects.Map(null, "Name"), WriteOperation.Update, new PushOptions());

        draft.TryAdd(SampleChanges.Update(1, Sfid, ("name", "a"))).ShouldBeTrue();
        draft.TryAdd(SampleChanges.Update(2, Sfid, ("name", "b"))).ShouldBeFalse();

        draft.ChangesByKey.Values.Select(change => change.RecordId).ShouldBe([1]);
    }
}
