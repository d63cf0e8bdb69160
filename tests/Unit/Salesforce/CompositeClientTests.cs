using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Salesforce;
using Tandem.Salesforce.Composite;
using Tandem.Salesforce.Records;
using Xunit;

namespace Tandem.Tests.Unit.Salesforce;

/// <summary>Composite on the wire. Source: salesforce-api.md, sections 2.8 and 2.9.</summary>
public sealed class CompositeClientTests
{
    private static readonly SalesforceId First = SalesforceId.Parse("001Dp00000H8YVW");
    private static readonly SalesforceId Second = SalesforceId.Parse("001Dp00000H8YVX");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sends_each_collection_with_its_own_options_and_tells_the_results_of_each()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(200, $$"""
            {"compositeResponse":[
             {"body":[{"id":"{{First}}","success":true,"errors":[]}],"httpHeaders":{},"httpStatusCode":200,"referenceId":"write0"},
             {"body":[{"id":"{{Second}}","success":true,"errors":[],"created":true}],"httpStatusCode":200,"referenceId":"write1"},
             {"body":[{"success":false,"errors":[{"statusCode":"ENTITY_IS_DELETED","message":"gone","fields":[]}]}],
              "httpStatusCode":200,"referenceId":"write2"}]}
            """);
        using var client = org.Connect();

        var answers = await client.Composite.WriteAsync(
            [
                Write(CollectionOperation.Update, new CollectionRow(First, new JsonObject { ["Name"] = "x" })),
                Write(CollectionOperation.Upsert, new CollectionRow(null, new JsonObject { ["Key__c"] = "k" })) with
                {
                    ExternalIdField = "Key__c",
                },
                Write(CollectionOperation.Delete, new CollectionRow(Second, [])),
            ],
            Cancellation);

        answers.Select(answer => answer.Failure).ShouldAllBe(failure => failure == null);
        (answers[0].Results[0].Id, answers[0].Results[0].IsCreated).ShouldBe((First, false));
        (answers[1].Results[0].Id, answers[1].Results[0].IsCreated).ShouldBe((Second, true));
        answers[2].Results[0].Code.ShouldBe("ENTITY_IS_DELETED");
        var request = org.Requests.ShouldHaveSingleItem();
        request.Line.ShouldBe("POST /services/data/v67.0/composite");
        var parts = JsonNode.Parse(request.Body)?["compositeRequest"]?.AsArray().ShouldNotBeNull();
        parts.ShouldNotBeNull().Select(part => $"{part?["method"]} {part?["url"]}").ShouldBe(
            [
                "PATCH /services/data/v67.0/composite/sobjects",
                "PATCH /services/data/v67.0/composite/sobjects/Account/Key__c",
                $"DELETE /services/data/v67.0/composite/sobjects?ids={Second}&allOrNone=false",
            ]);
        parts.ShouldAllBe(part => part!["httpHeaders"]!["Sforce-Auto-Assign"]!.GetValue<string>() == "FALSE"
            && part["httpHeaders"]!["Sforce-Call-Options"]!.GetValue<string>() == "client=tandem");
        parts[0]?["body"]?["allOrNone"]?.GetValue<bool>().ShouldBeFalse();
        parts[2]?["body"].ShouldBeNull();
    }

    [Fact]
    public async Task Each_collection_says_what_it_asks_of_the_org()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(200, $$"""
            {"compositeResponse":[
             {"body":[{"id":"{{First}}","success":true,"errors":[]}],"httpStatusCode":200,"referenceId":"write0"},
             {"body":[{"id":"{{First}}","success":true,"errors":[]}],"httpStatusCode":200,"referenceId":"write1"}]}
            """);
        using var client = org.Connect();
        var write = Write(CollectionOperation.Update, new CollectionRow(First, new JsonObject { ["Name"] = "x" }));
        var rule = SalesforceId.Parse("01Q000000000001");

        await client.Composite.WriteAsync(
            [
                write with { Options = new WriteOptions { AssignsByActiveRules = true, SavesDuplicates = true } },
                write with { Options = new WriteOptions { AssignmentRule = rule } },
            ],
            Cancellation);

        var parts = JsonNode.Parse(org.Requests.ShouldHaveSingleItem().Body)!["compositeRequest"]!.AsArray();
        parts[0]!["httpHeaders"]!.ToJsonString().ShouldBe(
            """{"Sforce-Auto-Assign":"TRUE","Sforce-Duplicate-Rule-Header":"allowSave=true","Sforce-Call-Options":"client=tandem"}""");
        parts[1]!["httpHeaders"]!.ToJsonString().ShouldBe(
            $$"""{"Sforce-Auto-Assign":"{{rule}}","Sforce-Call-Options":"client=tandem"}""");
    }

    [Theory]
    [InlineData(400, """[{"errorCode":"INVALID_FIELD","message":"No such column"}]""", "INVALID_FIELD", false)]
    [InlineData(500, """[{"errorCode":"UNKNOWN_EXCEPTION","message":"sorry"}]""", "UNKNOWN_EXCEPTION", false)]
    [InlineData(503, "null", "HTTP_503", true)]
    public async Task A_collection_that_fails_as_a_whole_stops_no_other(int status, string body, string code, bool isUncertain)
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(200, $$"""
            {"compositeResponse":[{"body":{{body}},"httpStatusCode":{{status}},"referenceId":"write0"},
             {"body":[{"id":"{{Second}}","success":true,"errors":[]}],"httpStatusCode":200,"referenceId":"write1"}]}
            """);
        using var client = org.Connect();

        var answers = await client.Composite.WriteAsync(
            [
                Write(CollectionOperation.Update, new CollectionRow(First, [])),
                Write(CollectionOperation.Update, new CollectionRow(Second, [])),
            ],
            Cancellation);

        var failure = answers[0].Failure.ShouldNotBeNull();
        (failure.Code, failure.Status, failure.IsUncertain).ShouldBe((code, status, isUncertain));
        answers[0].Results.ShouldBeEmpty();
        answers[1].Results.ShouldHaveSingleItem().IsSaved.ShouldBeTrue();
    }

    [Fact]
    public async Task An_answer_that_lacks_one_of_the_requests_leaves_everything_open()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(200, """{"compositeResponse":[]}""");
        using var client = org.Connect();

        var exception = await Should.ThrowAsync<SalesforceException>(() => client.Composite.WriteAsync(
            [Write(CollectionOperation.Update, new CollectionRow(First, []))], Cancellation));

        (exception.Code, exception.IsUncertain).ShouldBe((SalesforceErrorCodes.UnexpectedAnswer, true));
    }

    private static CollectionWrite Write(CollectionOperation operation, CollectionRow row) =>
        new() { Operation = operation, ObjectName = "Account", Rows = [row] };
}
