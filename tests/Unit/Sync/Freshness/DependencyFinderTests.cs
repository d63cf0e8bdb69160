using Shouldly;
using Tandem.Salesforce.Describe;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Freshness;

/// <summary>What a formula's value hangs on, followed through other formulas: salesforce-api.md, sections 2.2 and 10.</summary>
public sealed class DependencyFinderTests
{
    [Theory]
    [InlineData("Subject & 'x'", "")]
    [InlineData("Account.Name", "Account")]
    [InlineData("account.NAME", "Account")]
    [InlineData("Account.Owner.Manager.Alias", "Account Account.Owner Account.Owner.Manager")]
    [InlineData("Account.Owner_Alias__c", "Account Account.Owner")]
    [InlineData("Other__c & Subject", "Account")]
    [InlineData("Owner:User.Alias", "Owner:User")]
    [InlineData("Owner:User.Manager.Alias", "Owner:User Owner:User.Manager")]
    [InlineData("Account.Id", "")]
    [InlineData("Account.Owner.Id", "Account")]
    [InlineData("Account.Total__c", "Account")]
    public async Task Every_parent_on_the_way_counts(string formula, string parents)
    {
        var found = await SampleParents.FindAsync(formula);
        string.Join(' ', found.Parents.Select(path => path.Name)).ShouldBe(parents);
        found.Unknowns.ShouldBeEmpty();
        found.IsSteady.ShouldBe(parents.Length == 0);
    }

    [Theory]
    [InlineData("TODAY() > Account.SystemModstamp", true, false)]
    [InlineData("Account.Age__c", true, false)]
    [InlineData("now() - 1", false, true)]
    [InlineData("HOUR(TIMENOW()) + DAY(Today())", true, true)]
    public async Task The_calendar_is_noticed_through_other_formulas_too(string formula, bool usesDay, bool usesMoment)
    {
        var found = await SampleParents.FindAsync(formula);
        (found.UsesDay, found.UsesMoment).ShouldBe((usesDay, usesMoment));
        found.Unknowns.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("$User.Id", "$User.Id")]
    [InlineData("$Setup.R__c.V__c * 2", "$Setup.R__c.V__c")]
    [InlineData("CURRENCYRATE('EUR')", "the function CURRENCYRATE")]
    [InlineData("Secret__r.Name", "Secret__c, whose changes the integration user cannot ask for")]
    [InlineData("Bare__r.Id", "NoStamp__c, whose changes the integration user cannot ask for")]
    [InlineData("Nowhere__r.Name", "the relationship Nowhere__r of Case, which the integration user may not see")]
    [InlineData("Owner.Alias", "the relationship Owner of Case, which leads to several objects")]
    [InlineData("Account.Nope__c", "Account.Nope__c, which the integration user may not see")]
    [InlineData("'open", "the formula of Case.F__c, whose text does not end as it should")]
    [InlineData("F__c", "Case.F__c through more than 10 formulas")]
    [InlineData("Account.Loop__c", "Account.Loop__c through more than 10 formulas")]
    public async Task What_cannot_be_followed_is_named(string formula, string unknown)
    {
        var found = await SampleParents.FindAsync(formula);
        found.Unknowns.ShouldBe([unknown]);
        found.IsSteady.ShouldBeFalse();
    }

    [Fact]
    public async Task The_origin_of_the_calendar_is_no_source_of_change() =>
        (await SampleParents.FindAsync("$System.OriginDateTime")).IsSteady.ShouldBeTrue();

    [Fact]
    public async Task Without_a_formula_text_only_a_master_can_have_a_roll_up()
    {
        var hidden = await SampleParents.FindAsync(null, FieldType.Currency);
        hidden.IsRollUp.ShouldBeFalse();
        hidden.Unknowns.ShouldBe(["the formula of Case.F__c, which the org does not show to the integration user"]);
    }

    [Fact]
    public async Task A_change_of_any_formula_on_the_way_changes_what_was_read()
    {
        var found = await SampleParents.FindAsync("Account.Owner_Alias__c & Other__c");
        found.Formulas.ShouldBe(
            ["Account.Owner_Alias__c = Owner.Alias", "Case.F__c = Account.Owner_Alias__c & Other__c", "Case.Other__c = Account.Name"]);
    }
}
