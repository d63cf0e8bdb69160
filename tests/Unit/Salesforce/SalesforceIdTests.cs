using Shouldly;
using Tandem.Salesforce;
using Xunit;

namespace Tandem.Tests.Unit.Salesforce;

/// <summary>The id's checksum and forms. Source: salesforce-api.md, section 8.1.</summary>
public sealed class SalesforceIdTests
{
    [Theory]
    [InlineData("001Dp00000H8YVW", "001Dp00000H8YVWIA3")]
    [InlineData("005Dp000000Ppjs", "005Dp000000PpjsIAC")]
    [InlineData("0033h000001sDzH", "0033h000001sDzHAAU")]
    public void Completes_fifteen_characters_with_their_checksum(string text, string expected)
    {
        SalesforceId.Parse(text).Value.ShouldBe(expected);
        SalesforceId.Parse(expected).ShouldBe(SalesforceId.Parse(text));
        SalesforceId.Parse(text).ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("001Dp00000H8YV")]
    [InlineData("001Dp00000H8YVWI")]
    [InlineData("001Dp00000H8YVWIA4")]
    [InlineData("001DP00000H8YVWIA3")]
    [InlineData("001Dp00000H8YV'")]
    [InlineData("001Dp00000H8YVé")]
    public void Refuses_what_is_no_id(string? text)
    {
        SalesforceId.TryParse(text, out var id).ShouldBeFalse();
        id.Value.ShouldBe("");
    }

    [Fact]
    public void Tells_ids_apart_that_differ_in_case_only()
        => SalesforceId.Parse("001Dp00000H8YVW").ShouldNotBe(SalesforceId.Parse("001Dp00000H8YVw"));

    [Fact]
    public void Keeps_the_text_out_of_the_error()
        => Should.Throw<FormatException>(() => SalesforceId.Parse("secret")).Message.ShouldNotContain("secret");
}
