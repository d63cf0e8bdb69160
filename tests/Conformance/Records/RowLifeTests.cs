using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Records;

/// <summary>A row from its creation to its end, and what is refused on the way. Source: salesforce-api.md, sections 2.3 and 2.9.</summary>
public sealed class RowLifeTests(TestOrg org)
{
    [Fact]
    public async Task A_row_is_created_read_changed_and_deleted()
    {
        var id = await org.CreateAsync("Account",
            """{"Name":"  Acme \"One\" ","BillingCity":"Zürich","AnnualRevenue":1.5,"Description":""}""");
        var row = await org.GetAsync($"/sobjects/Account/{id}");
        row.GetProperty("attributes").GetProperty("url").GetString().ShouldBe($"/services/data/{TestOrg.Version}/sobjects/Account/{id}");
        row.GetProperty("Name").GetString().ShouldBe("Acme \"One\"");
        row.GetProperty("AnnualRevenue").GetRawText().ShouldBe("2.0");
        row.GetProperty("Description").ValueKind.ShouldBe(JsonValueKind.Null);
        row.GetProperty("BillingAddress").GetProperty("city").GetString().ShouldBe("Zürich");
        row.GetProperty("ShippingAddress").ValueKind.ShouldBe(JsonValueKind.Null);
        row.GetProperty("OwnerId").GetString().ShouldBe(row.GetProperty("CreatedById").GetString());
        row.GetProperty("SystemModstamp").GetString().ShouldNotBeNull().ShouldEndWith(".000+0000");

        await org.UpdateAsync("account", id[..15], new { Name = "Acme Two", BillingCity = (string?)null });
        var part = await org.GetAsync($"/sobjects/Account/{id}?fields=Name,BillingCity,Phone");
        part.EnumerateObject().Select(member => member.Name).ShouldBe(["attributes", "Name", "BillingCity", "Phone"]);
        part.GetProperty("Name").GetString().ShouldBe("Acme Two");
        part.GetProperty("BillingCity").ValueKind.ShouldBe(JsonValueKind.Null);

        await org.DeleteAsync("Account", id);
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Delete, HttpMethod.Patch])
        {
            await org.FailAsync(method, $"/sobjects/Account/{id}", method == HttpMethod.Patch ? "{}" : null, HttpStatusCode.NotFound,
                "ENTITY_IS_DELETED");
        }
    }

    [Theory]
    [InlineData("""{"Name":"A","Nope__c":1}""", "INVALID_FIELD")]
    [InlineData("""{"Phone":"1"}""", "REQUIRED_FIELD_MISSING")]
    [InlineData("""{"Name":"A","CreatedDate":"2026-01-01T00:00:00Z"}""", "INVALID_FIELD_FOR_INSERT_UPDATE")]
    [InlineData("""{"Name":"A","BillingAddress":{"city":"X"}}""", "INVALID_FIELD_FOR_INSERT_UPDATE")]
    [InlineData("""{"Name":"A","ParentId":"nonsense"}""", "MALFORMED_ID")]
    [InlineData("""{"Name":"A","ParentId":"001Dp00000H8YVW"}""", "INVALID_CROSS_REFERENCE_KEY")]
    [InlineData("""{"Name":"A","NumberOfEmployees":"many"}""", "JSON_PARSER_ERROR")]
    [InlineData("""{"Name":"A",""", "JSON_PARSER_ERROR")]
    public async Task A_bad_row_is_refused_with_the_platforms_code(string json, string code) =>
        await org.FailAsync(HttpMethod.Post, "/sobjects/Account", json, HttpStatusCode.BadRequest, code);

    [Fact]
    public async Task Resources_that_are_not_there_answer_not_found()
    {
        await org.FailAsync(HttpMethod.Get, "/sobjects/Nope", null, HttpStatusCode.NotFound, "NOT_FOUND");
        await org.FailAsync(HttpMethod.Get, "/nope", null, HttpStatusCode.NotFound, "NOT_FOUND");
        await org.FailAsync(HttpMethod.Patch, "/sobjects/Account/Name/x", "{}", HttpStatusCode.NotFound, "NOT_FOUND");
        var missing = await org.FailAsync(HttpMethod.Get, "/sobjects/Account/001Dp00000H8YVW", null, HttpStatusCode.NotFound, "NOT_FOUND");
        missing.GetProperty("message").GetString()
            .ShouldBe("Provided external ID field does not exist or is not accessible: 001Dp00000H8YVW");
        await org.FailAsync(HttpMethod.Get, "/sobjects/Account/003Dp00000H8YVW", null, HttpStatusCode.BadRequest, "MALFORMED_ID");
    }
}
