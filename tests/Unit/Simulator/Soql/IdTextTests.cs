using Shouldly;
using Tandem.Simulator.Soql;
using Xunit;

namespace Tandem.Tests.Unit.Simulator.Soql;

/// <summary>The checksum of ids. Source: salesforce-api.md, section 8.1.</summary>
public sealed class IdTextTests
{
    [Theory]
    [InlineData("001Dp00000H8YVW", "001Dp00000H8YVWIA3")]
    [InlineData("005Dp000000Ppjs", "005Dp000000PpjsIAC")]
    [InlineData("0033h000001sDzH", "0033h000001sDzHAAU")]
    public void Computes_the_checksum(string text, string expected) => IdText.Expand(text).ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("001Dp00000H8YV")]
    [InlineData("001Dp00000H8YV-")]
    public void Refuses_what_has_no_shape_of_an_id(string text) => IdText.Expand(text).ShouldBeNull();
}
