using Shouldly;
using Tandem.Server.Access;
using Xunit;

namespace Tandem.Tests.Unit.Server;

/// <summary>The form of tokens: known by a prefix and a check sum, so that a cut or an invented one needs no look-up.</summary>
public sealed class OpaqueTokenTests
{
    [Fact]
    public void Tokens_are_random_and_well_formed()
    {
        var tokens = Enumerable.Range(0, 200).Select(_ => OpaqueToken.Make()).ToList();
        tokens.ShouldAllBe(token => OpaqueToken.IsWellFormed(token));
        tokens.ShouldBeUnique();
        tokens.ShouldAllBe(token => token.Length == 56 && token.StartsWith("tandem_", StringComparison.Ordinal));
    }

    [Fact]
    public void A_token_with_one_character_changed_missing_or_added_is_none()
    {
        var token = OpaqueToken.Make();
        for (var at = 0; at < token.Length; at++)
        {
            OpaqueToken.IsWellFormed(token[..at]).ShouldBeFalse();
            OpaqueToken.IsWellFormed(token[..at] + token[(at + 1)..]).ShouldBeFalse();
            OpaqueToken.IsWellFormed(token[..at] + (token[at] == 'x' ? 'y' : 'x') + token[(at + 1)..]).ShouldBeFalse();
        }

        OpaqueToken.IsWellFormed(token + "A").ShouldBeFalse();
        OpaqueToken.IsWellFormed(" " + token).ShouldBeFalse();
        OpaqueToken.IsWellFormed(token.ToUpperInvariant()).ShouldBeFalse();
        OpaqueToken.IsWellFormed("").ShouldBeFalse();
    }

    [Fact]
    public void Hashes_are_compared_whole()
    {
        var token = OpaqueToken.Make();
        OpaqueToken.IsSame(OpaqueToken.Hash(token), OpaqueToken.Hash(token)).ShouldBeTrue();
        OpaqueToken.IsSame(OpaqueToken.Hash(token), OpaqueToken.Hash(OpaqueToken.Make())).ShouldBeFalse();
        OpaqueToken.IsSame(OpaqueToken.Hash(token), OpaqueToken.Hash(token)[..31]).ShouldBeFalse();
        OpaqueToken.Hash(token).Length.ShouldBe(32);
    }
}
