using System.Globalization;
using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Composite;

/// <summary>Several requests in one call that build on each other. Source: salesforce-api.md, section 2.8.</summary>
public sealed class CompositeTests(TestOrg org)
{
    private const string Root = "/services/data/" + TestOrg.Version;

    [Fact]
    public async Task Later_requests_use_the_answers_of_earlier_ones()
    {
        var key = TestOrg.Unique();
        var answers = await RunAsync(false, $$$"""
            {"method":"POST","url":"{{{Root}}}/sobjects/Account","referenceId":"acc","body":{"Name":"Parent","Ext_Id__c":"{{{key}}}"}},
            {"method":"POST","url":"{{{Root}}}/sobjects/Contact","referenceId":"con",
             "body":{"LastName":"Of @{acc.id}","AccountId":"@{acc.id}"}},
            {"method":"GET","url":"{{{Root}}}/sobjects/Contact/@{con.id}?fields=LastName,AccountId","referenceId":"row"},
            {"method":"GET","url":"{{{Root}}}/query?q=SELECT Id FROM Account WHERE Id = '@{acc.id}'",
             "referenceId":"found"},
            {"method":"GET","url":"{{{Root}}}/sobjects/Account/@{found.records[0].Id}","referenceId":"again"}
            """);
        var account = answers[0].GetProperty("body").GetProperty("id").GetString().ShouldNotBeNull();
        org.DeleteAtEnd(account);
        answers.Select(answer => answer.GetProperty("httpStatusCode").GetInt32()).ShouldBe([201, 201, 200, 200, 200]);
        answers.Select(answer => answer.GetProperty("referenceId").GetString()).ShouldBe(["acc", "con", "row", "found", "again"]);
        answers[0].GetProperty("httpHeaders").GetProperty("Location").GetString().ShouldBe($"{Root}/sobjects/Account/{account}");
        answers[2].GetProperty("body").GetProperty("AccountId").GetString().ShouldBe(account);
        answers[2].GetProperty("body").GetProperty("LastName").GetString().ShouldBe($"Of {account}");
        answers[4].GetProperty("body").GetProperty("Ext_Id__c").GetString().ShouldBe(key);
    }

