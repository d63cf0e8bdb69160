using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Tandem.Sync.Freshness;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Freshness;

/// <summary>The references in the text of formulas: describe's <c>calculatedFormula</c>, salesforce-api.md, section 2.2.</summary>
public sealed class FormulaTextTests
{
    private static readonly string[] Fields =
        ["Name", "Amount__c", "Account.Name", "Account.Owner.Name", "Parent__r.Grand__r.F__c", "Owner:User.Alias", "true__c", "A1__c"];

    private static readonly string[] Functions = ["IF", "TODAY", "now", "TEXT", "CONTAINS", "VLOOKUP"];

    private static readonly string[] Globals = ["$User.Id", "$Setup.Rates__c.Vat__c", "$Label.Hello", "$System.OriginDateTime"];

    private static readonly string[] Noise =
    [
        "'it\\'s Account.Name'", "\"a \\\" Name \\\\\"", "/* Account.Name ( 'x */", "12.5", "1e5", "TRUE", "null", "+", " && ", "\n\t",
        "<>", ",", "''", "/", "*", "'/* no comment '", "/**/",
    ];

    [Theory]
    [InlineData("Account.Name & ' ' & Owner.Name", "Account.Name Owner.Name", "", "")]
    [InlineData("IF ( /* x */ ISBLANK(Due__c), 0, TODAY() - Due__c)", "Due__c", "IF ISBLANK TODAY", "")]
    [InlineData("$Setup.Rates__c.Vat__c * Amount__c", "Amount__c", "", "$Setup.Rates__c.Vat__c")]
    [InlineData("Owner:User.Alias", "Owner:User.Alias", "", "")]
    [InlineData("CASE(Type, 'Account.Name', 1, \"it's\", 2.5, 0)", "Type", "CASE", "")]
    [InlineData("a.b.c.d.e__c = B.c", "a.b.c.d.e__c B.c", "", "")]
    [InlineData("A__c = a__C", "A__c", "", "")]
    [InlineData("", "", "", "")]
    public void References_are_told_from_everything_else(string text, string fields, string functions, string globals)
    {
        var found = FormulaText.Read(text);
        found.IsReadable.ShouldBeTrue();
        string.Join(' ', found.Fields).ShouldBe(fields);
        string.Join(' ', found.Functions).ShouldBe(functions);
        string.Join(' ', found.Globals).ShouldBe(globals);
    }

    [Theory]
    [InlineData("'open")]
    [InlineData("Name & \"ends with \\\"")]
    [InlineData("Name /* for ever")]
    public void A_text_that_breaks_off_is_not_trusted(string text) => FormulaText.Read(text).IsReadable.ShouldBeFalse();

    [Fact]
    public void The_references_found_are_those_that_were_put_in()
    {
        var part = Gen.OneOf(
            Gen.Elements(Fields).Select(text => ('f', text)),
            Gen.Elements(Functions).Select(text => ('c', text)),
            Gen.Elements(Globals).Select(text => ('g', text)),
            Gen.Elements(Noise).Select(text => ('n', text)));
        var blank = Gen.Elements(" ", "\r\n", " /* Name */ ", "\t");
        var parts = part.Zip(blank, (one, gap) => (Kind: one.Item1, Text: one.Item2, Gap: gap)).ListOf();
        Prop.ForAll(parts.ToArbitrary(), list =>
        {
            var text = new StringBuilder();
            foreach (var (kind, piece, gap) in list)
                text.Append(gap).Append(piece).Append(kind == 'c' ? gap + "(" : "").Append(kind is 'f' or 'g' or 'n' ? gap + ";" : "");
            var found = FormulaText.Read(text.ToString());
            return found.IsReadable
                && found.Fields.SetEquals(list.Where(one => one.Kind == 'f').Select(one => one.Text))
                && found.Functions.SetEquals(list.Where(one => one.Kind == 'c').Select(one => one.Text))
                && found.Globals.SetEquals(list.Where(one => one.Kind == 'g').Select(one => one.Text));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_text_at_all_is_read_to_its_end() =>
        Prop.ForAll<NonNull<string>>(
                text => FormulaText.Read(text.Get).Fields.All(field => text.Get.Contains(field, StringComparison.Ordinal)))
            .QuickCheckThrowOnFailure();
}
