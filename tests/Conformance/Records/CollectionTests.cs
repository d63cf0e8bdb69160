using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Records;

/// <summary>Many rows in one call. Source: salesforce-api.md, section 2.8.</summary>
public sealed class CollectionTests(TestOrg org)
{
    private const string Path = "/composite/sobjects";

    [Fact]
    public async Task Rows_that_fail_stand_beside_rows_that_are_saved()
    {
        var answer = await SendAsync(HttpMethod.Post, Path, false, [new { attributes = new { type = "Account" }, Name = "A" },
            new { attributes = new { type = "Contact" } }, new { attributes = new { type = "Nope" }, Name = "A" }]);
        answer.Select(item => item.GetProperty("success").GetBoolean()).ShouldBe([true, false, false]);
        org.DeleteAtEnd(answer[0].GetProperty("id").GetString().ShouldNotBeNull());
        answer[0].GetProperty("errors").GetArrayLength().ShouldBe(0);
        var error = answer[1].GetProperty("errors")[0];
        error.GetProperty("statusCode").GetString().ShouldBe("REQUIRED_FIELD_MISSING");
        error.GetProperty("fields")[0].GetString().ShouldBe("LastName");
        error.TryGetProperty("errorCode", out _).ShouldBeFalse();
        answer[1].TryGetProperty("id", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_key_twice_in_one_call_refuses_all_its_rows()
    {
        var key = TestOrg.Unique();
        var answer = await SendAsync(HttpMethod.Patch, $"{Path}/Account/Ext_Id__c", false, [
            new { attributes = new { type = "Account" }, Name = "A", Ext_Id__c = key },
            new { attributes = new { type = "Account" }, Name = "B", Ext_Id__c = key.ToUpperInvariant() }]);
        foreach (var item in answer)
        {
            item.GetProperty("errors")[0].GetProperty("statusCode").GetString().ShouldBe("DUPLICATE_VALUE");
            item.GetProperty("errors")[0].GetProperty("message").GetString()
                .ShouldBe($"Duplicate external id specified: {key.ToLowerInvariant()}");
        }
    }

    [Fact]
    public async Task One_row_may_be_updated_twelve_times_in_a_call()
    {
        var id = await org.CreateAsync("Account", new { Name = "A" });
        var answer = await SendAsync(HttpMethod.Patch, Path, false, [.. Enumerable.Range(0, 13).Select(at =>
            (object)new { attributes = new { type = "Account" }, id, Name = $"A{at}" })]);
        answer.Select(item => item.GetProperty("success").GetBoolean()).ShouldBe([.. Enumerable.Repeat(true, 12), false]);
        answer[12].GetProperty("errors")[0].GetProperty("statusCode").GetString().ShouldBe("DUPLICATE_VALUE");
        (await org.GetAsync($"/sobjects/Account/{id}?fields=Name")).GetProperty("Name").GetString().ShouldBe("A11");
    }

    [Fact]
    public async Task All_or_none_keeps_nothing_and_says_why()
    {
        var key = TestOrg.Unique();
        var answer = await SendAsync(HttpMethod.Patch, $"{Path}/Account/Ext_Id__c", true, [
            new { attributes = new { type = "Account" }, Name = "A", Ext_Id__c = key },
            new { attributes = new { type = "Account" }, Ext_Id__c = TestOrg.Unique() }]);
        answer[0].GetProperty("errors")[0].GetProperty("statusCode").GetString().ShouldBe("ALL_OR_NONE_OPERATION_ROLLED_BACK");
        answer[0].GetProperty("errors")[0].GetProperty("message").GetString().ShouldBe(
            "Record rolled back because not all records were valid and the request was using AllOrNone header");
        answer[0].GetProperty("created").GetBoolean().ShouldBeTrue();
        answer[1].GetProperty("errors")[0].GetProperty("statusCode").GetString().ShouldBe("REQUIRED_FIELD_MISSING");
        await org.FailAsync(HttpMethod.Get, $"/sobjects/Account/Ext_Id__c/{key}", null, HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task Many_rows_are_retrieved_in_the_order_asked_with_null_for_missing_ones()
    {
        var (one, two) = (await org.CreateAsync("Account", new { Name = "1" }), await org.CreateAsync("Account", new { Name = "2" }));
        await org.SendAsync(HttpMethod.Delete, $"/sobjects/Account/{one}");
        var answer = await org.SendAsync(HttpMethod.Post, $"{Path}/Account",
            JsonSerializer.Serialize(new { ids = new[] { two, one }, fields = new[] { "Name" } }));
        answer.Json[0].GetProperty("Name").GetString().ShouldBe("2");
        answer.Json[1].ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Rows_are_updated_by_their_ids()
    {
        var id = await org.CreateAsync("Account", new { Name = "A" });
        var answer = await SendAsync(HttpMethod.Patch, Path, false, [new { attributes = new { type = "Account" }, id, Name = "B" },
            new { attributes = new { type = "Account" }, id = "001Dp00000H8YVW", Name = "B" }]);
        answer[0].GetProperty("success").GetBoolean().ShouldBeTrue();
        answer[1].GetProperty("errors")[0].GetProperty("statusCode").GetString().ShouldBe("INVALID_CROSS_REFERENCE_KEY");
        (await org.ValueAsync("Account", id, "Name")).ShouldBe("B");
    }

    [Fact]
    public async Task Rows_are_deleted_and_retrieved_in_the_order_asked()
    {
        var (one, two) = (await org.CreateAsync("Account", new { Name = "1" }), await org.CreateAsync("Account", new { Name = "2" }));
        var rows = await org.GetAsync($"{Path}/Account?ids={two},001Dp00000H8YVW,{one[..15]}&fields=Name");
        rows.EnumerateArray().Select(row => row.ValueKind == JsonValueKind.Null ? null : row.GetProperty("Name").GetString())
            .ShouldBe(["2", null, "1"]);
        await org.FailAsync(HttpMethod.Get, $"{Path}/Account?ids={two}&fields=Nope", null, HttpStatusCode.BadRequest, "INVALID_FIELD");
        var deleted = (await org.SendAsync(HttpMethod.Delete, $"{Path}?ids={one},{one},nonsense&allOrNone=false")).Json;
        deleted[0].GetProperty("success").GetBoolean().ShouldBeTrue();
        deleted[1].GetProperty("errors")[0].GetProperty("statusCode").GetString().ShouldBe("ENTITY_IS_DELETED");
        deleted[2].GetProperty("errors")[0].GetProperty("statusCode").GetString().ShouldBe("MALFORMED_ID");
    }

    [Fact]
    public async Task More_than_200_rows_or_10_runs_of_one_type_are_refused()
    {
        await org.FailAsync(HttpMethod.Post, Path, Records(Enumerable.Repeat("Account", 201)), HttpStatusCode.BadRequest,
            "EXCEEDED_ID_LIMIT");
        await org.FailAsync(HttpMethod.Post, Path, Records(Enumerable.Range(0, 11).Select(at => at % 2 == 0 ? "Account" : "Lead")),
            HttpStatusCode.BadRequest, "LIMIT_EXCEEDED");
        (await org.SendAsync(HttpMethod.Post, Path, Records(Enumerable.Repeat("Account", 200)))).Status.ShouldBe(HttpStatusCode.OK);

        // Rows without a name are refused one by one and leave nothing.
        static object Records(IEnumerable<string> types) => new { records = types.Select(type => new { attributes = new { type } }) };
    }

    [Fact]
    public async Task A_parent_of_the_same_call_is_found_by_its_key_only_where_the_org_says_so()
    {
        foreach (var finds in (bool[])[false, true])
        {
            await using var own = await SimulatedOrg.StartAsync(SimulatedOrg.Small with { FindsNewParentsByKey = finds });
            var answer = await own.SendAsync(HttpMethod.Post, Path, """
                {"records":[{"attributes":{"type":"Account"},"Name":"P","Ext_Id__c":"P-1"},
                 {"attributes":{"type":"Contact"},"LastName":"C","Account":{"Ext_Id__c":"P-1"}}]}
                """);
            answer.Json[0].GetProperty("success").GetBoolean().ShouldBeTrue();
            answer.Json[1].GetProperty("success").GetBoolean().ShouldBe(finds);
        }
    }

    private async Task<List<JsonElement>> SendAsync(HttpMethod method, string path, bool allOrNone, object[] records)
    {
        var answer = await org.SendAsync(method, path, JsonSerializer.Serialize(new { allOrNone, records }));
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        return [.. answer.Json.EnumerateArray()];
    }
}
