using System.Globalization;
using System.Net;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance;

/// <summary>Where clients start. Source: salesforce-api.md, section 2.1.</summary>
public sealed class DiscoveryTests(TestOrg org)
{
    [Fact]
    public async Task Lists_its_versions_oldest_first_in_the_form_that_clients_match()
    {
        using var response = await org.Http.GetAsync(new Uri("/services/data", UriKind.Relative), TestContext.Current.CancellationToken);
        var answer = await OrgAnswer.ReadAsync(response);
        answer.Status.ShouldBe(HttpStatusCode.OK);
        var versions = answer.Json.EnumerateArray().Select(entry => entry.GetProperty("version").GetString().ShouldNotBeNull()).ToList();
        versions.ShouldAllBe(version => version.Length == 4 && version.EndsWith(".0", StringComparison.Ordinal));
        versions.Select(version => double.Parse(version, CultureInfo.InvariantCulture)).ShouldBeInOrder();
        foreach (var needed in new[] { "37.0", "45.0", "50.0", "51.0", "54.0", "61.0", "67.0" })
            versions.ShouldContain(needed);
    }

    [Fact]
    public async Task Tells_the_use_of_the_allowance_in_the_short_form()
    {
        var answer = await org.SendAsync(HttpMethod.Get, "/limits");
        answer.Headers["Sforce-Limit-Info"].ShouldMatch(@"^api-usage=\d+/\d+$");
        answer.Json.GetProperty("DailyApiRequests").GetProperty("Max").GetInt32().ShouldBePositive();
        answer.Json.GetProperty("DailyBulkApiBatches").GetProperty("Remaining").GetInt32().ShouldBePositive();
    }

    [Fact]
    public async Task Knows_no_version_that_it_does_not_list() =>
        await org.FailAsync(HttpMethod.Get, "/services/data/v10.0/limits", null, HttpStatusCode.NotFound, "NOT_FOUND");
}
