using System.Net;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Control;

/// <summary>What is hidden from a user does not exist for the user; what is read-only cannot be written. Source: salesforce-api.md,
/// section 2.2.</summary>
public sealed class AccessTests
{
    private const string Access = "/users/admin@tandem.test/access";

    [Fact]
    public async Task A_hidden_field_is_neither_described_nor_read_nor_written()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var id = await org.CreateAsync("Account", """{"Name":"A","Phone":"1"}""");
        await org.OrderAsync(HttpMethod.Put, Access, """{"hidden":["Account.Phone"]}""");

        (await org.AskAsync("/sobjects/Account/describe")).Json.GetProperty("fields").EnumerateArray()
            .ShouldNotContain(field => field.GetProperty("name").GetString() == "Phone");
        (await org.AskAsync($"/sobjects/Account/{id}")).Json.TryGetProperty("Phone", out _).ShouldBeFalse();
        (await org.AskAsync($"/sobjects/Account/{id}?fields=Phone")).ShouldBeError(HttpStatusCode.BadRequest, "INVALID_FIELD");
        (await org.AskAsync($"/composite/sobjects/Account?ids={id}&fields=Phone"))
            .ShouldBeError(HttpStatusCode.BadRequest, "INVALID_FIELD");
        var error = (await org.SendAsync(HttpMethod.Patch, $"/sobjects/Account/{id}", """{"Phone":"2"}"""))
            .ShouldBeError(HttpStatusCode.BadRequest, "INVALID_FIELD");
        error.GetProperty("message").GetString().ShouldBe("No such column 'Phone' on sobject of type Account");
    }

    [Fact]
    public async Task A_read_only_field_is_read_and_not_written()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var id = await org.CreateAsync("Account", """{"Name":"A","Phone":"1"}""");
        await org.OrderAsync(HttpMethod.Put, Access, """{"readOnly":["account.phone"]}""");

        var field = (await org.AskAsync("/sobjects/Account/describe")).Json.GetProperty("fields").EnumerateArray()
            .Single(field => field.GetProperty("name").GetString() == "Phone");
        (field.GetProperty("createable").GetBoolean(), field.GetProperty("updateable").GetBoolean()).ShouldBe((false, false));
        (await org.AskAsync($"/sobjects/Account/{id}")).Json.GetProperty("Phone").GetString().ShouldBe("1");
        (await org.SendAsync(HttpMethod.Patch, $"/sobjects/Account/{id}", """{"Phone":"2"}"""))
            .ShouldBeError(HttpStatusCode.BadRequest, "INVALID_FIELD_FOR_INSERT_UPDATE");
        (await org.SendAsync(HttpMethod.Patch, $"/sobjects/Account/{id}", """{"Name":"B"}""")).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_hidden_object_does_not_exist()
    {
        await using var org = await SimulatedOrg.StartAsync();
        await org.OrderAsync(HttpMethod.Put, Access, """{"hidden":["Contact"]}""");
        (await org.AskAsync("/sobjects")).Json.GetProperty("sobjects").EnumerateArray()
            .ShouldNotContain(entry => entry.GetProperty("name").GetString() == "Contact");
        (await org.AskAsync("/sobjects/Account/describe")).Json.GetProperty("childRelationships").EnumerateArray()
            .ShouldNotContain(child => child.GetProperty("childSObject").GetString() == "Contact");
        (await org.AskAsync("/sobjects/Contact/describe")).ShouldBeError(HttpStatusCode.NotFound, "NOT_FOUND");
        var rows = await org.SendAsync(HttpMethod.Post, "/composite/sobjects",
            """{"records":[{"attributes":{"type":"Contact"},"LastName":"X"}]}""");
        rows.Json[0].GetProperty("errors")[0].GetProperty("statusCode").GetString().ShouldBe("INVALID_TYPE");
    }

    [Fact]
    public async Task A_read_only_object_is_not_saved_and_not_deleted()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var id = await org.CreateAsync("Account", """{"Name":"A"}""");
        await org.OrderAsync(HttpMethod.Put, Access, """{"readOnly":["Account"]}""");
        (await org.SendAsync(HttpMethod.Post, "/sobjects/Account", """{"Name":"B"}""")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await org.SendAsync(HttpMethod.Delete, $"/sobjects/Account/{id}"))
            .ShouldBeError(HttpStatusCode.Forbidden, "INSUFFICIENT_ACCESS_OR_READONLY");
        (await org.AskAsync($"/sobjects/Account/{id}")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Other_users_keep_their_access_and_it_comes_back()
    {
        await using var org = await SimulatedOrg.StartAsync();
        await org.OrderAsync(HttpMethod.Put, "/users/user2@tandem.test/access", """{"hidden":["Account"]}""");
        (await org.AskAsync("/sobjects/Account/describe")).Status.ShouldBe(HttpStatusCode.OK);
        await org.OrderAsync(HttpMethod.Put, Access, """{"hidden":["Account"]}""");
        (await org.AskAsync("/sobjects/Account/describe")).Status.ShouldBe(HttpStatusCode.NotFound);
        await org.OrderAsync(HttpMethod.Put, Access, "{}");
        (await org.AskAsync("/sobjects/Account/describe")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_misspelt_name_is_told()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var answer = await org.SendAsync(HttpMethod.Put, "/_simulator" + Access, """{"hidden":["Account.Fone"]}""");
        answer.Status.ShouldBe(HttpStatusCode.NotFound);
        answer.Json.GetProperty("error").GetString().ShouldBe("There is no object or field Account.Fone.");
    }
}
