using Shouldly;
using Tandem.Server.Access;
using Tandem.Sync.Catalog;
using Xunit;

namespace Tandem.Tests.Unit.Server;

/// <summary>Which passwords are refused, after NIST SP 800-63B: by length and by what is tried first, never by composition.</summary>
public sealed class PasswordRulesTests
{
    [Theory]
    [InlineData("twelve chars")]
    [InlineData("all lower case words are fine")]
    [InlineData("ünïcödé wörd")]
    [InlineData("1937 0482 5561")]
    [InlineData("adalovelace wrote the first one")]
    public void Long_passwords_are_taken_whatever_their_characters(string password) =>
        Should.NotThrow(() => PasswordRules.Check(password, "adalovelace", "ada@example.com"));

    [Theory]
    [InlineData("")]
    [InlineData("eleven char")]
    [InlineData("🐘🐘🐘🐘🐘🦭🦭🦭🦭🦭🦭")]
    public void Short_ones_are_refused_by_their_characters_and_not_their_code_units(string password) =>
        Fail(password).ShouldStartWith("The password: expected 12 to 256 characters, found");

    [Theory]
    [InlineData("AdaLovelace1")]
    [InlineData("adalovelaceadalovelace")]
    [InlineData("ada@example.com")]
    [InlineData("1234567adalovelace")]
    public void What_is_little_more_than_the_name_is_refused(string password) => Fail(password).ShouldContain("name or e-mail");

    [Theory]
    [InlineData("aaaaaaaaaaaa")]
    [InlineData("abcabcabcabc")]
    [InlineData("abcdefghijkl")]
    [InlineData("123456789012")]
    [InlineData("zyxwvutsrqponm")]
    public void What_repeats_or_counts_is_refused(string password) => Fail(password).ShouldContain("repeated or counted through");

    [Fact]
    public void Very_long_ones_are_refused() => Fail(new string('x', 200) + string.Concat(Enumerable.Range(0, 100))).ShouldContain("256");

    private static string Fail(string password)
    {
        var sentence = Should.Throw<ConfigurationException>(() => PasswordRules.Check(password, "adalovelace", "ada@example.com")).Message;
        if (password.Length > 0)
            sentence.ShouldNotContain(password);
        return sentence;
    }
}
