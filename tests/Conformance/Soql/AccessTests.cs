using System.Net;
using Shouldly;
using Tandem.Simulator;
using Tandem.Simulator.Data;
using Xunit;

namespace Tandem.Tests.Conformance.Soql;

/// <summary>What a user may not see does not exist in the user's queries. Source: salesforce-api.md, sections 2.2 and 4.</summary>
public sealed class AccessTests(TestOrg org)
{
    [Theory]
    [InlineData("SELECT Phone FROM Account", "INVALID_FIELD", "No such column 'Phone' on entity 'Account'.")]
    [InlineData("SELECT Id FROM Account WHERE Phone = 'x'", "INVALID_FIELD", "No such column 'Phone' on entity 'Account'.")]
    [InlineData("SELECT Id FROM Account ORDER BY Phone", "INVALID_FIELD", "No such column 'Phone' on entity 'Account'.")]
    [InlineData("SELECT Account.Phone FROM Contact", "INVALID_FIELD", "No such column 'Phone' on entity 'Account'.")]
    [InlineData("SELECT COUNT(Phone) FROM Account", "INVALID_FIELD", "No such column 'Phone' on entity 'Account'.")]
    [InlineData("SELECT Id FROM Lead", "INVALID_TYPE", "sObject type 'Lead' is not supported.")]
    [InlineData("SELECT Id, (SELECT Id FROM Opportunities) FROM Account", "INVALID_TYPE", "relationship 'Opportunities' in FROM part")]
    [InlineData("SELECT Account.Name FROM Opportunity", "INVALID_FIELD", "relationship 'Account' in field path")]
    public async Task Hides_objects_fields_and_relationships(string soql, string code, string reason)
    {
        await using var server = await StartAsync();
        var answer = await QueryAsync(server, soql);
        answer.ShouldBeError(HttpStatusCode.BadRequest, code).GetProperty("message").GetString().ShouldNotBeNull().ShouldContain(reason);
    }

    [Fact]
    public async Task Leaves_hidden_fields_out_of_FIELDS_and_bulk()
    {
        await using var server = await StartAsync();
        var record = (await QueryAsync(server, "SELECT FIELDS(ALL) FROM Account LIMIT 1")).Json.GetProperty("records")[0];
        record.TryGetProperty("Phone", out _).ShouldBeFalse();
        record.TryGetProperty("Fax", out _).ShouldBeTrue();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.BaseAddress,
            $"/services/data/{TestOrg.Version}/jobs/query"));
        request.Headers.Add("Authorization", $"Bearer {server.Sessions.Issue(server.Org.AdminUserId).AccessToken}");
        request.Content = new StringContent("""{"operation":"query","query":"SELECT Phone FROM Account"}""",
            System.Text.Encoding.UTF8, "application/json");
        (await org.SendAsync(request)).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    private async Task<SimulatorServer> StartAsync()
    {
        org.RequireSimulator();
        var server = await SimulatorServer.StartAsync(
            new SimulatorOptions { Rows = 10 }, TimeProvider.System, TestContext.Current.CancellationToken);
        server.Org.SetAccess(server.Org.AdminUserId, new UserAccess(["Lead", "Account.Phone", "Opportunity.AccountId"], []));
        return server;
    }

    private async Task<OrgAnswer> QueryAsync(SimulatorServer server, string soql)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.BaseAddress,
            $"/services/data/{TestOrg.Version}/query?q={Uri.EscapeDataString(soql)}"));
        request.Headers.Add("Authorization", $"Bearer {server.Sessions.Issue(server.Org.AdminUserId).AccessToken}");
        return await org.SendAsync(request);
    }
}
