using Shouldly;
using Tandem.Postgres.Tables;
using Tandem.Salesforce.Describe;
using Tandem.Sync.Catalog;
using Tandem.Sync.Schema;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Schema;

/// <summary>heroku-connect.md, sections 2 to 4: what becomes of an object's fields.</summary>
public sealed class MappedObjectBuilderTests
{
    [Fact]
    public void Derives_the_contracts_columns()
    {
        var mapped = SampleObjects.Map(
            null, "Id", "Name", "Active__c", "Amount__c", "Count__c", "Day__c", "At__c", "Hour__c", "Notes__c", "Kinds__c", "Parent__c");

        mapped.Table.Name.ShouldBe("widget__c");
        mapped.Table.Columns.Select(column => $"{column.Name} {column.Type.Sql}").ShouldBe(
        [
            "name varchar(80)", "active__c boolean", "amount__c double precision", "count__c integer", "day__c date",
            "at__c timestamp without time zone", "hour__c time without time zone", "notes__c text", "kinds__c varchar(4099)",
            "parent__c varchar(18)", "systemmodstamp timestamp without time zone", "isdeleted boolean", "sfid varchar(18)",
        ]);
        mapped.SelectList.ShouldEndWith(",SystemModstamp,IsDeleted,Id");
    }

    [Fact]
    public void Always_indexes_sfid_and_systemmodstamp_and_the_unique_identifier()
    {
        var mapped = SampleObjects.Map("Ext__c", "Name");

        mapped.UniqueIdentifier.ShouldNotBeNull().Column.Name.ShouldBe("ext__c");
        mapped.Table.UniqueColumn.ShouldBe("ext__c");
        mapped.Table.Indexes.ShouldBe([new("sfid", true), new("systemmodstamp", false), new("ext__c", true)]);
    }

    [Fact]
    public void An_object_without_recycle_bin_may_be_asked_for_IsDeleted()
    {
        var user = SampleObjects.Describe(
            "User", SampleObjects.Field("Id", FieldType.Id, 18), SampleObjects.Field("SystemModstamp", FieldType.DateTime));
        var mapping = new Mapping { ObjectName = "User", Access = MappingAccess.ReadOnly, Fields = ["Id", "IsDeleted", "SystemModstamp"] };

        var mapped = MappedObjectBuilder.Build(mapping, user, "salesforce", []).ShouldNotBeNull();

        mapped.HasRecycleBin.ShouldBeFalse();
        mapped.Columns.ShouldBe(["systemmodstamp", "sfid"]);
        mapped.Table.Capture.ShouldBe(CaptureMode.ReadOnly);
    }

    [Fact]
    public void Names_every_problem_at_once()
    {
        var problems = new List<string>();
        var mapping = new Mapping
        {
            ObjectName = "Widget__c",
            Access = MappingAccess.ReadWrite,
            Fields = ["Nope__c", "Home__c", "Body__c", "Parent__r__Ext__c"],
            UpsertField = "Name",
        };

        MappedObjectBuilder.Build(mapping, SampleObjects.Widget, "salesforce", problems).ShouldBeNull();

        problems.Count.ShouldBe(5);
        problems.ShouldContain(problem => problem.StartsWith("Widget__c.Nope__c: the org has no such field"));
        problems.ShouldContain(problem => problem.Contains("compound field"));
        problems.ShouldContain(problem => problem.Contains("binary content"));
        problems.ShouldContain(problem => problem.Contains("relationship external id"));
        problems.ShouldContain(problem => problem.Contains("not an external id"));
    }

    [Fact]
    public void Refuses_an_object_whose_changes_cannot_be_noticed()
    {
        var problems = new List<string>();
        var mapping = new Mapping { ObjectName = "Thing", Access = MappingAccess.ReadOnly, Fields = ["Id"] };

        MappedObjectBuilder.Build(
            mapping, SampleObjects.Describe("Thing", SampleObjects.Field("Id", FieldType.Id, 18)), "salesforce", problems).ShouldBeNull();

        problems.ShouldHaveSingleItem().ShouldContain("SystemModstamp");
    }
}
