using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Tandem.Simulator.Soql;
using Xunit;

namespace Tandem.Tests.Unit.Simulator.Soql;

/// <summary>The parser on made-up statements. Source: salesforce-api.md, section 4.</summary>
public sealed class SoqlParserTests
{
    [Fact]
    public void Reads_back_what_is_printed()
    {
        var literal = Gen.Elements("'a'", "'it\\'s'", "null", "true", "1.5", "2026-01-31", "2026-01-31T10:00:00Z", "LAST_N_DAYS:3");
        var path = Gen.Elements("Name", "Account.Name", "A__r.B__r.C__c");
        var comparison = from field in path
                         from value in literal
                         from form in Gen.Elements("{0} = {1}", "{0} IN ({1}, 'z')", "{0} LIKE '%x'")
                         select string.Format(System.Globalization.CultureInfo.InvariantCulture, form, field, value);
        var condition = Gen.Sized(size => Tree(comparison, Math.Min(size, 4)));
        var statement = from field in path
                        from filter in condition
                        from sorting in Gen.Elements("", " ORDER BY Name DESC NULLS LAST, Id ASC NULLS FIRST")
                        from limit in Gen.Elements("", " LIMIT 10", " LIMIT 10 OFFSET 5")
                        select $"SELECT Id, {field} FROM Thing WHERE {filter}{sorting}{limit}";

        Prop.ForAll(
            statement.ToArbitrary(), text => SoqlPrinter.Print(SoqlParser.Parse(text)).Equals(text, StringComparison.Ordinal))
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Takes_keywords_in_any_letter_case_and_space()
    {
        var query = SoqlParser.Parse("select id\r\n from\tAccount where not name like 'x' order by name desc nulls last limit 3 offset 2");
        query.Where.ShouldBeOfType<NegatedCondition>();
        query.OrderBy.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            item => item.IsDescending.ShouldBeTrue(), item => item.AreNullsLast.ShouldBeTrue());
        (query.Limit, query.Offset).ShouldBe((3, 2));
    }

    [Theory]
    [InlineData("a\\'b", "a'b")]
    [InlineData("\\\\n", "\\n")]
    [InlineData("x\\ty\\r\\n", "x\ty\r\n")]
    [InlineData("\\u00e9", "é")]
    public void Resolves_escapes(string raw, string text)
    {
        StringLiteral.FindFault(raw).ShouldBeNull();
        StringLiteral.Unescape(raw).ShouldBe(text);
    }

    private static Gen<string> Tree(Gen<string> leaf, int depth)
    {
        if (depth == 0)
            return leaf;
        var smaller = Tree(leaf, depth - 1);
        return Gen.OneOf(
            leaf,
            smaller.Select(operand => $"NOT {operand}"),
            smaller.Two().Select(pair => $"({pair.Item1} AND {pair.Item2})"),
            smaller.Three().Select(triple => $"({triple.Item1} OR {triple.Item2} OR {triple.Item3})"));
    }
}
