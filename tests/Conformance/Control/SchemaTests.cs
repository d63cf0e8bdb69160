using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Control;

/// <summary>Objects and fields that change while clients work. Source: salesforce-api.md, sections 2.2 and 12.</summary>
public sealed class SchemaTests
{
    private const string Fields = "/objects/Account/fields";

    [Fact]
    public async Task A_new_field_is_described_written_and_read()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var id = await org.CreateAsync("Account", """{"Name":"Old"}""");
        await org.OrderAsync(HttpMethod.Post, Fields, """{"name":"Score__c","type":"number","precision":6,"scale":2}""");
        var field = await FieldAsync(org, "Score__c");
        (field.GetProperty("type").GetString(), field.GetProperty("scale").GetInt32()).ShouldBe(("double", 2));
        await org.SendAsync(HttpMethod.Patch, $"/sobjects/Account/{id}", """{"Score__c":12.345}""");
        (await org.QueryAsync($"SELECT Name, Score__c FROM Account WHERE Id = '{id}'")).GetProperty("records")[0]
            .GetProperty("Score__c").GetDecimal().ShouldBe(12.35m);
    }

    [Fact]
    public async Task A_removed_field_is_unknown_everywhere_and_the_rest_stays()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var id = await org.CreateAsync("Account", """{"Name":"Kept","Phone":"1"}""");
        await org.OrderAsync(HttpMethod.Delete, Fields + "/Phone");
        (await org.AskAsync("/query?q=SELECT+Phone+FROM+Account")).ShouldBeError(HttpStatusCode.BadRequest, "INVALID_FIELD");
        (await org.SendAsync(HttpMethod.Patch, $"/sobjects/Account/{id}", """{"Phone":"2"}"""))
            .ShouldBeError(HttpStatusCode.BadRequest, "INVALID_FIELD");
        var row = (await org.AskAsync($"/sobjects/Account/{id}")).Json;
        row.GetProperty("Name").GetString().ShouldBe("Kept");
        row.TryGetProperty("Phone", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_renamed_field_keeps_its_values_and_its_index()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var id = await org.CreateAsync("Account", """{"Name":"Moved","Ext_Id__c":"R-1"}""");
        await org.OrderAsync(HttpMethod.Patch, Fields + "/Ext_Id__c", """{"name":"Foreign_Id__c"}""");
        (await org.AskAsync("/sobjects/Account/Foreign_Id__c/R-1?fields=Id")).Json.GetProperty("Id").GetString().ShouldBe(id);
        (await org.AskAsync("/sobjects/Account/Ext_Id__c/R-1")).Status.ShouldNotBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_retyped_field_converts_what_it_can()
    {
        await using var org = await SimulatedOrg.StartAsync();
        await org.OrderAsync(HttpMethod.Post, Fields, """{"name":"Size__c","type":"text","length":20}""");
        var number = await org.CreateAsync("Account", """{"Name":"A","Size__c":"42"}""");
        var words = await org.CreateAsync("Account", """{"Name":"B","Size__c":"large"}""");
        await org.OrderAsync(HttpMethod.Patch, Fields + "/Size__c", """{"type":"number","precision":5,"scale":0}""");
        (await org.AskAsync($"/sobjects/Account/{number}?fields=Size__c")).Json.GetProperty("Size__c").GetDecimal().ShouldBe(42);
        (await org.AskAsync($"/sobjects/Account/{words}?fields=Size__c")).Json.GetProperty("Size__c").ValueKind
            .ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Length_need_and_choices_of_a_field_change()
    {
        await using var org = await SimulatedOrg.StartAsync();
        await org.OrderAsync(HttpMethod.Post, Fields, """{"name":"Code__c","type":"text","length":3}""");
        (await org.SendAsync(HttpMethod.Post, "/sobjects/Account", """{"Name":"A","Code__c":"four"}"""))
            .ShouldBeError(HttpStatusCode.BadRequest, "STRING_TOO_LONG");
        await org.OrderAsync(HttpMethod.Patch, Fields + "/Code__c", """{"length":10,"required":true}""");
        await org.CreateAsync("Account", """{"Name":"A","Code__c":"four"}""");
        (await org.SendAsync(HttpMethod.Post, "/sobjects/Account", """{"Name":"B"}"""))
            .ShouldBeError(HttpStatusCode.BadRequest, "REQUIRED_FIELD_MISSING");
        await org.OrderAsync(HttpMethod.Patch, Fields + "/Code__c", """{"required":false}""");

        await org.OrderAsync(HttpMethod.Post, Fields, """{"name":"Tier__c","type":"picklist","values":["Gold"],"restricted":true}""");
        (await org.SendAsync(HttpMethod.Post, "/sobjects/Account", """{"Name":"C","Tier__c":"Tin"}"""))
            .ShouldBeError(HttpStatusCode.BadRequest, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST");
        await org.OrderAsync(HttpMethod.Patch, Fields + "/Tier__c", """{"values":["Gold","Tin"]}""");
        await org.CreateAsync("Account", """{"Name":"C","Tier__c":"Tin"}""");
    }

    [Fact]
    public async Task A_field_with_equal_values_does_not_become_unique()
    {
        await using var org = await SimulatedOrg.StartAsync();
        await org.OrderAsync(HttpMethod.Post, Fields, """{"name":"Tag__c","type":"text","length":20}""");
        await org.CreateAsync("Account", """{"Name":"A","Tag__c":"same"}""");
        var second = await org.CreateAsync("Account", """{"Name":"B","Tag__c":"SAME"}""");
        var refused = await org.SendAsync(HttpMethod.Patch, "/_simulator" + Fields + "/Tag__c", """{"unique":true}""");
        refused.Json.GetProperty("error").GetString().ShouldBe("Account.Tag__c cannot be unique: records share a value.");
        await org.SendAsync(HttpMethod.Delete, $"/sobjects/Account/{second}");
        await org.OrderAsync(HttpMethod.Patch, Fields + "/Tag__c", """{"unique":true}""");
        (await org.SendAsync(HttpMethod.Post, "/sobjects/Account", """{"Name":"C","Tag__c":"Same"}"""))
            .ShouldBeError(HttpStatusCode.BadRequest, "DUPLICATE_VALUE");
    }

    [Fact]
    public async Task Objects_come_and_go()
    {
        await using var org = await SimulatedOrg.StartAsync();
        await org.OrderAsync(HttpMethod.Post, "/objects", """
            {"name":"Order_Line__c","fields":[{"name":"Account__c","type":"reference","referenceTo":["Account"]}]}
            """);
        await org.OrderAsync(HttpMethod.Post, "/objects", """
            {"name":"Parcel__c","fields":[{"name":"Line__c","type":"reference","referenceTo":["Order_Line__c"]}]}
            """);
        var line = await org.CreateAsync("Order_Line__c", """{"Name":"L1"}""");
        var parcel = await org.CreateAsync("Parcel__c", $$"""{"Name":"P1","Line__c":"{{line}}"}""");
        parcel[..3].ShouldNotBe(line[..3]);
        (await org.QueryAsync("SELECT Line__r.Name FROM Parcel__c")).GetProperty("records")[0]
            .GetProperty("Line__r").GetProperty("Name").GetString().ShouldBe("L1");

        var refused = await org.SendAsync(HttpMethod.Delete, "/_simulator/objects/Order_Line__c");
        refused.Status.ShouldBe(HttpStatusCode.BadRequest);
        refused.Json.GetProperty("error").GetString().ShouldBe("Order_Line__c cannot be removed: Parcel__c.Line__c refers to it.");
        await org.OrderAsync(HttpMethod.Delete, "/objects/Parcel__c");
        (await org.AskAsync("/sobjects/Parcel__c/describe")).ShouldBeError(HttpStatusCode.NotFound, "NOT_FOUND");
        (await org.AskAsync($"/sobjects/Order_Line__c/{line}")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_formula_is_computed_for_the_records_that_are_there_and_guards_its_fields()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var id = await org.CreateAsync("Account", """{"Name":"F","NumberOfEmployees":4}""");
        var stamp = (await org.AskAsync($"/sobjects/Account/{id}")).Json.GetProperty("SystemModstamp").GetString();
        await org.OrderAsync(HttpMethod.Post, "/clock/advance", """{"by":"00:05:00"}""");
        await org.OrderAsync(HttpMethod.Post, Fields, """{"name":"Twice__c","type":"number","formula":"NumberOfEmployees * 2"}""");
        var row = (await org.AskAsync($"/sobjects/Account/{id}")).Json;
        (row.GetProperty("Twice__c").GetDecimal(), row.GetProperty("SystemModstamp").GetString()).ShouldBe((8m, stamp));
        var refused = await org.SendAsync(HttpMethod.Delete, "/_simulator" + Fields + "/NumberOfEmployees");
        refused.Status.ShouldBe(HttpStatusCode.BadRequest);
        refused.Json.GetProperty("error").GetString().ShouldNotBeNull().ShouldStartWith("Account.Twice__c would not fit its formula");
        (await org.SendAsync(HttpMethod.Patch, $"/sobjects/Account/{id}", """{"NumberOfEmployees":5}""")).Status
            .ShouldBe(HttpStatusCode.NoContent);
        (await org.AskAsync($"/sobjects/Account/{id}")).Json.GetProperty("Twice__c").GetDecimal().ShouldBe(10m);
    }

    [Fact]
    public async Task Describe_is_new_after_each_change()
    {
        await using var org = await SimulatedOrg.StartAsync();
        org.Clock.Freeze();
        for (var round = 0; round < 3; round++)
        {
            var seen = (await org.AskAsync("/sobjects/Account/describe")).Headers["Last-Modified"];
            (await org.SendAsync(HttpMethod.Get, "/sobjects/Account/describe", null, ("If-Modified-Since", seen)))
                .Status.ShouldBe(HttpStatusCode.NotModified);
            await org.OrderAsync(HttpMethod.Post, Fields, $$"""{"name":"F{{round}}__c","type":"boolean"}""");
            (await org.SendAsync(HttpMethod.Get, "/sobjects/Account/describe", null, ("If-Modified-Since", seen)))
                .Status.ShouldBe(HttpStatusCode.OK);
        }
    }

    [Theory]
    [InlineData("DELETE", Fields + "/Nothing__c", null, 404)]
    [InlineData("DELETE", Fields + "/SystemModstamp", null, 400)]
    [InlineData("DELETE", Fields + "/Name", null, 400)]
    [InlineData("POST", Fields, """{"name":"Name","type":"text"}""", 400)]
    [InlineData("POST", Fields, """{"name":"X__c","type":"colour"}""", 400)]
    [InlineData("POST", Fields, """{"name":"X__c","type":"reference","referenceTo":["Nothing__c"]}""", 404)]
    [InlineData("PATCH", Fields + "/Phone", """{"lenght":3}""", 400)]
    [InlineData("PATCH", Fields + "/Industry", """{"unique":true}""", 400)]
    [InlineData("POST", "/objects", """{"name":"Account","fields":[]}""", 400)]
    [InlineData("POST", "/objects", """{"fields":[]}""", 400)]
    public async Task What_cannot_be_done_is_told_and_not_done(string method, string path, string? json, int status)
    {
        await using var org = await SimulatedOrg.StartAsync();
        var before = (await org.AskAsync("/sobjects/Account/describe")).Text;
        var answer = await org.SendAsync(new HttpMethod(method), "/_simulator" + path, json);
        ((int)answer.Status).ShouldBe(status, answer.Text);
        answer.Json.GetProperty("error").GetString().ShouldNotBeNullOrEmpty();
        (await org.AskAsync("/sobjects/Account/describe")).Text.ShouldBe(before);
    }

    private static async Task<JsonElement> FieldAsync(SimulatedOrg org, string name) =>
        (await org.AskAsync("/sobjects/Account/describe")).Json.GetProperty("fields").EnumerateArray()
        .Single(field => field.GetProperty("name").GetString() == name);
}
