using System.Net;
using Shouldly;
using Tandem.Simulator.Data;
using Xunit;

namespace Tandem.Tests.Conformance.Soql;

/// <summary>What a user may not see does not exist in the user's queries. Source: salesforce-api.md, sections 2.2 and 4.</summary>
public sealed class AccessTests
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
        await using var org = await StartAsync();
        var answer = await org.AskAsync($"/query?q={Uri.EscapeDataString(soql)}");
        answer.ShouldBeError(HttpStatusCode.BadRequest, code).GetProperty("message").GetString().ShouldNotBeNull().ShouldContain(reason);
    }

    [Fact]
    public async Task Leaves_hidden_fields_out_of_FIELDS_and_bulk()
    {
        await using var org = await StartAsync();
        var record = (await org.RecordsAsync("SELECT FIELDS(ALL) FROM Account LIMIT 1"))[0];
        record.TryGetProperty("Phone", out _).ShouldBeFalse();
        record.TryGetProperty("Fax", out _).ShouldBeTrue();
        await org.FailAsync(HttpMethod.Post, "/jobs/query", """{"operation":"query","query":"SELECT Phone FROM Account"}""",
            HttpStatusCode.BadRequest, "INVALID_FIELD");
    }

    private static async Task<SimulatedOrg> StartAsync()
    {
        var org = await SimulatedOrg.StartAsync();
        org.Org.SetAccess(org.Org.AdminUserId, new UserAccess(["Lead", "Account.Phone", "Opportunity.AccountId"], []));
        return org;
    }
}
