using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Shouldly;
using Tandem.Simulator;
using Xunit;

namespace Tandem.Tests.Integration.Simulator.Records;

/// <summary>What holds for every resource, discovery and describe, by salesforce-api.md, sections 0, 2.1 and 2.2.</summary>
public sealed class ServerTests
{
    [Fact]
    public async Task Versions_need_no_session_and_stand_oldest_first()
    {
        await using var org = await OrgClient.StartAsync();
        using var http = new HttpClient { BaseAddress = org.Server.BaseAddress };
        using var response = await http.GetAsync("/services/data/", TestContext.Current.CancellationToken);
        response.Headers.Contains("Sforce-Limit-Info").ShouldBeFalse();
        response.Content.Headers.NonValidated["Content-Type"].ToString().ShouldBe("application/json;charset=UTF-8");
        var versions = JsonSerializer.Deserialize<JsonElement>(
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        versions[0].GetProperty("version").GetString().ShouldBe("30.0");
        var last = versions[versions.GetArrayLength() - 1];
        last.GetRawText().ShouldBe("""{"label":"Summer '26","url":"/services/data/v67.0","version":"67.0"}""");
        versions[versions.GetArrayLength() - 2].GetProperty("label").GetString().ShouldBe("Spring '26");
    }

    [Fact]
    public async Task Without_a_live_session_nothing_is_answered()
    {
        await using var org = await OrgClient.StartAsync();
        (await org.SendAsync(HttpMethod.Get, "/limits")).Status.ShouldBe(HttpStatusCode.OK);
        org.Server.Sessions.RevokeAll();
        await org.FailAsync(HttpMethod.Get, "/limits", null, HttpStatusCode.Unauthorized, "INVALID_SESSION_ID");
        org.Http.DefaultRequestHeaders.Authorization = null;
        await org.FailAsync(HttpMethod.Get, "/limits", null, HttpStatusCode.Unauthorized, "INVALID_SESSION_ID");
        var token = org.Server.Sessions.Issue(org.Server.Org.AdminUserId).AccessToken;
        token.ShouldMatch(@"^00D\w{12}![.\w]+$");
        org.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("OAuth", token);
        (await org.SendAsync(HttpMethod.Get, "//limits/")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Calls_are_counted_up_to_the_days_limit()
    {
        await using var org = await OrgClient.StartAsync(new SimulatorOptions { Rows = 5, DailyApiRequests = 2 });
        using var first = await org.Http.GetAsync("/services/data/v67.0/sobjects", TestContext.Current.CancellationToken);
        first.Headers.GetValues("Sforce-Limit-Info").ShouldBe(["api-usage=1/2"]);
        (await org.GetAsync("/limits")).GetProperty("DailyApiRequests").GetRawText().ShouldBe("""{"Max":2,"Remaining":0}""");
        await org.FailAsync(HttpMethod.Get, "/limits", null, HttpStatusCode.Forbidden, "REQUEST_LIMIT_EXCEEDED");
    }

    [Theory]
    [InlineData("/services/data/v68.0/limits")]
    [InlineData("/services/data/v67/limits")]
    [InlineData("/services/data/v067.0/limits")]
    [InlineData("/services/nothing")]
    public async Task What_is_not_served_is_not_found(string path)
    {
        await using var org = await OrgClient.StartAsync();
        await org.FailAsync(HttpMethod.Get, path, null, HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task A_method_that_a_resource_does_not_take_is_named_with_those_it_takes()
    {
        await using var org = await OrgClient.StartAsync();
        var error = await org.FailAsync(HttpMethod.Put, "/sobjects/Account/001Dp00000H8YVW", "{}", HttpStatusCode.MethodNotAllowed,
            "METHOD_NOT_ALLOWED");
        error.GetProperty("message").GetString().ShouldBe("HTTP Method 'PUT' not allowed. Allowed are DELETE,GET,HEAD,PATCH");
    }

    [Fact]
    public async Task Bodies_travel_compressed_both_ways()
    {
        await using var org = await OrgClient.StartAsync();
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync("""{"Name":"Packed"}"""u8.ToArray(), TestContext.Current.CancellationToken);
        using var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.ContentEncoding.Add("gzip");
        using var created = await org.Http.PostAsync("/services/data/v67.0/sobjects/Account", content,
            TestContext.Current.CancellationToken);
        created.StatusCode.ShouldBe(HttpStatusCode.Created);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/services/data/v67.0/sobjects/Account/describe");
        request.Headers.AcceptEncoding.ParseAdd("gzip");
        using var described = await org.Http.SendAsync(request, TestContext.Current.CancellationToken);
        described.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        await using var body = new GZipStream(await described.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken),
            CompressionMode.Decompress);
        using var reader = new StreamReader(body, Encoding.UTF8);
        var text = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        JsonSerializer.Deserialize<JsonElement>(text).GetProperty("name").GetString().ShouldBe("Account");
    }

    [Fact]
    public async Task Describe_tells_what_saves_enforce_and_need_not_be_read_twice()
    {
        await using var org = await OrgClient.StartAsync();
        var global = await org.GetAsync("/sobjects");
        global.GetProperty("sobjects").EnumerateArray().ShouldContain(item => item.GetProperty("name").ValueEquals("RecordType"));
        var account = await org.GetAsync("/sobjects/Account/describe");
        var fields = account.GetProperty("fields").EnumerateArray()
            .ToDictionary(field => field.GetProperty("name").GetString().ShouldNotBeNull(), StringComparer.Ordinal);
        fields["Id"].GetProperty("type").GetString().ShouldBe("id");
        fields["BillingCity"].GetProperty("compoundFieldName").GetString().ShouldBe("BillingAddress");
        fields["BillingAddress"].GetProperty("createable").GetBoolean().ShouldBeFalse();
        fields["Ext_Id__c"].GetProperty("byteLength").GetInt32().ShouldBe(108);
        fields["Ext_Id__c"].GetProperty("idLookup").GetBoolean().ShouldBeTrue();
        fields["Description"].GetProperty("filterable").GetBoolean().ShouldBeFalse();
        fields["Description"].GetProperty("extraTypeInfo").GetString().ShouldBe("plaintextarea");
        fields["Name"].EnumerateObject().Count().ShouldBe(57);
        account.GetProperty("recordTypeInfos").GetArrayLength().ShouldBe(3);
        account.GetProperty("childRelationships").EnumerateArray().ShouldContain(item =>
            item.GetProperty("childSObject").ValueEquals("Contact")
            && item.GetProperty("relationshipName").ValueEquals("Contacts"));

        using var request = new HttpRequestMessage(HttpMethod.Get, "/services/data/v67.0/sobjects/Account/describe");
        request.Headers.IfModifiedSince = TimeProvider.System.GetUtcNow().AddSeconds(1);
        using var again = await org.Http.SendAsync(request, TestContext.Current.CancellationToken);
        again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task A_taken_port_is_said_in_a_sentence()
    {
        await using var org = await OrgClient.StartAsync();
        var error = await Should.ThrowAsync<IOException>(() => SimulatorServer.StartAsync(
            new SimulatorOptions { Rows = 0, Port = org.Server.BaseAddress.Port }, TimeProvider.System,
                TestContext.Current.CancellationToken));
        error.Message.ShouldStartWith($"Port {org.Server.BaseAddress.Port} is taken");
    }
}
