using System.Net;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Composite;

/// <summary>Graphs of requests, each a transaction of its own. Source: salesforce-api.md, section 2.8.</summary>
public sealed class GraphTests(TestOrg org)
{
    private const string Root = "/services/data/" + TestOrg.Version;

    [Fact]
    public async Task Keeps_one_graph_when_another_fails()
    {
        var (kept, lost) = (TestOrg.Unique(), TestOrg.Unique());
        var answer = await org.SendAsync(HttpMethod.Post, "/composite/graph", $$$"""
            {"graphs":[
             {"graphId":"g1","compositeRequest":[
              {"method":"POST","url":"{{{Root}}}/sobjects/Contact","referenceId":"child",
               "body":{"LastName":"C","AccountId":"@{parent.id}"}},
              {"method":"POST","url":"{{{Root}}}/sobjects/Account","referenceId":"parent","body":{"Name":"P","Ext_Id__c":"{{{kept}}}"}}]},
             {"graphId":"g2","compositeRequest":[
              {"method":"POST","url":"{{{Root}}}/sobjects/Account","referenceId":"parent","body":{"Name":"P","Ext_Id__c":"{{{lost}}}"}},
              {"method":"POST","url":"{{{Root}}}/sobjects/Contact","referenceId":"child","body":{"AccountId":"@{parent.id}"}}]}]}
            """);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        var graphs = answer.Json.GetProperty("graphs").EnumerateArray().ToList();
        graphs.Select(graph => graph.GetProperty("graphId").GetString()).ShouldBe(["g1", "g2"]);
        graphs.Select(graph => graph.GetProperty("isSuccessful").GetBoolean()).ShouldBe([true, false]);
        var failed = graphs[1].GetProperty("graphResponse").GetProperty("compositeResponse");
        failed[0].GetProperty("body")[0].GetProperty("errorCode").GetString().ShouldBe("PROCESSING_HALTED");
        failed[1].GetProperty("body")[0].GetProperty("errorCode").GetString().ShouldBe("REQUIRED_FIELD_MISSING");
        var saved = graphs[0].GetProperty("graphResponse").GetProperty("compositeResponse");
        var parent = saved[1].GetProperty("body").GetProperty("id").GetString().ShouldNotBeNull();
        org.DeleteAtEnd(parent);
        org.DeleteAtEnd(saved[0].GetProperty("body").GetProperty("id").GetString().ShouldNotBeNull());
        (await org.GetAsync($"/sobjects/Account/Ext_Id__c/{kept}")).GetProperty("Id").GetString().ShouldBe(parent);
        await org.FailAsync(HttpMethod.Get, $"/sobjects/Account/Ext_Id__c/{lost}", null, HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task Takes_500_requests_and_references_of_15_levels()
    {
        static string Chain(int length) => string.Join(',', Enumerable.Range(0, length).Select(at =>
        {
            var parent = at == 0 ? "" : ",\"ParentId\":\"@{a" + (at - 1) + ".id}\"";
            return $$$"""{"method":"POST","url":"{{{Root}}}/sobjects/Account","referenceId":"a{{{at}}}","body":{"Name":"A"{{{parent}}}}}""";
        }));
        var deep = await org.SendAsync(HttpMethod.Post, "/composite/graph",
            $$$"""{"graphs":[{"graphId":"g","compositeRequest":[{{{Chain(16)}}}]}]}""");
        deep.Json.GetProperty("graphs")[0].GetProperty("isSuccessful").GetBoolean().ShouldBeFalse();
        await org.FailAsync(HttpMethod.Post, "/composite/graph",
            $$$"""{"graphs":[{"graphId":"g","compositeRequest":[{{{Chain(501)}}}]}]}""", HttpStatusCode.BadRequest, "LIMIT_EXCEEDED");
    }
}
