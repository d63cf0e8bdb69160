using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Integration.Simulator.Records;

/// <summary>Many rows in one call, by salesforce-api.md, section 2.8.</summary>
public sealed class CollectionTests
{
    private const string Path = "/composite/sobjects";

    [Fact]
    public async Task Good_rows_are_saved_beside_bad_ones()
    {
        await using var org = await OrgClient.StartAsync();
        var (status, body) = await org.SendAsync(HttpMethod.Post, Path, """
            {"records":[{"attributes":{"type":"Account"},"Name":"A"},{"attributes":{"type":"Account"}},
            {"attributes":{"type":"Nope"},"Name":"A"}]}
            """);
        status.ShouldBe(HttpStatusCode.OK);
        body.EnumerateArray().Select(item => item.GetProperty("success").GetBoolean()).ShouldBe([true, false, false]);
        Code(body[1]).ShouldBe("REQUIRED_FIELD_MISSING");
        body[1].GetProperty("errors")[0].GetProperty("fields")[0].GetString().ShouldBe("Name");
        body[1].TryGetProperty("id", out _).ShouldBeFalse();
        Code(body[2]).ShouldBe("INVALID_TYPE");

        var id = body[0].GetProperty("id").GetString();
        var (_, updated) = await org.SendAsync(HttpMethod.Patch, Path, $$"""
            {"records":[{"attributes":{"type":"Account"},"id":"{{id}}","Name":"B"},
            {"attributes":{"type":"Account"},"id":"001Dp00000H8YVW","Name":"B"}]}
            """);
        updated[0].GetProperty("success").GetBoolean().ShouldBeTrue();
        Code(updated[1]).ShouldBe("INVALID_CROSS_REFERENCE_KEY");
        (await org.GetAsync($"/sobjects/Account/{id}")).GetProperty("Name").GetString().ShouldBe("B");
    }

    [Fact]
    public async Task All_or_none_takes_everything_back()
    {
        await using var org = await OrgClient.StartAsync();
        var table = org.Server.Org.FindTable("Account").ShouldNotBeNull();
        var before = table.Count;
        var (_, body) = await org.SendAsync(HttpMethod.Patch, Path + "/Account/Ext_Id__c", """
            {"allOrNone":true,"records":[{"attributes":{"type":"Account"},"Name":"A","Ext_Id__c":"N-1"},
            {"attributes":{"type":"Account"},"Ext_Id__c":"N-2"}]}
            """);
        Code(body[0]).ShouldBe("ALL_OR_NONE_OPERATION_ROLLED_BACK");
        body[0].GetProperty("created").GetBoolean().ShouldBeTrue();
        Code(body[1]).ShouldBe("REQUIRED_FIELD_MISSING");
        table.Count.ShouldBe(before);
        (await org.SendAsync(HttpMethod.Patch, "/sobjects/Account/Ext_Id__c/N-1",
            """{"Name":"A"}""")).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Rows_that_share_a_key_are_all_refused()
    {
        await using var org = await OrgClient.StartAsync();
        var (_, body) = await org.SendAsync(HttpMethod.Patch, Path + "/Account/Ext_Id__c", """
            {"records":[{"attributes":{"type":"Account"},"Name":"A","Ext_Id__c":"K-1"},
            {"attributes":{"type":"Account"},"Name":"B","Ext_Id__c":"k-1"},
            {"attributes":{"type":"Account"},"Name":"C","Ext_Id__c":"K-2"}]}
            """);
        Code(body[0]).ShouldBe("DUPLICATE_VALUE");
        body[1].GetProperty("errors")[0].GetProperty("message").GetString().ShouldBe("Duplicate external id specified: k-1");
        body[2].GetProperty("created").GetBoolean().ShouldBeTrue();
        await org.FailAsync(HttpMethod.Get, "/sobjects/Account/Ext_Id__c/K-1", null, HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task More_than_200_rows_or_10_runs_of_one_type_are_refused()
    {
        await using var org = await OrgClient.StartAsync();
        static string Records(IEnumerable<string> types) =>
            JsonSerializer.Serialize(new { records = types.Select(type => new { attributes = new { type }, Name = "X", LastName = "X" }) });
        await org.FailAsync(HttpMethod.Post, Path, Records(Enumerable.Repeat("Account", 201)), HttpStatusCode.BadRequest,
            "EXCEEDED_ID_LIMIT");
        await org.FailAsync(HttpMethod.Post, Path, Records(Enumerable.Range(0, 11).Select(at => at % 2 == 0 ? "Account" : "Lead")),
            HttpStatusCode.BadRequest,
            "LIMIT_EXCEEDED");
        (await org.SendAsync(HttpMethod.Post, Path, Records(Enumerable.Repeat("Account", 200)))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Deletes_and_retrieves_answer_in_the_order_asked()
    {
        await using var org = await OrgClient.StartAsync();
        var one = await org.CreateAsync("Account", """{"Name":"1"}""");
        var two = await org.CreateAsync("Account", """{"Name":"2"}""");
        var rows = await org.GetAsync($"{Path}/Account?ids={two},001Dp00000H8YVW,{one[..15]}&fields=Name");
        rows.EnumerateArray().Select(row => row.ValueKind == JsonValueKind.Null ? null
            : row.GetProperty("Name").GetString()).ShouldBe(["2", null, "1"]);
        var (_, deleted) = await org.SendAsync(HttpMethod.Delete, $"{Path}?ids={one},{one},nonsense&allOrNone=false");
        deleted.EnumerateArray().Select(item => item.GetProperty("success").GetBoolean()).ShouldBe([true, false, false]);
        Code(deleted[1]).ShouldBe("ENTITY_IS_DELETED");
        Code(deleted[2]).ShouldBe("MALFORMED_ID");
        var (_, posted) = await org.SendAsync(HttpMethod.Post, $"{Path}/Account", $$"""{"ids":["{{one}}","{{two}}"],"fields":["Id"]}""");
        posted[0].ValueKind.ShouldBe(JsonValueKind.Null);
        posted[1].GetProperty("Id").GetString().ShouldBe(two);
        await org.FailAsync(HttpMethod.Get, $"{Path}/Account?ids={two}&fields=Nope", null, HttpStatusCode.BadRequest, "INVALID_FIELD");
    }

    private static string? Code(JsonElement item) => item.GetProperty("errors")[0].GetProperty("statusCode").GetString();
}
