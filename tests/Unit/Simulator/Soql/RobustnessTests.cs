using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Soql;
using Xunit;

namespace Tandem.Tests.Unit.Simulator.Soql;

/// <summary>Whatever text comes, a query answers or is refused with an error of SOQL. Source: salesforce-api.md, section 4.</summary>
public sealed class RobustnessTests
{
    private static readonly Gen<string> Word = Gen.Elements(
        "SELECT", "FROM", "WHERE", "AND", "OR", "NOT", "IN", "LIKE", "GROUP", "BY", "ROLLUP", "CUBE", "HAVING", "ORDER", "LIMIT", "OFFSET",
        "NULLS", "FIRST", "USING", "SCOPE", "mine", "WITH", "SECURITY_ENFORCED", "FOR", "VIEW", "ALL", "ROWS", "TYPEOF", "WHEN", "THEN",
        "ELSE", "END", "INCLUDES", "COUNT", "COUNT()", "FIELDS", "CUSTOM", "toLabel", "FORMAT", "DISTANCE", "GEOLOCATION", "CALENDAR_YEAR",
        "convertTimezone", "GROUPING", "AVG", "MAX", "Id", "Name", "Owner", "Owner.Type", "Account", "Contact", "Contacts", "AccountId",
        "Tags__c", "Revenue__c", "SystemModstamp", "Founded__c", "Employees__c", "TODAY", "LAST_N_YEARS:99999", "N_DAYS_AGO:3", "null",
        "true", "'a'", "''", "'%_\\%'", "'\\", "'\\u12", "5", "-1.5", "1e400", "2026-01-31", "2026-01-31T10:00:00Z", "10:00:00Z", "(", ")",
        ",", ".", ":", "=", "!=", "<", ">=", "#", "\u0000", "é", "\ud800", "\n");

    private static readonly Gen<string> Value = Gen.Elements(
        "Id", "Name", "Owner.Name", "Owner.Type", "Rating", "Revenue__c", "Tags__c", "AccountId", "Key__c", "Description",
        "toLabel(Rating)", "FORMAT(Revenue__c)", "FORMAT(Owner.Type)", "CALENDAR_MONTH(Founded__c)", "DAY_ONLY(SystemModstamp)",
        "COUNT(Id)", "COUNT_DISTINCT(Rating)", "SUM(Revenue__c)", "FORMAT(MAX(Founded__c))", "GROUPING(Rating)", "MIN(Id)");

    [Fact]
    public void Words_in_any_order_are_answered_or_refused()
    {
        var statement = Word.ListOf().Select(words => string.Join(' ', words));
        var afterSelect = Word.ListOf().Select(words => "SELECT Id FROM Account WHERE " + string.Join(' ', words));
        Prop.ForAll(Gen.OneOf(statement, afterSelect).ToArbitrary(), IsAnsweredOrRefused).Check(Seeded(2000));
    }

    [Fact]
    public void Any_text_is_answered_or_refused() =>
        Prop.ForAll(ArbMap.Default.GeneratorFor<string>().ToArbitrary(), text => IsAnsweredOrRefused(text ?? "")).Check(Seeded(1000));

    [Fact]
    public void Well_formed_statements_are_answered_or_refused()
    {
        var list = Value.ListOf().Select(values => values.Count == 0 ? "Id" : string.Join(", ", values));
        var condition = from value in Value
                        from comparison in Gen.Elements("=", "!=", "<", ">=", "LIKE", "IN", "NOT IN", "INCLUDES")
                        from literal in Gen.Elements("'a'", "''", "null", "5", "TODAY", "LAST_N_WEEKS:2", "true", "2026-01-31", "'001'")
                        select comparison.EndsWith('N') || comparison == "INCLUDES"
                            ? $"{value} {comparison} ({literal}, {literal})" : $"{value} {comparison} {literal}";
        var statement = from shown in list
                        from source in Gen.Elements("Account", "Contact", "User", "Account a, a.Owner o")
                        from filter in Gen.OneOf(Gen.Constant(""), condition.Select(text => " WHERE " + text))
                        from grouping in Gen.OneOf(Gen.Constant(""), list.Select(text => " GROUP BY " + text),
                            list.Select(text => $" GROUP BY CUBE({text})"))
                        from having in Gen.OneOf(Gen.Constant(""), condition.Select(text => " HAVING " + text))
                        from order in Gen.OneOf(Gen.Constant(""), list.Select(text => " ORDER BY " + text))
                        from limit in Gen.Elements("", " LIMIT 1", " LIMIT 2 OFFSET 1")
                        select $"SELECT {shown} FROM {source}{filter}{grouping}{(grouping.Length > 0 ? having : "")}{order}{limit}";
        Prop.ForAll(statement.ToArbitrary(), IsAnsweredOrRefused).Check(Seeded(3000));
    }

    [Theory]
    [InlineData("SELECT Id FROM Account WHERE ", "(")]
    [InlineData("SELECT Id FROM Account WHERE ", "NOT ")]
    [InlineData("SELECT ", "FORMAT(")]
    [InlineData("SELECT ", "(SELECT ")]
    [InlineData("SELECT Id FROM Account WHERE ", "Id IN (SELECT Id FROM Account WHERE ")]
    public void Deep_nesting_is_refused(string start, string repeated) =>
        Should.Throw<ApiException>(() => SampleOrg.Run(start + string.Concat(Enumerable.Repeat(repeated, 60_000 / repeated.Length))))
            .ErrorCode.ShouldBe("QUERY_TOO_COMPLICATED");

    [Fact]
    public void A_pattern_of_many_wildcards_is_tried_in_good_time()
    {
        var pattern = string.Concat(Enumerable.Repeat("%a", 1900));
        new LikePattern(pattern, isCaseSensitive: false).Matches(new string('a', 30_000) + "b").ShouldBeFalse();
    }

    private static bool IsAnsweredOrRefused(string statement)
    {
        try
        {
            QueryBinder.Bind(SoqlParser.Parse(statement), SampleOrg.Create(), UserAccess.Full).Run(includeDeleted: true);
            return true;
        }
        catch (ApiException error)
        {
            return error.Status == 400;
        }
    }

    private static Config Seeded(int tests) =>
        Config.QuickThrowOnFailure.WithMaxTest(tests).WithReplay(20_260_131, 41).WithEndSize(40);
}
