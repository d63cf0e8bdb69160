using System.Security.Cryptography;
using Shouldly;
using Tandem.Server.Secrets;
using Tandem.Sync.Catalog;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Unit.Server;

/// <summary>The master key: what is taken for one, what is said of a bad one, and that what it seals cannot be tampered with.</summary>
public sealed class MasterKeyTests
{
    private const string Good = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    [Fact]
    public void A_sealed_text_is_opened_by_the_key_and_the_purpose_that_sealed_it_only()
    {
        var key = MasterKey.Parse(Good, "test");
        var box = key.Seal("a secret", "one");

        key.Open(box, "one").ShouldBe("a secret");
        box.ShouldNotContain("secret");
        key.Seal("a secret", "one").ShouldNotBe(box);
        Should.Throw<CryptographicException>(() => key.Open(box, "another"));
        Should.Throw<CryptographicException>(() => Another().Open(box, "one"));
    }

    [Fact]
    public void Each_changed_bit_of_a_sealed_text_is_noticed()
    {
        var key = MasterKey.Parse(Good, "test");
        var box = Convert.FromBase64String(key.Seal("ab", "one"));
        for (var bit = 0; bit < box.Length * 8; bit++)
        {
            box[bit / 8] ^= (byte)(1 << (bit % 8));
            Should.Throw<CryptographicException>(() => key.Open(Convert.ToBase64String(box), "one"));
            box[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (var length = 0; length < box.Length; length++)
            Should.Throw<CryptographicException>(() => key.Open(Convert.ToBase64String(box[..length]), "one"));
        Should.Throw<CryptographicException>(() => key.Open("no base64!", "one"));
    }

    [Fact]
    public void A_key_is_known_by_an_id_that_tells_nothing_of_it()
    {
        var key = MasterKey.Parse($" {Good}\n", "test");
        key.Id.ShouldBe(MasterKey.Parse(Good, "another").Id);
        key.Id.ShouldNotBe(Another().Id);
        Convert.ToHexStringLower(Convert.FromBase64String(Good)).ShouldNotContain(key.Id);
        $"{key} {new MasterKeys { Current = key }}".ShouldNotContain(Good[..8]);
    }

    [Theory]
    [InlineData("", "found nothing")]
    [InlineData("hidden-secret!", "found text that is not base64")]
    [InlineData("aGlkZGVuLXNlY3JldA==", "found 13 bytes")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "found the same byte 32 times")]
    public void A_bad_key_is_told_with_its_place_and_what_is_expected(string text, string found)
    {
        var sentence = Should.Throw<ConfigurationException>(() => MasterKey.Parse(text, "TANDEM_KEY")).Message;
        sentence.ShouldStartWith("TANDEM_KEY: expected a master key of 32 random bytes as base64, ");
        sentence.ShouldContain(found);
        sentence.ShouldContain("openssl rand -base64 32");
        if (text.Length > 0)
            sentence.ShouldNotContain(text);
    }

    [Fact]
    public void Keys_come_from_the_environment_or_from_files()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Combine("key");
        File.WriteAllText(file, Good + "\n");

        Read().ShouldBe(MasterKeys.None);
        Read((MasterKeys.Variable, "")).Current.ShouldBeNull();
        Read((MasterKeys.Variable, Good)).Current?.Id.ShouldBe(MasterKey.Parse(Good, "test").Id);
        var both = Read((MasterKeys.FileVariable, file), (MasterKeys.PreviousVariable, Random()));
        both.Current?.Id.ShouldBe(MasterKey.Parse(Good, "test").Id);
        both.Previous.ShouldNotBeNull();
    }

    [Fact]
    public void Keys_that_are_given_twice_or_cannot_be_read_are_refused()
    {
        using var folder = new TemporaryFolder();
        Fail((MasterKeys.Variable, Good), (MasterKeys.FileVariable, "x")).ShouldBe(
            "TANDEM_KEY and TANDEM_KEY_FILE are both set: give one of them.");
        Fail((MasterKeys.FileVariable, folder.Combine("none"))).ShouldMatch("^TANDEM_KEY_FILE: the file .*none cannot be read: .*find");
        Fail((MasterKeys.PreviousVariable, Good)).ShouldStartWith(
            "TANDEM_PREVIOUS_KEY or TANDEM_PREVIOUS_KEY_FILE is set without a new key");
        File.WriteAllText(folder.Combine("empty"), "");
        Fail((MasterKeys.FileVariable, folder.Combine("empty"))).ShouldContain("found nothing");
    }

    private static MasterKey Another() => MasterKey.Parse(Random(), "test");

    private static string Random() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static string Fail(params (string Name, string Value)[] variables) =>
        Should.Throw<ConfigurationException>(() => Read(variables)).Message;

    private static MasterKeys Read(params (string Name, string Value)[] variables) =>
        MasterKeys.Read(name => variables.FirstOrDefault(variable => variable.Name == name).Value);
}
