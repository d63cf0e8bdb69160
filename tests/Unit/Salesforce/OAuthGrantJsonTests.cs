using System.Text.Json;
using Shouldly;
using Tandem.Salesforce.Auth;
using Xunit;

namespace Tandem.Tests.Unit.Salesforce;

/// <summary>
/// Grants as stored text: every flow of salesforce-api.md, sections 1.3 to 1.6, comes back as it was, and nothing leaks by the way.
/// </summary>
public sealed class OAuthGrantJsonTests
{
    public static TheoryData<OAuthGrant> Grants =>
    [
        OAuthGrant.Password("client", "s3cr-1", "ada@example.com", "s3cr-2"),
        OAuthGrant.Password("client", null, "ada@example.com", "s3cr-2"),
        OAuthGrant.ClientCredentials("client", "s3cr-1"),
        OAuthGrant.RefreshToken("client", "s3cr-1", "s3cr-2"),
        OAuthGrant.RefreshToken("client", null, "s3cr-2"),
        OAuthGrant.JwtBearer("client", "ada@example.com", "s3cr-2", "https://login.salesforce.com"),
    ];

    [Theory]
    [MemberData(nameof(Grants))]
    public void A_grant_comes_back_as_it_was(OAuthGrant grant) => OAuthGrantJson.Read(OAuthGrantJson.Write(grant)).ShouldBe(grant);

    [Theory]
    [MemberData(nameof(Grants))]
    public void Neither_text_nor_a_serialiser_shows_a_secret(OAuthGrant grant)
    {
        $"{grant}".ShouldNotContain("s3cr");
        JsonSerializer.Serialize(grant).ShouldNotContain("s3cr");
    }

    [Theory]
    [InlineData("{\"flow\":\"Magic\",\"client_id\":\"x\",\"secret\":\"s3cr\"}")]
    [InlineData("{\"flow\":\"RefreshToken\",\"client_id\":\"s3cr\"}")]
    [InlineData("{\"flow\":5,\"client_id\":\"s3cr\"}")]
    [InlineData("s3cr")]
    [InlineData("[\"s3cr\"]")]
    public void What_is_no_grant_is_refused_without_being_shown(string json) =>
        Should.Throw<FormatException>(() => OAuthGrantJson.Read(json)).ToString().ShouldNotContain("s3cr");

    [Fact]
    public void Only_a_refresh_token_is_replaced()
    {
        var rotated = OAuthGrantJson.WithRefreshToken(OAuthGrant.RefreshToken("client", "secret", "one"), "two");
        rotated.ShouldBe(OAuthGrant.RefreshToken("client", "secret", "two"));
        rotated.IsRefreshToken.ShouldBeTrue();
        Should.Throw<ArgumentException>(() => OAuthGrantJson.WithRefreshToken(OAuthGrant.ClientCredentials("client", "s3cr"), "two"))
            .Message.ShouldNotContain("s3cr");
    }
}
