using System.Text.RegularExpressions;
using Shouldly;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Tests.Unit.Architecture;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Faults;

/// <summary>The list of failpoints is what the sources reach, and a planned kill names one of them.</summary>
public sealed partial class FailpointNamesTests
{
    [Fact]
    public void The_list_names_each_failpoint_of_the_sources_once()
    {
        var reached = Source.Files("src", ".cs").SelectMany(path => Reach().Matches(Source.Text(path)))
            .Select(match => match.Groups["name"].Value).ToList();
        FailpointNames.All.Order(StringComparer.Ordinal).ShouldBe(reached.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_failpoint_is_reached_by_a_name_that_stands_there() => Source.Files("src", ".cs")
        .SelectMany(path => Call().Matches(Source.Text(path)).Select(match => (path, match.Value)))
        .Where(call => !Reach().IsMatch(call.Value + "\")"))
        .ShouldBeEmpty();

    [Theory]
    [InlineData("load.done", 1)]
    [InlineData("push.sent:3", 3)]
    public void A_kill_is_planned_for_a_reach_of_a_failpoint(string text, int reach)
    {
        var kill = PlannedKill.Parse(text).ShouldNotBeNull();
        (kill.Name, kill.Reach).ShouldBe((text.Split(':')[0], reach));
    }

    [Theory]
    [InlineData("load.don", "there is no failpoint load.don;")]
    [InlineData("load.done:0", "a number from 1 must follow the colon; found 0.")]
    [InlineData("load.done:", "a number from 1 must follow the colon; found .")]
    public void A_kill_that_cannot_be_is_told(string text, string sentence) =>
        Should.Throw<ConfigurationException>(() => PlannedKill.Parse(text)).Message.ShouldContain(sentence);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Nothing_is_planned_without_a_name(string? text) => PlannedKill.Parse(text).ShouldBeNull();

    [GeneratedRegex(@"(Failpoints\.Reach|\bstep)\(""(?<name>[a-z.]+)""\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Reach();

    [GeneratedRegex(@"Failpoints\.Reach\(""?[a-z.]*", RegexOptions.ExplicitCapture)]
    private static partial Regex Call();
}
