using Shouldly;
using Tandem.Postgres.Conflicts;
using Tandem.Sync.Catalog;
using Tandem.Sync.Schema;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Schema;

/// <summary>heroku-connect.md, section 9, "Conflict order": which columns can be in conflict, and who wins them.</summary>
public sealed class FieldConflictsTests
{
    private static readonly Mapping Widgets = new()
    {
        ObjectName = "Widget__c",
        Access = MappingAccess.ReadWrite,
        Fields = ["Name", "Amount__c", "At__c", "Gross__c", "Parent__c", "Kinds__c"],
        UpsertField = "Ext__c",
        Conflicts = ConflictPolicy.Newest,
        ConflictFields = new Dictionary<string, ConflictPolicy>(StringComparer.OrdinalIgnoreCase)
        {
            ["amount__c"] = ConflictPolicy.Salesforce,
        },
    };

    [Fact]
    public void Fields_that_can_be_sent_have_the_policy_of_the_mapping_or_their_own()
    {
        var rules = RulesOf(Widgets);

        rules.Columns.Keys.ShouldBe(["ext__c", "name", "amount__c", "at__c", "gross__c", "parent__c", "kinds__c"], ignoreOrder: true);
        rules.Columns["name"].Policy.ShouldBe(ConflictPolicy.Newest);
        rules.Columns["amount__c"].Policy.ShouldBe(ConflictPolicy.Salesforce);
        rules.Columns.Where(rule => rule.Value.IsIdentifier).ShouldHaveSingleItem().Key.ShouldBe("ext__c");
        rules.YieldsToDeletion.ShouldBeFalse();
        RulesOf(Widgets with { Conflicts = ConflictPolicy.Salesforce }).YieldsToDeletion.ShouldBeTrue();
        RulesOf(Widgets with { Conflicts = ConflictPolicy.Salesforce, Filter = "Name != 'x'" }).YieldsToDeletion.ShouldBeFalse();
    }

    [Theory]
    [InlineData("name", " a ", "a")]
    [InlineData("name", "", null)]
    [InlineData("name", "a\r\nb", "a\nb")]
    [InlineData("amount__c", "1.2345", "1.23")]
    [InlineData("amount__c", "1e2", "100")]
    [InlineData("at__c", "2026-05-01 10:00:00.7", "2026-05-01 10:00:00")]
    [InlineData("parent__c", "001000000000001", "001000000000001AAA")]
    public void What_salesforce_stores_alike_is_the_same(string column, string sent, string? stored)
    {
        var rule = RulesOf(Widgets).Columns[column];

        rule.Spell(sent).ShouldBe(rule.Spell(stored));
        rule.Spell(sent).ShouldNotBe(rule.Spell("another"));
    }

    [Fact]
    public void A_field_that_is_not_mapped_cannot_have_a_policy()
    {
        var problems = new List<string>();
        var mapping = Widgets with { Fields = ["Name"], Access = MappingAccess.ReadOnly };

        MappedObjectBuilder.Build(mapping, SampleObjects.Widget, SampleObjects.Context(), problems).ShouldBeNull();

        problems.ShouldHaveSingleItem().ShouldBe(
            "Widget__c.amount__c: conflict_columns names this field, but the mapping does not map it.");
    }

    private static ConflictRules RulesOf(Mapping mapping) =>
        MappedObjectBuilder.Build(mapping, SampleObjects.Widget, SampleObjects.Context(), []).ShouldNotBeNull()
            .Merger.Rules.ShouldNotBeNull();
}
