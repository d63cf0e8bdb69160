using Shouldly;
using Xunit;

namespace Tandem.Tests.Unit.Simulator.Soql;

/// <summary>What statements find. Source: salesforce-api.md, section 4.</summary>
public sealed class BoundQueryTests
{
    [Theory]
    [InlineData("Name = 'ALPHA'", "Alpha")]
    [InlineData("Name != 'alpha'", "beta,50% off_")]
    [InlineData("Key__c = 'k1'", "Alpha")]
    [InlineData("Key__c IN ('K1', 'K2')", "beta")]
    [InlineData("Key__c NOT IN ('K1')", "Alpha,50% off_")]
    [InlineData("Key__c IN ('K1', null)", "beta,50% off_")]
    [InlineData("Rating = ''", "50% off_")]
    [InlineData("Rating != null", "Alpha,beta")]
    [InlineData("Name LIKE 'ALP%'", "Alpha")]
    [InlineData("Name LIKE '_eta'", "beta")]
    [InlineData("Name LIKE '%\\%%\\_'", "50% off_")]
    [InlineData("NOT Name LIKE '%a'", "50% off_")]
    [InlineData("Employees__c < 20", "Alpha")]
    [InlineData("Employees__c >= 10 AND Employees__c <= 20", "Alpha,beta")]
    [InlineData("Revenue__c <> 1.50", "beta,50% off_")]
    [InlineData("Revenue__c IN (1.5, 7)", "Alpha")]
    [InlineData("Founded__c = TODAY", "Alpha")]
    [InlineData("Founded__c < THIS_MONTH", "beta")]
    [InlineData("Founded__c = 2025-12-31", "beta")]
    [InlineData("SystemModstamp = YESTERDAY", "Alpha")]
    [InlineData("SystemModstamp > YESTERDAY", "beta,50% off_")]
    [InlineData("SystemModstamp = LAST_N_DAYS:1", "Alpha,beta,50% off_")]
    [InlineData("SystemModstamp = N_DAYS_AGO:1", "Alpha")]
    [InlineData("SystemModstamp >= 2026-01-31T02:00:00+02:00", "beta,50% off_")]
    [InlineData("SystemModstamp > 2026-01-31T00:00:00.000Z", "50% off_")]
    [InlineData("Tags__c INCLUDES ('b;a', 'z')", "Alpha")]
    [InlineData("Tags__c EXCLUDES ('a')", "beta,50% off_")]
    [InlineData("Tags__c = 'B;A'", "Alpha")]
    [InlineData("Id = '001S00000000001'", "Alpha")]
    [InlineData("Id > '001S00000000001' AND Name != 'beta'", "50% off_")]
    [InlineData("(Name = 'beta' OR Name = 'alpha') AND Employees__c = 20", "beta")]
    [InlineData("NOT (Name = 'beta' OR Name = 'alpha')", "50% off_")]
    [InlineData("Owner.Name = 'queue'", "beta")]
    [InlineData("Owner.Name != 'queue'", "Alpha,50% off_")]
    [InlineData("IsDeleted = false", "Alpha,beta,50% off_")]
    [InlineData("IsDeleted = true", "")]
    public void Finds_what_the_condition_says(string where, string names) =>
        Names($"SELECT Name FROM Account WHERE {where}").ShouldBe(names);

    [Theory]
    [InlineData("ORDER BY Name", "50% off_,Alpha,beta")]
    [InlineData("ORDER BY Name DESC LIMIT 2", "beta,Alpha")]
    [InlineData("ORDER BY Rating", "50% off_,beta,Alpha")]
    [InlineData("ORDER BY Rating DESC NULLS LAST", "Alpha,beta,50% off_")]
    [InlineData("ORDER BY Employees__c DESC", "50% off_,beta,Alpha")]
    [InlineData("ORDER BY Founded__c NULLS LAST, Id", "beta,Alpha,50% off_")]
    [InlineData("ORDER BY Revenue__c DESC NULLS LAST", "beta,Alpha,50% off_")]
    [InlineData("ORDER BY SystemModstamp, Id LIMIT 1 OFFSET 1", "beta")]
    [InlineData("ORDER BY Owner.Name", "50% off_,Alpha,beta")]
    [InlineData("LIMIT 0", "")]
    [InlineData("OFFSET 2", "50% off_")]
    public void Orders_and_cuts(string tail, string names) =>
        Names($"SELECT Name FROM Account {tail}").ShouldBe(names);

    [Fact]
    public void Leaves_the_recycle_bin_out_unless_asked()
    {
        SampleOrg.Run("SELECT Id FROM Account").TotalSize.ShouldBe(3);
        SampleOrg.Run("SELECT Id FROM Account", includeDeleted: true).TotalSize.ShouldBe(4);
        SampleOrg.Run("SELECT Id FROM Account WHERE Id = '001S00000000004'").TotalSize.ShouldBe(0);
    }

    [Fact]
    public void Counts_without_rows()
    {
        var result = SampleOrg.Run("SELECT COUNT() FROM Account WHERE Employees__c != null");
        result.TotalSize.ShouldBe(2);
        result.Rows.ShouldBeEmpty();
    }

    [Fact]
    public void Aggregates_over_all_rows_and_skips_nulls()
    {
        var result = SampleOrg.Run(
            "SELECT COUNT(Employees__c), MAX(Name) latest, SUM(Revenue__c), AVG(Employees__c), MIN(Founded__c) FROM Account");
        result.Rows.ShouldHaveSingleItem().Values.ShouldBe([2, "beta", 21.5m, 15m, new DateOnly(2025, 12, 31)]);
        result.Shape.Members.Select(member => member.Name.Value).ShouldBe(["expr0", "latest", "expr1", "expr2", "expr3"]);
    }

    [Fact]
    public void Follows_paths_through_alias_and_parents()
    {
        var result = SampleOrg.Run("SELECT c.LastName, c.Account.Owner.Name FROM Contact c WHERE c.Account.Name = 'alpha'");
        var row = result.Rows.ShouldHaveSingleItem();
        row.Parents.ShouldNotBeNull().ShouldContain(parent => parent != null && (string?)parent[1] == "Ada");
    }

    [Fact]
    public void Expands_the_fields_function_in_order()
    {
        SampleOrg.Run("SELECT FIELDS(STANDARD) FROM Account").Shape.Members.Select(member => member.Name.Value)
            .ShouldBe(["Id", "Name", "IsDeleted", "SystemModstamp", "Rating", "Description", "OwnerId"]);
        SampleOrg.Run("SELECT Id, FIELDS(CUSTOM) FROM Account LIMIT 200").Shape.Members.Count.ShouldBe(6);
    }

    private static string Names(string statement) =>
        string.Join(',', SampleOrg.Run(statement).Rows.Select(row => (string?)row.Values[1]));
}
