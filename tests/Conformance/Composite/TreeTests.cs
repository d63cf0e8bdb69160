using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Composite;

/// <summary>Records created with the records below them. Source: salesforce-api.md, section 2.8.</summary>
public sealed class TreeTests(TestOrg org)
{
    [Fact]
    public async Task Creates_parents_and_children_in_one_call()
    {
        var answer = await org.SendAsync(HttpMethod.Post, "/composite/tree/Account", """
            {"records":[{"attributes":{"type":"Account","referenceId":"ref1"},"Name":"Tree",
              "Contacts":{"records":[{"attributes":{"type":"Contact","referenceId":"ref2"},"LastName":"One"},
                                     {"attributes":{"type":"Contact","referenceId":"ref3"},"LastName":"Two"}]}},
             {"attributes":{"type":"Account","referenceId":"ref4"},"Name":"Bare"}]}
            """);
        answer.Status.ShouldBe(HttpStatusCode.Created, answer.Text);
        answer.Json.GetProperty("hasErrors").GetBoolean().ShouldBeFalse();
        var ids = answer.Json.GetProperty("results").EnumerateArray().ToDictionary(
            result => result.GetProperty("referenceId").GetString().ShouldNotBeNull(),
            result => result.GetProperty("id").GetString().ShouldNotBeNull());
        ids.Keys.ShouldBe(["ref1", "ref2", "ref3", "ref4"], ignoreOrder: true);
        ids.Values.ToList().ForEach(org.DeleteAtEnd);
        (await org.GetAsync($"/sobjects/Contact/{ids["ref3"]}?fields=AccountId")).GetProperty("AccountId").GetString()
            .ShouldBe(ids["ref1"]);
    }

    [Fact]
    public async Task Saves_nothing_when_a_record_fails()
    {
        var key = TestOrg.Unique();
        var answer = await org.SendAsync(HttpMethod.Post, "/composite/tree/Account", $$$"""
            {"records":[{"attributes":{"type":"Account","referenceId":"ref1"},"Name":"Tree","Ext_Id__c":"{{{key}}}",
              "Contacts":{"records":[{"attributes":{"type":"Contact","referenceId":"ref2"},"LastName":"One","Email":"123"}]}}]}
            """);
        answer.Status.ShouldBe(HttpStatusCode.BadRequest, answer.Text);
        answer.Json.GetProperty("hasErrors").GetBoolean().ShouldBeTrue();
        var result = answer.Json.GetProperty("results").EnumerateArray().ShouldHaveSingleItem();
        result.GetProperty("referenceId").GetString().ShouldBe("ref2");
        result.GetProperty("errors")[0].GetProperty("statusCode").GetString().ShouldBe("INVALID_EMAIL_ADDRESS");
        result.GetProperty("errors")[0].GetProperty("fields")[0].GetString().ShouldBe("Email");
        await org.FailAsync(HttpMethod.Get, $"/sobjects/Account/Ext_Id__c/{key}", null, HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task Holds_the_limits_of_a_tree()
    {
        await FailAsync(JsonSerializer.Serialize(new
        {
            records = Enumerable.Range(0, 201).Select(at =>
                new { attributes = new { type = "Account", referenceId = $"r{at}" }, Name = "N" }),
        }));
        await FailAsync("""{"records":[{"attributes":{"type":"Account"},"Name":"N"}]}""");
        await FailAsync("""
            {"records":[{"attributes":{"type":"Account","referenceId":"r"},"Name":"N"},
             {"attributes":{"type":"Account","referenceId":"r"},"Name":"N"}]}
            """);
        var nested = Enumerable.Range(0, 6).Aggregate("", (below, at) =>
        {
            var children = below.Length == 0 ? "" : ",\"ChildAccounts\":{\"records\":[" + below + "]}";
            return $$$"""{"attributes":{"type":"Account","referenceId":"r{{{at}}}"},"Name":"N"{{{children}}}}""";
        });
        await FailAsync($$$"""{"records":[{{{nested}}}]}""");

        async Task FailAsync(string json)
        {
            var answer = await org.SendAsync(HttpMethod.Post, "/composite/tree/Account", json);
            answer.Status.ShouldBe(HttpStatusCode.BadRequest, answer.Text);
            answer.Json.GetProperty("results")[0].GetProperty("errors")[0].GetProperty("statusCode").GetString().ShouldBe("INVALID_INPUT");
        }
    }
}
