using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Salesforce;
using Tandem.Salesforce.Records;
using Xunit;

namespace Tandem.Tests.Unit.Salesforce;

/// <summary>Collections and getDeleted on the wire. Source: salesforce-api.md, sections 2.7 and 2.8.</summary>
public sealed class RecordsClientTests
{
    private static readonly SalesforceId First = SalesforceId.Parse("001Dp00000H8YVW");
    private static readonly SalesforceId Second = SalesforceId.Parse("001Dp00000H8YVX");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Creates_rows_and_tells_saved_from_rejected()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(200, $$"""
            [{"id":"{{First}}","success":true,"errors":[]},
             {"success":false,"errors":[{"statusCode":"REQUIRED_FIELD_MISSING","message":"Required fields are missing: [Name]",
              "fields":["Name"]}]}]
            """);
        using var client = org.Connect();

        var results = await client.Records.CreateAsync(
            "Account",
            [new() { ["Name"] = "Ü", ["Rating"] = null }, new() { ["Parent__r"] = new JsonObject { ["Key__c"] = 1 } }],
            Cancellation);

        (results[0].IsSaved, results[0].IsCreated, results[0].Id).ShouldBe((true, true, First));
        (results[1].IsSaved, results[1].Id, results[1].Code).ShouldBe((false, null, "REQUIRED_FIELD_MISSING"));
        results[1].Fields.ShouldBe(["Name"]);
        var request = org.Requests.ShouldHaveSingleItem();
        request.Line.ShouldBe("POST /services/data/v67.0/composite/sobjects");
        request.Headers["Sforce-Auto-Assign"].ToString().ShouldBe("FALSE");
        ShouldBeJson(request.Body, """
            {"allOrNone":false,"records":[{"attributes":{"type":"Account"},"Name":"Ü","Rating":null},
             {"attributes":{"type":"Account"},"Parent__r":{"Key__c":1}}]}
            """);
    }

    [Fact]
    public async Task Updates_rows_by_id()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(200, $$"""[{"id":"{{First}}","success":true,"errors":[]}]""");
        using var client = org.Connect();
        var results = await client.Records.UpdateAsync(
            "Account", [new RecordUpdate(First, new JsonObject { ["Id"] = "other", ["Name"] = "x" })], Cancellation);
        (results[0].IsSaved, results[0].IsCreated).ShouldBe((true, false));
        var request = org.Requests.ShouldHaveSingleItem();
        request.Line.ShouldBe("PATCH /services/data/v67.0/composite/sobjects");
        ShouldBeJson(request.Body, $$"""
            {"allOrNone":false,"records":[{"attributes":{"type":"Account"},"id":"{{First}}","Name":"x"}]}
            """);
    }

    [Fact]
    public async Task Upserts_rows_by_their_external_id_and_tells_which_are_new()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(200, $$"""
            [{"id":"{{First}}","success":true,"errors":[],"created":true},{"id":"{{Second}}","success":true,"errors":[],"created":false}]
            """);
        using var client = org.Connect();
        var results = await client.Records.UpsertAsync(
            "Account", "Key__c", [new() { ["Key__c"] = "a" }, new() { ["Key__c"] = "b" }], Cancellation);
        results.Select(result => result.IsCreated).ShouldBe([true, false]);
        org.Requests.ShouldHaveSingleItem().Line.ShouldBe("PATCH /services/data/v67.0/composite/sobjects/Account/Key__c");
    }

    [Fact]
    public async Task Repeats_a_delete_whose_answer_was_cut()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.AnswerByCut();
        org.Answer(200, $$"""
            [{"id":"{{First}}","success":true,"errors":[]},
             {"success":false,"errors":[{"statusCode":"ENTITY_IS_DELETED","message":"entity is deleted","fields":[]}]}]
            """);
        using var client = org.Connect();
        var results = await client.Records.DeleteAsync([First, Second], Cancellation);
        results[1].Code.ShouldBe(SalesforceErrorCodes.EntityIsDeleted);
        org.Requests.Select(request => request.Line)
            .ShouldAllBe(line => line == $"DELETE /services/data/v67.0/composite/sobjects?ids={First},{Second}&allOrNone=false");
        org.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Refuses_more_rows_than_a_call_takes_without_sending()
    {
        await using var org = await ScriptedOrg.StartAsync();
        using var client = org.Connect();
        await Should.ThrowAsync<ArgumentException>(
            () => client.Records.CreateAsync("Account", [.. Enumerable.Range(0, 201).Select(_ => new JsonObject())], Cancellation));
        await Should.ThrowAsync<ArgumentException>(() => client.Records.DeleteAsync([.. Enumerable.Repeat(First, 201)], Cancellation));
        await Should.ThrowAsync<ArgumentException>(
            () => client.Records.RetrieveAsync("Account", [.. Enumerable.Repeat(First, 2001)], ["Id"], Cancellation));
        (await client.Records.CreateAsync("Account", [], Cancellation)).ShouldBeEmpty();
        org.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Retrieves_rows_in_the_order_of_their_ids()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(503, "");
        org.Answer(200, """[null,{"attributes":{"type":"Account"},"Name":"x"}]""");
        using var client = org.Connect();
        using var rows = await client.Records.RetrieveAsync("Account", [First, Second], ["Id", "Name"], Cancellation);
        rows.Records[0].ShouldBeNull();
        rows.Records[1]?.GetProperty("Name").GetString().ShouldBe("x");
        var request = org.Requests.Last();
        request.Line.ShouldBe("POST /services/data/v67.0/composite/sobjects/Account");
        ShouldBeJson(request.Body, $$"""{"ids":["{{First}}","{{Second}}"],"fields":["Id","Name"]}""");
    }

    [Fact]
    public async Task Reads_deleted_rows_and_how_far_they_reach()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(200, $$"""
            {"deletedRecords":[{"id":"{{First}}","deletedDate":"2026-01-01T00:03:10.000+0000"}],
             "earliestDateAvailable":"2025-12-20T00:00:00.000+0000","latestDateCovered":"2026-01-01T00:05:00.000Z"}
            """);
        using var client = org.Connect();
        var start = new DateTimeOffset(2026, 1, 1, 1, 0, 0, TimeSpan.FromHours(1));
        var deleted = await client.Records.GetDeletedAsync("Account", start, start.AddMinutes(10), Cancellation);
        deleted.Records.ShouldBe([new DeletedRecord(First, start.AddSeconds(190))]);
        deleted.EarliestDateAvailable.ShouldBe(new DateTimeOffset(2025, 12, 20, 0, 0, 0, TimeSpan.Zero));
        deleted.LatestDateCovered.ShouldBe(start.AddMinutes(5));
        org.Requests.ShouldHaveSingleItem().Line.ShouldBe(
            "GET /services/data/v67.0/sobjects/Account/deleted/?start=2026-01-01T00:00:00Z&end=2026-01-01T00:10:00Z");
    }

    private static void ShouldBeJson(string actual, string expected)
        => JsonNode.DeepEquals(JsonNode.Parse(actual), JsonNode.Parse(expected)).ShouldBeTrue(actual);
}
