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
    public async Task Lists_its_versions_to_whoever_asks_and_counts_no_call()
    {
        using var http = new HttpClient { BaseAddress = org.Http.BaseAddress };
        using var response = await http.GetAsync("/services/data/", TestContext.Current.CancellationToken);
        response.Headers.Contains("Sforce-Limit-Info").ShouldBeFalse();
        response.Content.Headers.NonValidated["Content-Type"].ToString().ShouldBe("application/json;charset=UTF-8");
        var listed = (await OrgAnswer.ReadAsync(response)).Json.EnumerateArray().Select(version => version.GetRawText());
        listed.ShouldContain("""{"label":"Summer '26","url":"/services/data/v67.0","version":"67.0"}""");
    }

    [Theory]
    [InlineData("/services/data/v10.0/limits")]
    [InlineData("/services/data/v67/limits")]
    [InlineData("/services/data/v067.0/limits")]
    [InlineData("/services/nothing")]
    public async Task Knows_nothing_that_it_does_not_list(string path) =>
        await org.FailAsync(HttpMethod.Get, path, null, HttpStatusCode.NotFound, "NOT_FOUND");
}
