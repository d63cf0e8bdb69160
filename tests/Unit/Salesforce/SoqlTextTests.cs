using Shouldly;
using Tandem.Salesforce.Soql;
using Xunit;

namespace Tandem.Tests.Unit.Salesforce;

/// <summary>Quoting. Source: salesforce-api.md, section 4 (literals).</summary>
public sealed class SoqlTextTests
{
    [Theory]
    [InlineData("", "''")]
    [InlineData("plain", "'plain'")]
    [InlineData("O'Brien", @"'O\'Brien'")]
    [InlineData(@"back\slash", @"'back\\slash'")]
    [InlineData("a\"b", "'a\\\"b'")]
    [InlineData("1\n2\r3\t4\b5\f6", @"'1\n2\r3\t4\b5\f6'")]
    [InlineData("\u0001", @"'\u0001'")]
    [InlineData("ünï 漢 😀", "'ünï 漢 😀'")]
    [InlineData(@"\' OR Name != '", @"'\\\' OR Name != \''")]
    public void Escapes_what_would_end_or_change_a_literal(string value, string expected) => SoqlText.Literal(value).ShouldBe(expected);

    [Fact]
    public void Writes_datetimes_in_utc_and_dates_as_they_are()
    {
        SoqlText.DateTime(new DateTimeOffset(2026, 1, 31, 1, 30, 0, 5, TimeSpan.FromHours(2))).ShouldBe("2026-01-30T23:30:00.005Z");
        SoqlText.Date(new DateOnly(2026, 1, 31)).ShouldBe("2026-01-31");
    }

    [Theory]
    [InlineData("Account")]
    [InlineData("My_Obj__c")]
    [InlineData("Parent__r.Owner.Name")]
    public void Lets_names_pass(string name) => SoqlText.Identifier(name).ShouldBe(name);

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("A..B")]
    [InlineData("A.")]
    [InlineData("1A")]
    [InlineData("A B")]
    [InlineData("A'")]
    [InlineData("A-B")]
    [InlineData("É")]
    public void Refuses_what_cannot_be_a_name(string name) => Should.Throw<ArgumentException>(() => SoqlText.Identifier(name));
}
