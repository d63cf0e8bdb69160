using System.Net;
using System.Text.Json;
using Shouldly;
using Tandem.Simulator;
using Xunit;

namespace Tandem.Tests.Conformance.Soql;

/// <summary>Pages of large results. Source: salesforce-api.md, section 2.6.</summary>
public sealed class PagingTests(TestOrg org)
{
    [Theory]
    [InlineData("query")]
    [InlineData("queryAll")]
    public async Task Hands_out_pages_whose_locators_lie_below_query(string resource)
    {
        org.RequireSimulator();
        await using var server = await SimulatorServer.StartAsync(
            new SimulatorOptions { Rows = 450 }, TimeProvider.System, TestContext.Current.CancellationToken);
        var sizes = new List<int>();
        var path = $"/services/data/{TestOrg.Version}/{resource}/?q={Uri.EscapeDataString("SELECT Id, Account.Name FROM Contact")}";
        while (path.Length > 0)
        {
            var page = (await AskAsync(server, path)).Json;
            page.GetProperty("totalSize").GetInt32().ShouldBe(450);
            sizes.Add(page.GetProperty("records").GetArrayLength());
            path = page.TryGetProperty("nextRecordsUrl", out var next) ? next.GetString().ShouldNotBeNull() : "";
            page.GetProperty("done").GetBoolean().ShouldBe(path.Length == 0);
            if (path.Length > 0)
                path.ShouldStartWith($"/services/data/{TestOrg.Version}/query/01g");
        }

        sizes.ShouldBe([200, 200, 50]);
    }

    [Fact]
    public async Task Refuses_an_unknown_locator() =>
        await org.FailAsync(HttpMethod.Get, "/query/01gAAAAAAAAAAAAAAA-200", null, HttpStatusCode.BadRequest, "INVALID_QUERY_LOCATOR");

    private async Task<OrgAnswer> AskAsync(SimulatorServer server, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.BaseAddress, path));
        request.Headers.Add("Authorization", $"Bearer {server.Sessions.Issue(server.Org.AdminUserId).AccessToken}");
        request.Headers.Add("Sforce-Query-Options", "batchSize=200");
        var answer = await org.SendAsync(request);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        answer.Json.ValueKind.ShouldBe(JsonValueKind.Object);
        return answer;
    }
}
