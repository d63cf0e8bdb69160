using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Integration.Simulator.Records;

/// <summary>Rows by id and by external id, by salesforce-api.md, sections 2.3 and 2.4.</summary>
public sealed class RecordTests
{
    [Fact]
    public async Task A_row_is_created_read_changed_and_deleted()
    {
        await using var org = await OrgClient.StartAsync();
        var id = await org.CreateAsync("Account",
            """{"Name":"  Acme \"One\" ","BillingCity":"Zürich","AnnualRevenue":1.5,"Description":""}""");
        id.Length.ShouldBe(18);
        var row = await org.GetAsync($"/sobjects/Account/{id}");
        row.GetProperty("attributes").GetProperty("url").GetString().ShouldBe($"/services/data/v67.0/sobjects/Account/{id}");
        row.GetProperty("Name").GetString().ShouldBe("Acme \"One\"");
        row.GetProperty("AnnualRevenue").GetRawText().ShouldBe("2.0");
        row.GetProperty("Description").ValueKind.ShouldBe(JsonValueKind.Null);
        row.GetProperty("BillingAddress").GetProperty("city").GetString().ShouldBe("Zürich");
        row.GetProperty("ShippingAddress").ValueKind.ShouldBe(JsonValueKind.Null);
        row.GetProperty("OwnerId").GetString().ShouldBe(org.Server.Org.AdminUserId);
        row.GetProperty("SystemModstamp").GetString().ShouldNotBeNull().ShouldEndWith(".000+0000");

        (await org.SendAsync(HttpMethod.Patch, $"/sobjects/account/{id[..15]}", """{"Name":"Acme Two","BillingCity":null}""")).Status
            .ShouldBe(HttpStatusCode.NoContent);
        (await org.SendAsync(HttpMethod.Post, $"/sobjects/Account/{id}?_HTTP_METHOD=PATCH", """{"Phone":"1"}""")).Status
            .ShouldBe(HttpStatusCode.NoContent);
        var part = await org.GetAsync($"/sobjects/Account/{id}?fields=Name,BillingCity,Phone");
        part.EnumerateObject().Select(member => member.Name).ShouldBe(["attributes", "Name", "BillingCity", "Phone"]);
        part.GetProperty("Name").GetString().ShouldBe("Acme Two");
        part.GetProperty("BillingCity").ValueKind.ShouldBe(JsonValueKind.Null);

        (await org.SendAsync(HttpMethod.Delete, $"/sobjects/Account/{id}")).Status.ShouldBe(HttpStatusCode.NoContent);
        await org.FailAsync(HttpMethod.Get, $"/sobjects/Account/{id}", null, HttpStatusCode.NotFound, "ENTITY_IS_DELETED");
        await org.FailAsync(HttpMethod.Delete, $"/sobjects/Account/{id}", null, HttpStatusCode.NotFound, "ENTITY_IS_DELETED");
        await org.FailAsync(HttpMethod.Patch, $"/sobjects/Account/{id}", "{}", HttpStatusCode.NotFound, "ENTITY_IS_DELETED");
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
    public async Task A_bad_row_is_refused_with_the_platforms_code(string json, string code)
    {
        await using var org = await OrgClient.StartAsync();
        await org.FailAsync(HttpMethod.Post, "/sobjects/Account", json, HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task Resources_that_are_not_there_answer_not_found()
    {
        await using var org = await OrgClient.StartAsync();
        await org.FailAsync(HttpMethod.Get, "/sobjects/Nope", null, HttpStatusCode.NotFound, "NOT_FOUND");
        await org.FailAsync(HttpMethod.Get, "/nope", null, HttpStatusCode.NotFound, "NOT_FOUND");
        var missing = await org.FailAsync(HttpMethod.Get, "/sobjects/Account/001Dp00000H8YVW", null, HttpStatusCode.NotFound, "NOT_FOUND");
        missing.GetProperty("message").GetString()
            .ShouldBe("Provided external ID field does not exist or is not accessible: 001Dp00000H8YVW");
        await org.FailAsync(HttpMethod.Get, "/sobjects/Account/003Dp00000H8YVW", null, HttpStatusCode.BadRequest, "MALFORMED_ID");
    }

    [Fact]
    public async Task An_upsert_creates_and_then_changes_with_the_status_of_the_version()
    {
        await using var org = await OrgClient.StartAsync();
        const string Value = "a/b%2F c.d";
        var path = "/sobjects/Account/Ext_Id__c/" + Uri.EscapeDataString(Value);
        var (created, first) = await org.SendAsync(HttpMethod.Patch, path, """{"Name":"One"}""");
        created.ShouldBe(HttpStatusCode.Created);
        first.GetProperty("created").GetBoolean().ShouldBeTrue();
        var (changed, second) = await org.SendAsync(HttpMethod.Patch, path.ToUpperInvariant().Replace("/SOBJECTS/ACCOUNT/EXT_ID__C",
            "/sobjects/account/ext_id__c", StringComparison.Ordinal),
            """{"Name":"Two"}""");
        changed.ShouldBe(HttpStatusCode.OK);
        second.GetProperty("created").GetBoolean().ShouldBeFalse();
        second.GetProperty("id").GetString().ShouldBe(first.GetProperty("id").GetString());
        var row = await org.GetAsync(path);
        row.GetProperty("Name").GetString().ShouldBe("Two");
        row.GetProperty("Ext_Id__c").GetString().ShouldBe(Value);

        var (old, body) = await org.SendAsync(HttpMethod.Patch, "/services/data/v45.0" + path, """{"Name":"Three"}""");
        old.ShouldBe(HttpStatusCode.NoContent);
        body.ValueKind.ShouldBe(JsonValueKind.Undefined);
        await org.FailAsync(HttpMethod.Patch, "/sobjects/Account/Ext_Id__c/none?updateOnly=true", """{"Name":"X"}""",
            HttpStatusCode.NotFound, "NOT_FOUND");
        await org.FailAsync(HttpMethod.Patch, path, """{"Ext_Id__c":"x"}""", HttpStatusCode.BadRequest, "INVALID_FIELD");
        await org.FailAsync(HttpMethod.Patch, "/sobjects/Account/Name/x", "{}", HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task A_parent_may_be_named_by_its_external_id()
    {
        await using var org = await OrgClient.StartAsync();
        var account = await org.CreateAsync("Account", """{"Name":"Parent","Ext_Id__c":"P-1"}""");
        var contact = await org.CreateAsync("Contact", """{"LastName":"Child","FirstName":"Only","Account":{"Ext_Id__c":"p-1"}}""");
        var row = await org.GetAsync($"/sobjects/Contact/{contact}");
        row.GetProperty("AccountId").GetString().ShouldBe(account);
        row.GetProperty("Name").GetString().ShouldBe("Only Child");
        var error = await org.FailAsync(HttpMethod.Post, "/sobjects/Contact", """{"LastName":"C","Account":{"Ext_Id__c":"P-2"}}""",
            HttpStatusCode.BadRequest, "INVALID_FIELD");
        error.GetProperty("message").GetString().ShouldBe("Foreign key external ID: p-2 not found for field Ext_Id__c in entity Account");
        await org.FailAsync(HttpMethod.Post, "/sobjects/Contact",
            $$"""{"LastName":"C","Account":{"Ext_Id__c":"P-1"},"AccountId":"{{account}}"}""",
            HttpStatusCode.BadRequest, "INVALID_FIELD");
    }

    [Fact]
    public async Task A_key_that_is_not_unique_answers_the_choices()
    {
        await using var org = await OrgClient.StartAsync(new() { Rows = 5, MetadataFile = Sample() });
        var first = await org.CreateAsync("Widget__c", """{"Legacy_Code__c":"L"}""");
        var second = await org.CreateAsync("Widget__c", """{"Legacy_Code__c":"l"}""");
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Patch])
        {
            var (status, body) = await org.SendAsync(method, "/sobjects/Widget__c/Legacy_Code__c/L", method == HttpMethod.Get ? null
                : "{}");
            status.ShouldBe(HttpStatusCode.MultipleChoices);
            body.EnumerateArray().Select(item => item.GetString())
                .ShouldBe([$"/services/data/v67.0/sobjects/Widget__c/{first}",
                    $"/services/data/v67.0/sobjects/Widget__c/{second}"], ignoreOrder: true);
        }
    }

    [Fact]
    public async Task Blobs_locations_and_secrets_read_as_the_platform_answers_them()
    {
        await using var org = await OrgClient.StartAsync(new() { Rows = 5, MetadataFile = Sample() });
        var id = await org.CreateAsync("Widget__c", """
            {"Photo__c":"AQID","Position__Latitude__s":1.5,"Position__Longitude__s":-2,"Secret__c":"12345678",
             "Site_Address__City__s":"Bern",
             "Tags__c":"Heavy;New","Opens_At__c":"08:30:00.000Z","Tested_At__c":"2026-01-31T10:00:00.789+02:00","Built_On__c":"2026-01-31",
             "Weight__c":"1.2345"}
            """);
        var row = await org.GetAsync($"/sobjects/Widget__c/{id}");
        row.GetProperty("Photo__c").GetString().ShouldBe($"/services/data/v67.0/sobjects/Widget__c/{id}/Photo__c");
        row.GetProperty("Position__c").GetRawText().ShouldBe("""{"latitude":1.5,"longitude":-2.0}""");
        row.GetProperty("Secret__c").GetString().ShouldBe("****5678");
        row.GetProperty("Site_Address__c").GetProperty("city").GetString().ShouldBe("Bern");
        row.GetProperty("Tags__c").GetString().ShouldBe("New;Heavy");
        row.GetProperty("Opens_At__c").GetString().ShouldBe("08:30:00.000Z");
        row.GetProperty("Tested_At__c").GetString().ShouldBe("2026-01-31T08:00:00.000+0000");
        row.GetProperty("Weight__c").GetDecimal().ShouldBe(1.235m);
        row.GetProperty("Color__c").GetString().ShouldBe("Red");
        row.GetProperty("Name").GetString().ShouldBe("W-00501");
        var blob = await org.Http.GetByteArrayAsync($"/services/data/v67.0/sobjects/Widget__c/{id}/Photo__c",
            TestContext.Current.CancellationToken);
        blob.ShouldBe([1, 2, 3]);
    }

    private static string Sample()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tandem.slnx")))
            folder = folder.Parent;
        return Path.Combine(folder.ShouldNotBeNull().FullName, "docs", "examples", "simulator-metadata.json");
    }
}
