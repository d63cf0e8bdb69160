using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Tandem.Simulator.Soql;
using Xunit;

namespace Tandem.Tests.Unit.Simulator.Soql;

/// <summary>LIKE against a regular expression that says the same. Source: salesforce-api.md, section 4.</summary>
public sealed class LikePatternTests
{
    [Fact]
    public void Matches_as_the_regular_expression_that_says_the_same()
    {
        var piece = Gen.Elements("a", "B", "%", "_", "\\%", "\\_", ".");
        var pattern = piece.ListOf().Select(string.Concat);
        var text = Gen.Elements('a', 'A', 'b', '%', '_', '.').ListOf().Select(characters => string.Concat(characters));
        Prop.ForAll(pattern.ToArbitrary(), text.ToArbitrary(), (raw, value) =>
            new LikePattern(raw, isCaseSensitive: false).Matches(value) == ToRegex(raw).IsMatch(value)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Respects_letter_case_where_the_field_does() => new LikePattern("a%", isCaseSensitive: true).Matches("Ab").ShouldBeFalse();

    [Fact]
    public void Gives_up_quickly_on_many_wildcards() =>
        new LikePattern(string.Concat(Enumerable.Repeat("%a", 50)) + "b", isCaseSensitive: false)
            .Matches(new string('a', 5000)).ShouldBeFalse();

    private static Regex ToRegex(string raw)
    {
        var pattern = Regex.Replace(raw, @"\\?.", piece => piece.Value switch
        {
            "%" => ".*",
            "_" => ".",
            "." => @"\.",
            var other => other.TrimStart('\\'),
        }, RegexOptions.None, TimeSpan.FromSeconds(1));
        return new Regex($"^(?:{pattern})$", RegexOptions.IgnoreCase | RegexOptions.Singleline, TimeSpan.FromSeconds(5));
    }
}
