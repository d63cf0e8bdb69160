using Shouldly;
using Tandem.Sync.Catalog;
using Tandem.Sync.Push;
using Tandem.Sync.Schema;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Push;

/// <summary>heroku-connect.md, section 5.3 (what the log holds); salesforce-api.md, section 8.2 (how a value is spelled).</summary>
public sealed class RecordPayloadTests
{
    private static readonly MappedObject Widget = SampleObjects.Map(
        "Ext__c", "Name", "Active__c", "Amount__c", "Count__c", "Day__c", "At__c", "Hour__c", "Notes__c");

    [Fact]
    public void Spells_every_kind_of_value_as_json()
    {
        var change = SampleChanges.Insert(
            1, ("name", "Zoë"), ("active__c", "t"), ("amount__c", "1234.5"), ("count__c", "7"), ("day__c", "2026-01-31"),
            ("at__c", "2026-01-31 10:00:00.5"), ("hour__c", "10:30:00"));

        RecordPayload.Build(Widget, change, WriteOperation.Create).ToJsonString().ShouldBe(
            """{"Name":"Zo\u00EB","Active__c":true,"Amount__c":1234.5,"Count__c":7,"Day__c":"2026-01-31","""
            + """ "At__c":"2026-01-31T10:00:00.500Z","Hour__c":"10:30:00.000Z"}""".TrimStart());
    }

    [Fact]
    public void An_insert_leaves_null_out_so_that_defaults_apply() =>
        RecordPayload.Build(Widget, SampleChanges.Insert(1, ("name", "A"), ("active__c", null)), WriteOperation.Create).Count.ShouldBe(1);

    [Fact]
    public void An_update_sends_null_which_clears_the_field() =>
        RecordPayload.Build(Widget, SampleChanges.Update(1, "a00000000000001AAA", ("notes__c", null)), WriteOperation.Update)
            .ToJsonString().ShouldBe("""{"Notes__c":null}""");

    [Fact]
    public void Never_sends_what_Salesforce_alone_keeps()
    {
        var change = SampleChanges.Update(
            1, "a00000000000001AAA", ("sfid", "x"), ("isdeleted", "f"), ("systemmodstamp", "2026-01-01 00:00:00"));
        RecordPayload.IsEmpty(Widget, change, WriteOperation.Update).ShouldBeTrue();
    }

    [Fact]
    public void Exact_columns_are_spelled_as_Salesforce_takes_them()
    {
        var mapping = new Mapping { ObjectName = "Widget__c", Access = MappingAccess.ReadWrite, Fields = ["Amount__c", "At__c"] };
        var mapped = MappedObjectBuilder.Build(mapping, SampleObjects.Widget, SampleObjects.Context(TypeProfile.Exact), [])
            .ShouldNotBeNull();
        var change = SampleChanges.Insert(1, ("amount__c", "1234567890123456.78"), ("at__c", "2026-01-31 12:00:00+02"));

        RecordPayload.Build(mapped, change, WriteOperation.Create).ToJsonString().ShouldBe(
            """{"Amount__c":1234567890123456.78,"At__c":"2026-01-31T10:00:00.000Z"}""");
    }

    [Fact]
    public void An_upsert_always_names_its_identifier()
    {
        var change = SampleChanges.Update(1, null, ("name", "B")) with { Old = new Dictionary<string, string?> { ["ext__c"] = "e-1" } };
        RecordPayload.Build(Widget, change, WriteOperation.Upsert).ToJsonString().ShouldBe("""{"Name":"B","Ext__c":"e-1"}""");
    }

    [Theory]
    [InlineData("amount__c", "NaN")]
    [InlineData("amount__c", "Infinity")]
    [InlineData("day__c", "infinity")]
    [InlineData("at__c", "infinity")]
    [InlineData("day__c", "0044-03-15 BC")]
    public void Refuses_what_Salesforce_cannot_hold_and_names_the_column(string column, string value) =>
        Should.Throw<FormatException>(() => RecordPayload.Build(Widget, SampleChanges.Insert(1, (column, value)), WriteOperation.Create))
            .Message.ShouldStartWith(column);
}
