using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Semantics;

/// <summary>Queues as owners, and objects that are called like words of SOQL. Source: salesforce-api.md, sections 2.2 and 4.</summary>
public sealed class OwnershipTests(TestOrg org)
{
    [Theory]
    [InlineData("SELECT Id, Name FROM Group WHERE Type = 'Queue' ORDER BY Name")]
    [InlineData("SELECT Type, COUNT(Id) n FROM Group GROUP BY Type")]
    [InlineData("SELECT g.Owner.Name FROM Case g ORDER BY CaseNumber LIMIT 1")]
    [InlineData("SELECT Id FROM Case WHERE OwnerId IN (SELECT Id FROM Group)")]
    [InlineData("SELECT Group.Name FROM Group LIMIT 1")]
    public async Task Objects_may_be_called_like_words_of_SOQL(string soql)
    {
        (await org.QueryAsync(soql)).GetProperty("done").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData("Case")]
    [InlineData("Lead")]
    public async Task Describes_the_owner_as_a_queue_or_a_user(string name)
    {
        var owner = (await org.GetAsync($"/sobjects/{name}/describe")).GetProperty("fields").EnumerateArray()
            .Single(field => field.GetProperty("name").GetString() == "OwnerId");
        owner.GetProperty("referenceTo").EnumerateArray().Select(one => one.GetString()).ShouldBe(["Group", "User"]);
        owner.GetProperty("polymorphicForeignKey").GetBoolean().ShouldBeTrue();
        owner.GetProperty("namePointing").GetBoolean().ShouldBeTrue();
        owner.GetProperty("relationshipName").GetString().ShouldBe("Owner");
    }

    [Fact]
    public async Task A_case_goes_from_its_user_to_a_queue()
    {
        await using var own = await SimulatedOrg.StartAsync();
        var queue = (await own.RecordsAsync("SELECT Id, Name FROM Group WHERE Type = 'Queue' ORDER BY Name"))[0];
        var id = await own.CreateAsync("Case", new { Subject = TestOrg.Unique() });
        var user = await OwnerAsync(own, id);
        user.GetProperty("Type").GetString().ShouldBe("User");
        user.GetProperty("Name").GetString().ShouldNotBeNullOrEmpty();
        user.GetProperty("attributes").GetProperty("type").GetString().ShouldBe("Name");

        await own.UpdateAsync("Case", id, new { OwnerId = queue.GetProperty("Id").GetString() });
        var owner = await OwnerAsync(own, id);
        owner.GetProperty("Type").GetString().ShouldBe("Group");
        owner.GetProperty("Name").GetString().ShouldBe(queue.GetProperty("Name").GetString());
        var found = await own.RecordsAsync($"SELECT TYPEOF Owner WHEN Group THEN DeveloperName WHEN User THEN Alias END FROM Case"
            + $" WHERE Id = '{id}' AND Owner.Type = 'Group'");
        found.ShouldHaveSingleItem().GetProperty("Owner").TryGetProperty("DeveloperName", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task An_account_has_no_queue_for_its_owner()
    {
        await using var own = await SimulatedOrg.StartAsync();
        var queue = (await own.RecordsAsync("SELECT Id FROM Group WHERE Type = 'Queue' LIMIT 1"))[0].GetProperty("Id").GetString();
        await own.FailAsync(HttpMethod.Post, "/sobjects/Account", new { Name = TestOrg.Unique(), OwnerId = queue },
            HttpStatusCode.BadRequest, "MALFORMED_ID");
    }

    private static async Task<JsonElement> OwnerAsync(SimulatedOrg org, string id) =>
        (await org.RecordsAsync($"SELECT Owner.Name, Owner.Type FROM Case WHERE Id = '{id}'"))[0].GetProperty("Owner");
}
