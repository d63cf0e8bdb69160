using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Records;

/// <summary>Single rows by id and by external id. Source: salesforce-api.md, sections 2.3, 2.4 and 2.9.</summary>
public sealed class RowTests(TestOrg org)
{
    private const string Root = "/services/data/" + TestOrg.Version;

    [Fact]
    public async Task A_created_row_tells_where_it_is()
    {
        var answer = await org.SendAsync(HttpMethod.Post, "/sobjects/Account", """{"Name":"Row"}""");
        answer.Status.ShouldBe(HttpStatusCode.Created);
        var id = answer.Json.GetProperty("id").GetString().ShouldNotBeNull();
        org.DeleteAtEnd(id);
        id.Length.ShouldBe(18);
        answer.Json.GetProperty("success").GetBoolean().ShouldBeTrue();
        answer.Json.GetProperty("errors").GetArrayLength().ShouldBe(0);
        answer.Headers["Location"].ShouldEndWith($"{Root}/sobjects/Account/{id}");
        var head = await org.SendAsync(HttpMethod.Head, $"/sobjects/Account/{id}");
        head.Status.ShouldBe(HttpStatusCode.OK);
        head.Text.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("_HttpMethod")]
    [InlineData("_HTTP_METHOD")]
    public async Task A_post_may_stand_for_a_patch(string parameter)
    {
        var id = await org.CreateAsync("Account", new { Name = "Row" });
        var answer = await org.SendAsync(HttpMethod.Post, $"/sobjects/Account/{id}?{parameter}=PATCH", """{"Name":"New"}""");
        answer.Status.ShouldBe(HttpStatusCode.NoContent, answer.Text);
        (await org.GetAsync($"/sobjects/Account/{id}?fields=Name")).GetProperty("Name").GetString().ShouldBe("New");
    }

    [Fact]
    public async Task A_method_that_a_row_does_not_take_is_refused_with_those_that_it_takes()
    {
        var id = await org.CreateAsync("Account", new { Name = "Row" });
        foreach (var method in (HttpMethod[])[HttpMethod.Put, HttpMethod.Post])
        {
            var error = await org.FailAsync(method, $"/sobjects/Account/{id}", "{}", HttpStatusCode.MethodNotAllowed, "METHOD_NOT_ALLOWED");
            error.GetProperty("message").GetString()
                .ShouldBe($"HTTP Method '{method}' not allowed. Allowed are DELETE,GET,HEAD,PATCH");
        }
    }

    [Fact]
    public async Task An_upsert_tells_whether_it_created_and_old_versions_do_not()
    {
        var key = TestOrg.Unique();
        var created = await org.SendAsync(HttpMethod.Patch, $"/sobjects/Account/Ext_Id__c/{key}", """{"Name":"A"}""");
        created.Status.ShouldBe(HttpStatusCode.Created);
        created.Json.GetProperty("created").GetBoolean().ShouldBeTrue();
        org.DeleteAtEnd(created.Json.GetProperty("id").GetString().ShouldNotBeNull());
        var updated = await org.SendAsync(HttpMethod.Patch, $"/sobjects/Account/Ext_Id__c/{key.ToUpperInvariant()}", """{"Name":"B"}""");
        updated.Status.ShouldBe(HttpStatusCode.OK);
        updated.Json.GetProperty("created").GetBoolean().ShouldBeFalse();
        var old = await org.SendAsync(HttpMethod.Patch, $"/services/data/v45.0/sobjects/Account/Ext_Id__c/{key}", """{"Name":"C"}""");
        old.Status.ShouldBe(HttpStatusCode.NoContent);
        old.Text.ShouldBeEmpty();
        var missing = TestOrg.Unique();
        await org.FailAsync(HttpMethod.Patch, $"/sobjects/Account/Ext_Id__c/{missing}?updateOnly=true", """{"Name":"A"}""",
            HttpStatusCode.NotFound, "NOT_FOUND");
        await org.FailAsync(HttpMethod.Patch, $"/sobjects/Account/Ext_Id__c/{key}", $$"""{"Name":"A","Ext_Id__c":"{{key}}"}""",
            HttpStatusCode.BadRequest, "INVALID_FIELD");
    }

