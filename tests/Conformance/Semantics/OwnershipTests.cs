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
        var queue = (await org.QueryAsync("SELECT Id, Name FROM Group WHERE Type = 'Queue' ORDER BY Name")).GetProperty("records")[0];
        var queueId = queue.GetProperty("Id").GetString();
        var id = await org.CreateAsync("Case", new { Subject = TestOrg.Unique() });
        var own = await OwnerAsync(id);
        own.GetProperty("Type").GetString().ShouldBe("User");
        own.GetProperty("Name").GetString().ShouldNotBeNullOrEmpty();
        own.GetProperty("attributes").GetProperty("type").GetString().ShouldBe("Name");

        var moved = await org.SendAsync(HttpMethod.Patch, $"/sobjects/Case/{id}", JsonSerializer.Serialize(new { OwnerId = queueId }));
        moved.Status.ShouldBe(HttpStatusCode.NoContent, moved.Text);
        var owner = await OwnerAsync(id);
        owner.GetProperty("Type").GetString().ShouldBe("Group");
        owner.GetProperty("Name").GetString().ShouldBe(queue.GetProperty("Name").GetString());
        var found = await org.QueryAsync($"SELECT TYPEOF Owner WHEN Group THEN DeveloperName WHEN User THEN Alias END FROM Case"
            + $" WHERE Id = '{id}' AND Owner.Type = 'Group'");
        found.GetProperty("records")[0].GetProperty("Owner").TryGetProperty("DeveloperName", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task An_account_has_no_queue_for_its_owner()
    {
        var queue = (await org.QueryAsync("SELECT Id FROM Group WHERE Type = 'Queue' LIMIT 1")).GetProperty("records")[0].GetProperty("Id")
            .GetString();
        var answer = await org.SendAsync(HttpMethod.Post, "/sobjects/Account",
            JsonSerializer.Serialize(new { Name = TestOrg.Unique(), OwnerId = queue }));
        answer.Status.ShouldBe(HttpStatusCode.BadRequest, answer.Text);
    }

    private async Task<JsonElement> OwnerAsync(string id) =>
        (await org.QueryAsync($"SELECT Owner.Name, Owner.Type FROM Case WHERE Id = '{id}'")).GetProperty("records")[0].GetProperty("Owner");
}
