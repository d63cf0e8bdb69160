using Shouldly;
using Tandem.Salesforce.Limits;
using Xunit;

namespace Tandem.Tests.Unit.Salesforce;

/// <summary>The usage header. Source: salesforce-api.md, section 2.1.</summary>
public sealed class ApiUsageTests
{
    [Theory]
    [InlineData("api-usage=18/15000")]
    [InlineData("api-usage=18/15000; per-app-api-usage=17/250(appName=x)")]
    [InlineData("api-bursts=1/2;api-usage=18/15000")]
    public void Reads_the_orgs_figure(string header)
    {
        ApiUsage.TryParse(header, out var usage).ShouldBeTrue();
        usage.ShouldBe(new ApiUsage(18, 15000));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("per-app-api-usage=17/250(appName=x)")]
    [InlineData("api-usage=18")]
    [InlineData("api-usage=x/y")]
    public void Refuses_what_holds_none(string? header) => ApiUsage.TryParse(header, out _).ShouldBeFalse();
}