    [Fact]
    public async Task An_upsert_by_id_creates_without_one()
    {
        var created = await org.SendAsync(HttpMethod.Post, "/sobjects/Account/Id", """{"Name":"A"}""");
        created.Status.ShouldBe(HttpStatusCode.Created, created.Text);
        var id = created.Json.GetProperty("id").GetString().ShouldNotBeNull();
        org.DeleteAtEnd(id);
        var updated = await org.SendAsync(HttpMethod.Patch, $"/sobjects/Account/Id/{id}", """{"Name":"B"}""");
        updated.Status.ShouldBe(HttpStatusCode.OK, updated.Text);
        updated.Json.GetProperty("created").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_key_may_hold_what_addresses_use()
    {
        var key = TestOrg.Unique()[..20] + "/a.b %c";
        var created = await org.SendAsync(HttpMethod.Patch, $"/sobjects/Account/Ext_Id__c/{Uri.EscapeDataString(key)}", """{"Name":"A"}""");
        created.Status.ShouldBe(HttpStatusCode.Created, created.Text);
        var id = created.Json.GetProperty("id").GetString().ShouldNotBeNull();
        org.DeleteAtEnd(id);
        (await org.GetAsync($"/sobjects/Account/{id}?fields=Ext_Id__c")).GetProperty("Ext_Id__c").GetString().ShouldBe(key);
    }

    [Fact]
    public async Task A_parent_is_found_by_its_key_whichever_object_it_is_of()
    {
        var key = TestOrg.Unique();
        var account = await org.CreateAsync("Account", new { Name = "A", Ext_Id__c = key });
        var contact = await org.CreateAsync("Contact", new { LastName = "C", Account = new { Ext_Id__c = key.ToUpperInvariant() } });
        (await org.GetAsync($"/sobjects/Contact/{contact}?fields=AccountId")).GetProperty("AccountId").GetString().ShouldBe(account);
        var error = await org.FailAsync(HttpMethod.Post, "/sobjects/Contact",
            """{"LastName":"C","Account":{"Ext_Id__c":"NO-SUCH-KEY"}}""", HttpStatusCode.BadRequest, "INVALID_FIELD");
        error.GetProperty("message").GetString()
            .ShouldBe("Foreign key external ID: no-such-key not found for field Ext_Id__c in entity Account");
        await org.FailAsync(HttpMethod.Post, "/sobjects/Contact",
            $$$"""{"LastName":"C","Account":{"Ext_Id__c":"{{{key}}}"},"AccountId":"{{{account}}}"}""", HttpStatusCode.BadRequest,
            "INVALID_FIELD");
        (await org.SendAsync(HttpMethod.Patch, $"/sobjects/Contact/{contact}", """{"Account":null}""")).Status
            .ShouldBe(HttpStatusCode.NoContent);
        (await org.GetAsync($"/sobjects/Contact/{contact}?fields=AccountId")).GetProperty("AccountId").ValueKind
            .ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Options_of_a_call_are_taken()
    {
        var answer = await org.SendAsync(HttpMethod.Post, "/sobjects/Account", """{"Name":"A"}""",
            ("Sforce-Auto-Assign", "FALSE"), ("Sforce-Mru", "updateMru=true"), ("Sforce-Call-Options", "client=conformance"),
            ("Sforce-Duplicate-Rule-Header", "allowSave=true"), ("X-PrettyPrint", "1"));
        answer.Status.ShouldBe(HttpStatusCode.Created, answer.Text);
        answer.Text.ShouldContain("\n");
        org.DeleteAtEnd(answer.Json.GetProperty("id").GetString().ShouldNotBeNull());
    }
}
