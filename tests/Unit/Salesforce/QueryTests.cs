using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Salesforce;
using Tandem.Salesforce.Describe;
using Xunit;

namespace Tandem.Tests.Unit.Salesforce;

/// <summary>SOQL paging and describe on the wire. Source: salesforce-api.md, sections 2.2, 2.6 and 2.8.</summary>
public sealed class QueryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Follows_pages_until_done_however_short_they_are()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(200, """
            {"totalSize":3,"done":false,"nextRecordsUrl":"/services/data/v67.0/query/01g-1","records":[{"Id":"a"},{"Id":"b"}]}
            """);
        org.Answer(200, """{"totalSize":3,"done":false,"nextRecordsUrl":"/services/data/v67.0/query/01g-2","records":[]}""");
        org.Answer(200, """{"totalSize":3,"done":true,"records":[{"Id":"c"}]}""");
        using var client = org.Connect();
        var ids = new List<string?>();
        await foreach (var page in client.Soql.QueryAsync("SELECT Id FROM A WHERE B = 'x&y+'", includeDeleted: true, Cancellation))
        {
            using (page)
            {
                page.TotalSize.ShouldBe(3);
                ids.AddRange(page.Records.Select(record => record.GetProperty("Id").GetString()));
            }
        }

        ids.ShouldBe(["a", "b", "c"]);
        org.Requests.Select(request => request.Line).ShouldBe(
        [
            "GET /services/data/v67.0/queryAll?q=SELECT%20Id%20FROM%20A%20WHERE%20B%20%3D%20%27x%26y%2B%27",
            "GET /services/data/v67.0/query/01g-1",
            "GET /services/data/v67.0/query/01g-2",
        ]);
    }

    [Fact]
    public async Task Ends_with_salesforces_code_when_the_cursor_is_gone()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(200, """{"totalSize":2,"done":false,"nextRecordsUrl":"/services/data/v67.0/query/01g-1","records":[{"Id":"a"}]}""");
        org.Answer(400, """[{"errorCode":"INVALID_QUERY_LOCATOR","message":"invalid query locator"}]""");
        using var client = org.Connect();
        var failure = await Should.ThrowAsync<SalesforceException>(async () =>
        {
            await foreach (var page in client.Soql.QueryAsync("SELECT Id FROM A", includeDeleted: false, Cancellation))
                page.Dispose();
        });
        failure.Code.ShouldBe(SalesforceErrorCodes.InvalidQueryLocator);
    }

    [Theory]
    [InlineData("https://evil.example/steal")]
    [InlineData("//evil.example/steal")]
    [InlineData("")]
    public async Task Refuses_a_next_page_that_is_no_path_of_the_org(string next)
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(200, $$"""{"totalSize":2,"done":false,"nextRecordsUrl":"{{next}}","records":[]}""");
        using var client = org.Connect();
        var failure = await Should.ThrowAsync<SalesforceException>(() => client.Soql.CountAsync("SELECT COUNT() FROM A", Cancellation));
        failure.Code.ShouldBe(SalesforceErrorCodes.UnexpectedAnswer);
    }

    [Fact]
    public async Task Sends_a_long_query_in_the_body_of_a_composite_request()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(200, """
            {"compositeResponse":[{"body":{"totalSize":7,"done":true,"records":[]},"httpStatusCode":200,"referenceId":"query"}]}
            """);
        org.Answer(200, """
            {"compositeResponse":[
             {"body":[{"errorCode":"MALFORMED_QUERY","message":"x"}],"httpStatusCode":400,"referenceId":"query"}]}
            """);
        using var client = org.Connect();
        var soql = $"SELECT COUNT() FROM A WHERE B = '{new string('x', 20_000)}'";

        (await client.Soql.CountAsync(soql, Cancellation)).ShouldBe(7);
        var failure = await Should.ThrowAsync<SalesforceException>(() => client.Soql.CountAsync(soql, Cancellation));

        (failure.Code, failure.Status).ShouldBe((SalesforceErrorCodes.MalformedQuery, 400));
        var request = org.Requests.First();
        request.Line.ShouldBe("POST /services/data/v67.0/composite");
        JsonNode.Parse(request.Body)?["compositeRequest"]?[0]?["url"]?.GetValue<string>()
            .ShouldBe($"/services/data/v67.0/query?q={Uri.EscapeDataString(soql)}");
    }

    [Fact]
    public async Task Refuses_a_query_longer_than_soql_allows_without_sending()
    {
        await using var org = await ScriptedOrg.StartAsync();
        using var client = org.Connect();
        var failure = await Should.ThrowAsync<SalesforceException>(() => client.Soql.CountAsync(new string('x', 100_001), Cancellation));
        failure.Code.ShouldBe(SalesforceErrorCodes.SoqlTooLong);
        org.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Lists_objects()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(200, """
            {"encoding":"UTF-8","maxBatchSize":200,"sobjects":[
             {"name":"Account","label":"Account","keyPrefix":"001","queryable":true,"createable":true,"updateable":true,"deletable":true,
              "replicateable":true},
             {"name":"X__e","label":"X","keyPrefix":null,"queryable":false,"custom":true}]}
            """);
        using var client = org.Connect();
        var objects = await client.Describe.ListAsync(Cancellation);
        objects.Select(each => (each.Name, each.KeyPrefix, each.IsQueryable, each.IsReplicateable, each.IsCustom))
            .ShouldBe([("Account", "001", true, true, false), ("X__e", null, false, false, true)]);
    }

    [Fact]
    public async Task Describes_fields_and_finds_them_in_any_letter_case()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(200, """
            {"name":"Account","label":"Account","keyPrefix":"001","queryable":true,"fields":[
             {"name":"Amount__c","label":"Amount","type":"currency","precision":18,"scale":2,"nillable":true,"defaultValue":1.5,
              "custom":true},
             {"name":"OwnerId","label":"Owner","type":"reference","length":18,"referenceTo":["Group","User"],"relationshipName":"Owner",
              "polymorphicForeignKey":true,"defaultValue":null},
             {"name":"Rating","label":"Rating","type":"picklist","restrictedPicklist":true,
              "picklistValues":[{"active":true,"defaultValue":false,"label":"Hot!","value":"Hot"}]},
             {"name":"New","label":"New","type":"hologram"},{"name":"Odd","label":"Odd","type":"3"}]}
            """);
        using var client = org.Connect();
        var account = await client.Describe.DescribeAsync("Account", Cancellation);
        account.Fields.Select(field => field.Type)
            .ShouldBe([FieldType.Currency, FieldType.Reference, FieldType.Picklist, FieldType.Unknown, FieldType.Unknown]);
        var amount = account.FindField("amount__C").ShouldNotBeNull();
        (amount.Precision, amount.Scale, amount.IsNillable, amount.DefaultValue, amount.IsCustom).ShouldBe((18, 2, true, "1.5", true));
        account.FindField("ownerid")?.ReferenceTo.ShouldBe(["Group", "User"]);
        account.FindField("ownerid")?.DefaultValue.ShouldBeNull();
        account.FindField("Rating")?.PicklistValues.ShouldHaveSingleItem().Label.ShouldBe("Hot!");
        account.FindField("Nothing").ShouldBeNull();
        org.Requests.ShouldHaveSingleItem().Line.ShouldBe("GET /services/data/v67.0/sobjects/Account/describe");
    }

    [Fact]
    public void Knows_each_type_that_the_contract_names()
    {
        string[] names =
        [
            "id", "string", "textarea", "picklist", "multipicklist", "combobox", "reference", "boolean", "int", "long", "double",
            "currency",
            "percent", "date", "datetime", "time", "phone", "url", "email", "encryptedstring", "base64", "address", "location",
            "anyType",
            "complexvalue", "json", "datacategorygroupreference",
        ];
        names.ShouldAllBe(name => DescribeReader.ReadType(name) != FieldType.Unknown);
    }

    [Fact]
    public async Task An_unknown_object_is_not_found()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(404, """[{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]""");
        using var client = org.Connect();
        var failure = await Should.ThrowAsync<SalesforceException>(() => client.Describe.DescribeAsync("Nope__c", Cancellation));
        failure.Code.ShouldBe(SalesforceErrorCodes.NotFound);
    }
}
