using System.Text;
using Shouldly;
using Tandem.Postgres.ChangeLog;
using Tandem.Salesforce;
using Tandem.Salesforce.Composite;
using Tandem.Sync.Push;
using Tandem.Sync.Schema;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Push;

/// <summary>
/// Parents by their external id: heroku-connect.md, section 3.5; salesforce-api.md, sections 2.4, 2.8 and 3.1.
/// </summary>
public sealed class ParentPayloadTests
{
    private const string Sfid = "a00000000000001AAA";

    [Fact]
    public void A_parent_goes_by_its_key_in_the_type_of_the_key()
    {
        Insert(("parent__r__code__c", "p-1")).ShouldBe("""{"Parent__r":{"Code__c":"p-1"}}""");
        Insert(("parent__c__number__c", "7")).ShouldBe("""{"Parent__r":{"Number__c":7}}""");
        Update(("parent__r__code__c", "p-1")).ShouldBe("""{"Parent__r":{"Code__c":"p-1"}}""");
        Build(SampleChildren.Mapped, SampleChanges.Insert(1, ("ext__c", "e"), ("parent__r__code__c", "p-1")), WriteOperation.Upsert)
            .ShouldBe("""{"Ext__c":"e","Parent__r":{"Code__c":"p-1"}}""");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public void A_key_that_is_gone_clears_the_reference_of_a_record_that_exists(string? key)
    {
        Update(("parent__r__code__c", key)).ShouldBe("""{"Parent__c":null}""");
        Insert(("parent__r__code__c", key)).ShouldBe("{}");
    }

    [Fact]
    public void A_value_beats_null_and_the_reference_column_beats_a_key()
    {
        Update(("parent__c", null), ("parent__r__code__c", "p-1")).ShouldBe("""{"Parent__r":{"Code__c":"p-1"}}""");
        Update(("parent__c", Sfid), ("parent__r__code__c", null)).ShouldBe($$"""{"Parent__c":"{{Sfid}}"}""");
        Update(("parent__c", Sfid), ("parent__r__code__c", "p-1")).ShouldBe($$"""{"Parent__c":"{{Sfid}}"}""");
        Insert(("parent__c", Sfid), ("parent__r__code__c", "p-1")).ShouldBe($$"""{"Parent__c":"{{Sfid}}"}""");
        Update(("parent__c", null), ("parent__r__code__c", null)).ShouldBe("""{"Parent__c":null}""");
    }

    [Fact]
    public void Of_two_keys_of_one_parent_the_first_of_the_table_decides()
    {
        Update(("parent__r__code__c", "p-1"), ("parent__c__number__c", "7")).ShouldBe("""{"Parent__r":{"Code__c":"p-1"}}""");
        Update(("parent__r__code__c", null), ("parent__c__number__c", "7")).ShouldBe("""{"Parent__r":{"Number__c":7}}""");
        Update(("parent__r__code__c", "p-1"), ("parent__c__number__c", null)).ShouldBe("""{"Parent__r":{"Code__c":"p-1"}}""");
    }

    [Fact]
    public void A_parent_that_cannot_be_changed_is_refused_by_the_name_of_its_column()
    {
        var fixedParent = SampleChildren.Map(lookup => lookup with { IsUpdateable = false });
        var change = SampleChanges.Update(1, Sfid, ("parent__r__code__c", "p-2"));
        Should.Throw<FormatException>(() => RecordPayload.Build(fixedParent, change, WriteOperation.Update))
            .Message.ShouldBe("parent__r__code__c: the integration user may not set Parent__c of a record that exists.");
        Build(fixedParent, SampleChanges.Insert(1, ("parent__r__code__c", "p-1")), WriteOperation.Create)
            .ShouldBe("""{"Parent__r":{"Code__c":"p-1"}}""");

        var unseen = SampleChildren.Map(lookup => lookup with { IsCreateable = false });
        Should.Throw<FormatException>(() => RecordPayload.Build(
            unseen, SampleChanges.Insert(1, ("parent__r__code__c", "p-2")), WriteOperation.Upsert))
            .Message.ShouldBe("parent__r__code__c: the integration user may not set Parent__c of a new record.");
        Build(unseen, SampleChanges.Insert(1, ("name", "A"), ("parent__r__code__c", null)), WriteOperation.Create)
            .ShouldBe("""{"Name":"A"}""");
    }

    [Theory]
    [InlineData("p-1", "Parent__r.Code__c")]
    [InlineData(null, "Parent__c")]
    public void A_bulk_job_has_a_column_for_the_key_and_one_to_clear_it(string? key, string column)
    {
        var mapped = SampleChildren.Map(lookup => lookup, "Name", "Parent__r__Code__c");
        var upload = new CsvUpload(mapped, WriteOperation.Update);
        Add(upload, mapped, WriteOperation.Update, SampleChanges.Update(1, Sfid, ("parent__r__code__c", key))).ShouldBe(Sfid);

        var lines = Lines(upload);
        lines[0].ShouldBe(["Id", "Ext__c", "Name", "Parent__r.Code__c", "Parent__c"]);
        lines[1].Zip(lines[0], (value, name) => (name, value)).Where(cell => cell.value.Length > 0)
            .ShouldBe([("Id", Sfid), (column, key ?? "#N/A")]);
    }

    [Fact]
    public void A_bulk_job_names_a_parent_by_one_key_and_leaves_others_to_calls()
    {
        var upload = new CsvUpload(SampleChildren.Mapped, WriteOperation.Upsert);
        Lines(upload)[0].ShouldBe(["Ext__c", "Name", "Parent__c", "Parent__r.Code__c", "Above__r.Ext__c", "Above__c"]);
        var before = upload.Bytes;
        Add(upload, SampleChildren.Mapped, WriteOperation.Upsert, SampleChanges.Insert(1, ("ext__c", "e"), ("parent__c__number__c", "7")))
            .ShouldBeNull();
        upload.Bytes.ShouldBe(before);
        Add(upload, SampleChildren.Mapped, WriteOperation.Upsert, SampleChanges.Insert(1, ("ext__c", "e"), ("parent__r__code__c", "p")))
            .ShouldBe("e");
    }

    [Fact]
    public void A_bulk_job_has_no_column_for_a_parent_that_cannot_be_set()
    {
        var mapped = SampleChildren.Map(lookup => lookup with { IsUpdateable = false }, "Name", "Parent__r__Code__c");
        Lines(new CsvUpload(mapped, WriteOperation.Update))[0].ShouldBe(["Id", "Ext__c", "Name"]);
    }

    [Fact]
    public void A_run_ends_before_a_child_of_one_of_its_records()
    {
        var members = new RunMembers(SampleChildren.Mapped, WriteOperation.Upsert);
        members.TryAdd(SampleChanges.Insert(1, ("ext__c", "a"), ("above__r__ext__c", "z"))).ShouldBeTrue();
        members.TryAdd(SampleChanges.Insert(2, ("ext__c", "b"), ("above__r__ext__c", "z"))).ShouldBeTrue();
        members.TryAdd(SampleChanges.Insert(3, ("ext__c", "c"), ("above__r__ext__c", "A"))).ShouldBeFalse();
        members.TryAdd(SampleChanges.Insert(4, ("ext__c", "d"), ("parent__r__code__c", "a"))).ShouldBeTrue();
    }

    [Fact]
    public void Children_of_one_parent_stand_side_by_side_by_whichever_column_they_name_it()
    {
        PreparedChange[] changes =
        [
            Prepared(1, ("parent__r__code__c", "p-2")), Prepared(2, ("parent__c", "001")), Prepared(3, ("parent__r__code__c", "p-1")),
            Prepared(4, ("parent__r__code__c", "p-2")), Prepared(5, ("parent__c", "001")),
        ];
        Preparation.SortByParent(SampleChildren.Mapped, [.. changes])
            .Select(prepared => prepared.Change.RecordId).ShouldBe([2, 5, 3, 1, 4]);
    }

    private static PreparedChange Prepared(int record, params (string Column, string? Value)[] values) =>
        new(SampleChanges.Insert(record, values), new CollectionRow(null, []));

    private static string Insert(params (string Column, string? Value)[] values) =>
        Build(SampleChildren.Mapped, SampleChanges.Insert(1, values), WriteOperation.Create);

    private static string Update(params (string Column, string? Value)[] values) =>
        Build(SampleChildren.Mapped, SampleChanges.Update(1, Sfid, values), WriteOperation.Update);

    private static string Build(MappedObject mapped, Change change, WriteOperation operation) =>
        RecordPayload.Build(mapped, change, operation).ToJsonString();

    private static string? Add(CsvUpload upload, MappedObject mapped, WriteOperation operation, Change change) => upload.TryAdd(
        new CollectionRow(
            operation == WriteOperation.Update ? SalesforceId.Parse(Sfid) : null, RecordPayload.Build(mapped, change, operation)));

    private static List<List<string>> Lines(CsvUpload upload) =>
    [
        .. string.Concat(upload.Segments.Select(part => Encoding.UTF8.GetString(part.Span))).TrimEnd('\n').Split('\n')
            .Select(line => line.Split(',').Select(cell => cell.Trim('"')).ToList()),
    ];
}
