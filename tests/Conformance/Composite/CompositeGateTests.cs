using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Composite;

/// <summary>A call that takes all or nothing holds the org for itself; none of the requests within it may wait for what it holds. Source:
/// salesforce-api.md, section 2.8.</summary>
public sealed class CompositeGateTests
{
    private const string Root = "/services/data/" + TestOrg.Version;
    private const string Span = "start=2026-01-01T00:00:00Z&end=2026-01-01T00:05:00Z";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string Metadata = """
        {"objects":[
          {"name":"Order__e","fields":[{"name":"Text__c","type":"text"}]},
          {"name":"Total__c","fields":[
            {"name":"Sum__c","type":"currency","rollUp":{"child":"Part__c","operation":"sum","field":"Net__c"}},
            {"name":"Key__c","type":"text","length":20,"externalId":true,"unique":true}],
           "validationRules":[{"name":"NotBad","condition":"Key__c = 'bad'","message":"Bad."}],
           "duplicateRules":[{"name":"Alike","fields":["Name"]}]},
          {"name":"Part__c","trackHistory":["Net__c"],"fields":[
            {"name":"Total__c","type":"reference","referenceTo":["Total__c"],"masterDetail":true},
            {"name":"Net__c","type":"currency"}]}]}
        """;

    /// <summary>Every kind of request that a call takes; each starts with the id of an account that is there.</summary>
    public static TheoryData<string, string, string> Requests => new()
    {
        { "POST", "/sobjects/Account", """{"Name":"A","ParentId":"ACC"}""" },
        { "PATCH", "/sobjects/Account/ACC", """{"Name":"B"}""" },
        { "GET", "/sobjects/Account/ACC", "" },
        { "DELETE", "/sobjects/Account/ACC", "" },
        { "PATCH", "/sobjects/Account/Ext_Id__c/k1", """{"Name":"C"}""" },
        { "GET", "/sobjects/Account/Ext_Id__c/known", "" },
        { "DELETE", "/sobjects/Account/Ext_Id__c/known", "" },
        { "GET", "/sobjects/Account/updated?" + Span, "" },
        { "GET", "/sobjects/Account/deleted?" + Span, "" },
        { "GET", "/sobjects/Account/describe", "" },
        { "GET", "/sobjects", "" },
        { "GET", "/query?q=SELECT+Id,(SELECT+Id+FROM+Contacts)+FROM+Account+WHERE+Ext_Id__c='known'", "" },
        { "GET", "/query?q=SELECT+Id+FROM+Contact+WHERE+AccountId+IN+(SELECT+Id+FROM+Account+WHERE+Ext_Id__c='known')", "" },
        { "GET", "/queryAll?q=SELECT+Id+FROM+Account", "" },
        { "POST", "/composite/sobjects", """{"records":[{"attributes":{"type":"Contact"},"LastName":"L","AccountId":"ACC"}]}""" },
        { "PATCH", "/composite/sobjects/Account/Ext_Id__c",
            """{"records":[{"attributes":{"type":"Account"},"Name":"U","Ext_Id__c":"known"}]}""" },
        { "DELETE", "/composite/sobjects?ids=ACC", "" },
        { "POST", "/composite/sobjects/Account", """{"ids":["ACC"],"fields":["Name"]}""" },
        { "POST", "/sobjects/PushTopic", """{"Name":"Changes","Query":"SELECT Id, Name FROM Account","ApiVersion":67.0}""" },
        { "POST", "/sobjects/StreamingChannel", """{"Name":"/u/news"}""" },
        { "POST", "/sobjects/Order__e", """{"Text__c":"t"}""" },
        { "POST", "/sobjects/ContentVersion", """{"Title":"T","PathOnClient":"a.txt","VersionData":"aGVsbG8="}""" },
        { "POST", "/sobjects/Total__c", """{"Name":"T","Key__c":"new"}""" },
        { "PATCH", "/sobjects/Total__c/Key__c/total", """{"Name":"T2"}""" },
        { "POST", "/sobjects/Part__c", """{"Name":"P","Net__c":5,"Total__r":{"Key__c":"total"}}""" },
        { "POST", "/sobjects/Case", """{"Subject":"S","AccountId":"ACC"}""" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_request_within_never_waits_for_the_call_around_it(string method, string url, string body)
    {
        await using var org = await SimulatedOrg.StartAsync(metadata: Metadata);
        var account = await org.CreateAsync("Account", new { Name = "Known", Ext_Id__c = "known" });
        await org.CreateAsync("Total__c", new { Name = "Total", Key__c = "total" });
        var now = org.Org.Now();
        var requests = new[]
        {
            Request("POST", "/sobjects/Account", """{"Name":"First"}""", "first", account, now),
            Request(method, url, body, "tried", account, now),
            Request("GET", "/query?q=SELECT+COUNT()+FROM+Account", "", "last", account, now),
        };
        var answer = await org.SendAsync(HttpMethod.Post, "/composite", new { allOrNone = true, compositeRequest = requests })
            .WaitAsync(Patience, TestContext.Current.CancellationToken);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        answer.Json.GetProperty("compositeResponse").EnumerateArray().Select(one => one.GetProperty("httpStatusCode").GetInt32())
            .ShouldAllBe(status => status >= 200 && status < 300, answer.Text);

        // The call gave back what it held.
        await org.CreateAsync("Account", new { Name = "After" }).WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    private static Dictionary<string, object> Request(string method, string url, string body, string name, string account, DateTime now)
    {
        var span = FormattableString.Invariant($"start={now.AddMinutes(-10):yyyy-MM-ddTHH:mm:ssZ}&end={now:yyyy-MM-ddTHH:mm:ssZ}");
        var request = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["method"] = method,
            ["url"] = Root + url.Replace("ACC", account, StringComparison.Ordinal).Replace(Span, span, StringComparison.Ordinal),
            ["referenceId"] = name,
        };
        if (body.Length > 0)
            request["body"] = JsonSerializer.Deserialize<JsonElement>(body.Replace("ACC", account, StringComparison.Ordinal));
        return request;
    }
}
