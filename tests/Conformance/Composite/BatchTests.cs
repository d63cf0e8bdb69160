using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Composite;

/// <summary>Independent requests in one call. Source: salesforce-api.md, section 2.8.</summary>
public sealed class BatchTests(TestOrg org)
{
    [Fact]
    public async Task Answers_each_request_by_itself()
    {
        var id = await org.CreateAsync("Account", new { Name = "Batch" });
        var json = await RunAsync(false, $$$"""
            {"method":"PATCH","url":"{{{TestOrg.Version}}}/sobjects/Account/{{{id}}}","richInput":{"Name":"New"}},
            {"method":"GET","url":"{{{TestOrg.Version}}}/sobjects/Account/{{{id}}}?fields=Name"},
            {"method":"GET","url":"{{{TestOrg.Version}}}/sobjects/Nope/describe"},
            {"method":"GET","url":"{{{TestOrg.Version}}}/limits/"}
            """);
        json.GetProperty("hasErrors").GetBoolean().ShouldBeTrue();
        var results = json.GetProperty("results").EnumerateArray().ToList();
        results.Select(result => result.GetProperty("statusCode").GetInt32()).ShouldBe([204, 200, 404, 200]);
        results[0].GetProperty("result").ValueKind.ShouldBe(JsonValueKind.Null);
        results[1].GetProperty("result").GetProperty("Name").GetString().ShouldBe("New");
        results[2].GetProperty("result")[0].GetProperty("errorCode").GetString().ShouldBe("NOT_FOUND");
    }

    [Fact]
    public async Task Stops_at_the_first_error_when_told_to()
    {
        var json = await RunAsync(true, $$$"""
            {"method":"GET","url":"{{{TestOrg.Version}}}/sobjects/Account/describe"},
            {"method":"GET","url":"{{{TestOrg.Version}}}/sobjects/Nope/describe"},
            {"method":"GET","url":"{{{TestOrg.Version}}}/sobjects/Account/describe"}
            """);
        var results = json.GetProperty("results").EnumerateArray().ToList();
        results.Select(result => result.GetProperty("statusCode").GetInt32()).ShouldBe([200, 404, 412]);
        results[2].GetProperty("result")[0].GetProperty("errorCode").GetString().ShouldBe("BATCH_PROCESSING_HALTED");
    }

    private async Task<JsonElement> RunAsync(bool halts, string requests)
    {
        var answer = await org.SendAsync(HttpMethod.Post, "/composite/batch",
            $$$"""{"haltOnError":{{{(halts ? "true" : "false")}}},"batchRequests":[{{{requests}}}]}""");
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        return answer.Json;
    }
}
