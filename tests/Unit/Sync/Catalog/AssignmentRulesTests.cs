using Shouldly;
using Tandem.Sync.Catalog;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Catalog;

/// <summary>Off by default: heroku-connect.md, section 7. What can be asked for: salesforce-api.md, section 2.9.</summary>
public sealed class AssignmentRulesTests
{
    [Theory]
    [InlineData("off", "off")]
    [InlineData("on", "on")]
    [InlineData("Case=01Q000000000001", "Case=01Q000000000001EAA")]
    [InlineData("Lead=01Q000000000002EAA, Case = 01Q000000000001EAA", "Lead=01Q000000000002EAA,Case=01Q000000000001EAA")]
    public void Reads_what_it_writes(string text, string written)
    {
        AssignmentRules.TryParse(text, out var rules).ShouldBeTrue();
        rules.ToString().ShouldBe(written);
        AssignmentRules.TryParse(written, out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("yes")]
    [InlineData("ON")]
    [InlineData("01Q000000000001EAA")]
    [InlineData("Case")]
    [InlineData("Case=")]
    [InlineData("Case=500000000000001")]
    [InlineData("Case=01Q000000000001XXX")]
    [InlineData("Account=01Q000000000001EAA")]
    [InlineData("Case=01Q000000000001EAA,Case=01Q000000000002EAA")]
    [InlineData("on,Case=01Q000000000001EAA")]
    public void Refuses_what_no_write_can_ask_for(string text) => AssignmentRules.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Active_rules_keep_from_jobs_only_the_objects_that_have_some()
    {
        AssignmentRules.TryParse("Case=01Q000000000001EAA", out var named).ShouldBeTrue();
        string[] objects = ["Account", "Case", "Contact", "Lead"];

        objects.Where(AssignmentRules.On.NeedsCalls).ShouldBe(["Account", "Case", "Lead"]);
        objects.Where(AssignmentRules.Off.NeedsCalls).ShouldBeEmpty();
        objects.Where(named.NeedsCalls).ShouldBeEmpty();
        named.RuleOf("Case")?.Value.ShouldBe("01Q000000000001EAA");
        named.RuleOf("Lead").ShouldBeNull();
    }
}