    [Fact]
    public async Task A_transaction_sees_its_own_rows_and_commits_them_together()
    {
        var (first, second) = (TestOrg.Unique(), TestOrg.Unique());
        var answers = await RunAsync(true, $$$"""
            {"method":"PATCH","url":"{{{Root}}}/sobjects/Account/Ext_Id__c/{{{first}}}","referenceId":"up","body":{"Name":"A"}},
            {"method":"PATCH","url":"{{{Root}}}/sobjects/Account/@{up.id}","referenceId":"patch","body":{"Name":"B"}},
            {"method":"GET","url":"{{{Root}}}/sobjects/Account/Ext_Id__c/{{{first}}}?fields=Name","referenceId":"row"},
            {"method":"PATCH","url":"{{{Root}}}/composite/sobjects/Account/Ext_Id__c","referenceId":"many","body":{"records":[
              {"attributes":{"type":"Account"},"Name":"C","Ext_Id__c":"{{{second}}}"}]}},
            {"method":"DELETE","url":"{{{Root}}}/sobjects/Account/@{many[0].id}","referenceId":"gone"},
            {"method":"GET","url":"{{{Root}}}/query?q=SELECT+Name+FROM+Account+WHERE+Ext_Id__c+IN+('{{{first}}}','{{{second}}}')",
             "referenceId":"found"}
            """);
        answers.Select(answer => answer.GetProperty("httpStatusCode").GetInt32()).ShouldBe([201, 204, 200, 200, 204, 200]);
        var found = answers[5].GetProperty("body").GetProperty("records").EnumerateArray().ShouldHaveSingleItem();
        found.GetProperty("Name").GetString().ShouldBe("B");
        answers[1].GetProperty("body").ValueKind.ShouldBe(JsonValueKind.Null);
        answers[2].GetProperty("body").GetProperty("Name").GetString().ShouldBe("B");
        org.DeleteAtEnd(answers[0].GetProperty("body").GetProperty("id").GetString().ShouldNotBeNull());
        (await org.GetAsync($"/sobjects/Account/Ext_Id__c/{first}?fields=Name")).GetProperty("Name").GetString().ShouldBe("B");
        await org.FailAsync(HttpMethod.Get, $"/sobjects/Account/Ext_Id__c/{second}", null, HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task One_error_takes_the_whole_transaction_back()
    {
        var key = TestOrg.Unique();
        var kept = await org.CreateAsync("Account", new { Name = "Kept" });
        var answers = await RunAsync(true, $$$"""
            {"method":"POST","url":"{{{Root}}}/sobjects/Account","referenceId":"acc","body":{"Name":"A","Ext_Id__c":"{{{key}}}"}},
            {"method":"PATCH","url":"{{{Root}}}/sobjects/Account/{{{kept}}}","referenceId":"patch","body":{"Name":"Changed"}},
            {"method":"POST","url":"{{{Root}}}/sobjects/Contact","referenceId":"bad","body":{"AccountId":"@{acc.id}"}},
            {"method":"POST","url":"{{{Root}}}/sobjects/Account","referenceId":"late","body":{"Name":"B"}}
            """);
        answers.ShouldAllBe(answer => answer.GetProperty("httpStatusCode").GetInt32() == 400);
        answers.Select(Code).ShouldBe(["PROCESSING_HALTED", "PROCESSING_HALTED", "REQUIRED_FIELD_MISSING", "PROCESSING_HALTED"]);
        answers[0].GetProperty("body")[0].GetProperty("message").GetString()
            .ShouldBe("The transaction was rolled back since another operation in the same transaction failed.");
        await org.FailAsync(HttpMethod.Get, $"/sobjects/Account/Ext_Id__c/{key}", null, HttpStatusCode.NotFound, "NOT_FOUND");
        (await org.GetAsync($"/sobjects/Account/{kept}?fields=Name")).GetProperty("Name").GetString().ShouldBe("Kept");
    }

    [Fact]
    public async Task Without_a_transaction_what_refers_to_an_error_fails_alone()
    {
        var answers = await RunAsync(false, $$$"""
            {"method":"POST","url":"{{{Root}}}/sobjects/Account","referenceId":"acc","body":{}},
            {"method":"POST","url":"{{{Root}}}/sobjects/Contact","referenceId":"con","body":{"LastName":"L","AccountId":"@{acc.id}"}},
            {"method":"POST","url":"{{{Root}}}/sobjects/Account","referenceId":"good","body":{"Name":"Good"}}
            """);
        answers.Select(answer => answer.GetProperty("httpStatusCode").GetInt32()).ShouldBe([400, 400, 201]);
        Code(answers[1]).ShouldBe("PROCESSING_HALTED");
        org.DeleteAtEnd(answers[2].GetProperty("body").GetProperty("id").GetString().ShouldNotBeNull());
    }

    [Fact]
    public async Task Costs_one_call_and_takes_25_requests()
    {
        static string Reads(int count) => string.Join(',', Enumerable.Range(0, count).Select(at =>
            $$$"""{"method":"GET","url":"{{{Root}}}/sobjects/Account/describe","referenceId":"r{{{at}}}"}"""));
        await using var own = await SimulatedOrg.StartAsync();
        var answer = await own.SendAsync(HttpMethod.Post, "/composite", $$$"""{"compositeRequest":[{{{Reads(25)}}}]}""");
        answer.Json.GetProperty("compositeResponse").GetArrayLength().ShouldBe(25);
        answer.Headers["Sforce-Limit-Info"].ShouldStartWith("api-usage=1/");
        await org.FailAsync(HttpMethod.Post, "/composite", $$$"""{"compositeRequest":[{{{Reads(26)}}}]}""", HttpStatusCode.BadRequest,
            "LIMIT_EXCEEDED");
    }

    [Theory]
    [InlineData("Content-Type", "application/json")]
    [InlineData("Authorization", "Bearer x")]
    public async Task Headers_of_the_call_cannot_be_given_within_it(string name, string value) =>
        await org.FailAsync(HttpMethod.Post, "/composite", string.Create(CultureInfo.InvariantCulture, $$$"""
            {"compositeRequest":[{"method":"GET","url":"{{{Root}}}/sobjects/Account/describe","referenceId":"r",
            "httpHeaders":{"{{{name}}}":"{{{value}}}"}}]}
            """), HttpStatusCode.BadRequest, "INVALID_INPUT");

    [Fact]
    public async Task Names_of_answers_are_letters_digits_and_underscores() => await org.FailAsync(HttpMethod.Post, "/composite",
        $$$"""{"compositeRequest":[{"method":"GET","url":"{{{Root}}}/sobjects/Account/describe","referenceId":"a-b"}]}""",
        HttpStatusCode.BadRequest, "INVALID_INPUT");

    private async Task<List<JsonElement>> RunAsync(bool allOrNone, string requests)
    {
        var answer = await org.SendAsync(HttpMethod.Post, "/composite",
            $$$"""{"allOrNone":{{{(allOrNone ? "true" : "false")}}},"collateSubrequests":false,"compositeRequest":[{{{requests}}}]}""");
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        return [.. answer.Json.GetProperty("compositeResponse").EnumerateArray()];
    }

    private static string? Code(JsonElement answer) => answer.GetProperty("body")[0].GetProperty("errorCode").GetString();
}
