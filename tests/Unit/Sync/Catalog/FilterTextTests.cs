using Shouldly;
using Tandem.Sync.Catalog;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Catalog;

/// <summary>salesforce-api.md, section 4: what a condition is made of.</summary>
public sealed class FilterTextTests
{
    [Theory]
    [InlineData("Industry = 'Energy'")]
    [InlineData("(A__c = 1 OR B__c = null) AND NOT (Name LIKE 'Order by%; -- /* ) \\' (' )")]
    [InlineData("CreatedDate = LAST_N_DAYS:30 AND Amount > -5.5")]
    [InlineData("Id IN (SELECT AccountId FROM Contact WHERE Email != null)")]
    [InlineData("Order.Name = 'x' AND Limit__c > 3")]
    [InlineData("Kinds__c INCLUDES ('a;b','c') AND At__c > 2026-01-31T10:00:00+02:00")]
    public void Lets_a_condition_pass(string filter) => FilterText.FindProblem(filter).ShouldBeNull();

    [Theory]
    [InlineData(" ", "an empty text")]
    [InlineData("Name = 'x", "position 8 has no closing quote")]
    [InlineData("Name = 'x\\'", "has no closing quote")]
    [InlineData("Name = 'x') OR (Name != 'x'", "parenthesis at position 11 closes none")]
    [InlineData("(Name = 'x'", "without its closing one")]
    [InlineData("Name = 'x' ORDER BY Name", "found ORDER at position 12")]
    [InlineData("Name = 'x' limit 1", "found LIMIT at position 12")]
    [InlineData("WHERE Name = 'x'", "found WHERE at position 1")]
    [InlineData("Name = 'x' WITH SECURITY_ENFORCED", "found WITH")]
    [InlineData("Name = 'x' -- more", "a comment begins at position 12")]
    [InlineData("Name = 'x' /* more */", "a comment begins at position 12")]
    [InlineData("Name = 'x';", "the character ; at position 11")]
    [InlineData("Name = :name \\ ", "has no place in a condition")]
    public void Refuses_what_is_more_or_less_than_a_condition(string filter, string expected) =>
        FilterText.FindProblem(filter).ShouldNotBeNull().ShouldContain(expected);
}
