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

        var mapped = MappedObjectBuilder.Build(mapping, user, SampleObjects.Context(), []).ShouldNotBeNull();

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

        MappedObjectBuilder.Build(mapping, SampleObjects.Widget, SampleObjects.Context(), problems).ShouldBeNull();

        problems.Count.ShouldBe(5);
        problems.ShouldContain(problem => problem.StartsWith("Widget__c.Nope__c: the org has no such field"));
        problems.ShouldContain(problem => problem.Contains("compound field"));
        problems.ShouldContain(problem => problem.Contains("binary content"));
        problems.ShouldContain(problem => problem.StartsWith("Widget__c.Parent__r__Ext__c: the org has no object Parent"));
        problems.ShouldContain(problem => problem.Contains("not an external id"));
    }

    [Fact]
    public void Refuses_an_object_whose_changes_cannot_be_noticed()
    {
        var problems = new List<string>();
        var mapping = new Mapping { ObjectName = "Thing", Access = MappingAccess.ReadOnly, Fields = ["Id"] };

        MappedObjectBuilder.Build(
            mapping, SampleObjects.Describe("Thing", SampleObjects.Field("Id", FieldType.Id, 18)), SampleObjects.Context(), problems)
            .ShouldBeNull();

        problems.ShouldHaveSingleItem().ShouldContain("SystemModstamp");
    }

    [Fact]
    public void Derives_exact_columns_for_a_connection_that_asks_for_them()
    {
        var mapping = Ask(
            "Name", "Amount__c", "Count__c", "At__c", "Day__c", "Hour__c", "Kinds__c", "Parent__c", "Home__Latitude__s", "Rate__c",
            "Gross__c");

        var mapped = MappedObjectBuilder.Build(mapping, SampleObjects.Widget, SampleObjects.Context(TypeProfile.Exact), [])
            .ShouldNotBeNull();

        mapped.Table.Columns.Select(column => $"{column.Name} {column.Type.Sql}").ShouldBe(
        [
            "name text", "amount__c numeric(18,2)", "count__c integer", "at__c timestamp with time zone", "day__c date",
            "hour__c time without time zone", "kinds__c text", "parent__c varchar(18)", "home__latitude__s double precision",
            "rate__c numeric(5,2)", "gross__c numeric", "systemmodstamp timestamp with time zone", "isdeleted boolean", "sfid varchar(18)",
        ]);
    }

    [Fact]
    public void A_star_takes_every_field_that_has_a_column_but_the_excluded()
    {
        var mapping = Ask(Mapping.AllFields) with { ExcludedFields = ["notes__c", "SystemModstamp", "Long_Gone__c"] };

        var mapped = MappedObjectBuilder.Build(mapping, SampleObjects.Widget, SampleObjects.Context(), []).ShouldNotBeNull();

        mapped.Columns.ShouldBe(
        [
            "name", "ext__c", "active__c", "amount__c", "count__c", "day__c", "at__c", "hour__c", "kinds__c", "parent__c", "owner__c",
            "home__latitude__s", "rate__c", "gross__c", "secret__c", "systemmodstamp", "isdeleted", "sfid",
        ], ignoreOrder: true);
        mapped.Columns[^1].ShouldBe("sfid");
    }

    [Fact]
    public void A_star_takes_an_object_of_a_thousand_fields()
    {
        var fields = Enumerable.Range(0, 1_000).Select(at => SampleObjects.Field($"F{at}__c", FieldType.String, 40));
        var wide = SampleObjects.Describe("Widget__c", [.. SampleObjects.Widget.Fields, .. fields]);

        MappedObjectBuilder.Build(Ask(Mapping.AllFields), wide, SampleObjects.Context(), []).ShouldNotBeNull()
            .Columns.Count(name => name.StartsWith('f')).ShouldBe(1_000);
    }

    [Fact]
    public void An_encrypted_field_is_marked_as_masked()
    {
        var mapped = SampleObjects.Map(null, "Name", "Secret__c");

        mapped.Fields.Where(field => field.ArrivesMasked).Select(field => field.Column.Name).ShouldBe(["secret__c"]);
    }

    [Theory]
    [InlineData("Parent__r__Code__c", "parent__r__code__c")]
    [InlineData("parent__c__CODE__c", "parent__c__code__c")]
    public void A_relationship_external_id_has_the_column_of_its_name_and_the_parents_type(string name, string column)
    {
        var parent = SampleObjects.Describe("Parent", SampleObjects.Field("Code__c", FieldType.String, 20) with { IsExternalId = true });

        var mapped = MappedObjectBuilder.Build(
            Ask("Name", name) with { Indexes = new Dictionary<string, bool> { [name] = false } },
            SampleObjects.Widget,
            SampleObjects.Context(parents: parent),
            []).ShouldNotBeNull();

        mapped.SelectList.ShouldBe("Name,Parent__r.Code__c,SystemModstamp,IsDeleted,Id");
        mapped.Table.Columns[1].ShouldBe(new ColumnDefinition(column, new ColumnType(ColumnKind.Varchar, 20)));
        mapped.Table.Indexes.ShouldContain(new IndexDefinition(column, false));
    }

    [Fact]
    public void A_relationship_external_id_of_a_standard_lookup_needs_no_mapped_lookup()
    {
        var contact = SampleObjects.Describe(
            "Contact",
            SampleObjects.Field("Id", FieldType.Id, 18),
            SampleObjects.Field("SystemModstamp", FieldType.DateTime),
            SampleObjects.Field("AccountId", FieldType.Reference, 18) with { RelationshipName = "Account", ReferenceTo = ["Account"] });
        var account = SampleObjects.Describe(
            "Account",
            SampleObjects.Field("Number__c", FieldType.Double) with { IsExternalId = true, IsIdLookup = true, Precision = 18 });
        var mapping = new Mapping { ObjectName = "Contact", Access = MappingAccess.ReadOnly, Fields = ["account__number__c"] };

        var mapped = MappedObjectBuilder.Build(mapping, contact, SampleObjects.Context(parents: account), []).ShouldNotBeNull();

        mapped.Table.Columns[0].ShouldBe(new ColumnDefinition("account__number__c", new ColumnType(ColumnKind.Double)));
        mapped.SelectList.ShouldBe("Account.Number__c,SystemModstamp,Id");
    }

    [Theory]
    [InlineData(
        "Owner__r__Name",
        "Widget__c.Owner__r__Name: Owner__c may point to Group, User; a relationship external id needs a lookup with one target.")]
    [InlineData(
        "Parent__r__Nope__c",
        "Widget__c.Parent__r__Nope__c: the object Parent has no field Nope__c, or the integration user may not see it.")]
    [InlineData("Parent__r__Label__c", "Widget__c.Parent__r__Label__c: Parent.Label__c is not an external id.")]
    public void A_relationship_that_leads_to_no_external_id_is_refused(string name, string sentence)
    {
        var problems = new List<string>();
        var parent = SampleObjects.Describe("Parent", SampleObjects.Field("Label__c", FieldType.String, 20));

        MappedObjectBuilder.Build(Ask(name), SampleObjects.Widget, SampleObjects.Context(parents: parent), problems).ShouldBeNull();

        problems.ShouldBe([sentence]);
    }

    [Theory]
    [InlineData("LastModifiedDate", "CreatedDate")]
    [InlineData("CreatedDate", "Name")]
    public void An_object_without_SystemModstamp_is_followed_by_the_next_best_stamp(string cursor, string other)
    {
        var history = SampleObjects.Describe(
            "AccountHistory",
            SampleObjects.Field("Id", FieldType.Id, 18),
            SampleObjects.Field(other, FieldType.DateTime),
            SampleObjects.Field(cursor, FieldType.DateTime));
        var mapping = new Mapping { ObjectName = "AccountHistory", Access = MappingAccess.ReadOnly, Fields = ["Id"] };

        var mapped = MappedObjectBuilder.Build(mapping, history, SampleObjects.Context(), []).ShouldNotBeNull();

        mapped.CursorField.ShouldBe(cursor);
        mapped.Columns.ShouldBe([cursor.ToLowerInvariant(), "sfid"]);
        mapped.Table.Indexes.ShouldBe([new("sfid", true), new(cursor.ToLowerInvariant(), false)]);
    }

    [Theory]
    [InlineData("Help__kav", true, "publish status")]
    [InlineData("KnowledgeArticleVersion", true, "publish status")]
    [InlineData("Reading__b", true, "big objects")]
    [InlineData("Shipped__e", true, "platform events")]
    [InlineData("AccountChangeEvent", true, "change events")]
    [InlineData("Order__x", true, "external objects")]
    [InlineData("Hidden__c", false, "does not let this object be queried")]
    public void Refuses_what_is_no_table_with_the_reason(string name, bool isQueryable, string words)
    {
        var problems = new List<string>();
        var description = SampleObjects.Widget with { Name = name, IsQueryable = isQueryable };

        MappedObjectBuilder.Build(Ask("Name") with { ObjectName = name }, description, SampleObjects.Context(), problems).ShouldBeNull();

        problems.ShouldHaveSingleItem().ShouldStartWith($"{name}: ");
        problems[0].ShouldContain(words);
    }

    private static Mapping Ask(params string[] fields) =>
        new() { ObjectName = "Widget__c", Access = MappingAccess.ReadOnly, Fields = fields };
}
