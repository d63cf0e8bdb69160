using System.Net;
using Shouldly;
using Tandem.Simulator.Records;
using Xunit;

namespace Tandem.Tests.Conformance.Records;

/// <summary>Rules that metadata gives, and rows refused at will. Only a simulator can be set up so. Source: salesforce-api.md, sections
/// 2.10, 9.1 and 12.</summary>
public sealed class RuleTests : IAsyncLifetime
{
    private const string Metadata = """
        {"objects":[{"name":"Contact",
          "validationRules":[{"name":"Phone","condition":"AND(ISBLANK(Phone), ISBLANK(Email))","message":"Give a phone or an email",
            "field":"Phone"},{"name":"Parent","condition":"Account.Name = \"Closed\"","message":"The account is closed"}],
          "duplicateRules":[{"name":"Same email","fields":["Email"]},
            {"name":"Same phone","fields":["Phone","LastName"],"allowSave":false}]}]}
        """;

    private SimulatedOrg? _org;

    private SimulatedOrg Org => _org ?? throw new InvalidOperationException("The org is not started.");

    public async ValueTask InitializeAsync() => _org = await SimulatedOrg.StartAsync(metadata: Metadata);

    public ValueTask DisposeAsync() => Org.DisposeAsync();

    [Fact]
    public async Task A_rule_refuses_with_the_administrators_words()
    {
        var error = (await SendAsync("""{"LastName":"L"}""")).ShouldBeError(HttpStatusCode.BadRequest, "FIELD_CUSTOM_VALIDATION_EXCEPTION");
        error.GetProperty("message").GetString().ShouldBe("Give a phone or an email");
        error.GetProperty("fields")[0].GetString().ShouldBe("Phone");
        var account = await SendAsync("""{"Name":"Closed"}""", "/sobjects/Account");
        var child = $$"""{"LastName":"L","Phone":"1","AccountId":"{{account.Json.GetProperty("id").GetString()}}"}""";
        (await SendAsync(child)).ShouldBeError(HttpStatusCode.BadRequest, "FIELD_CUSTOM_VALIDATION_EXCEPTION");
        (await SendAsync("""{"LastName":"L","Phone":"1"}""")).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_record_like_another_is_refused_with_the_other()
    {
        var first = await SendAsync("""{"LastName":"A","Email":"a@b.example"}""");
        var id = first.Json.GetProperty("id").GetString();
        const string Like = """{"LastName":"B","Email":"A@B.example"}""";
        var error = (await SendAsync(Like)).ShouldBeError(HttpStatusCode.BadRequest, "DUPLICATES_DETECTED");
        error.GetProperty("message").GetString().ShouldBe("Use one of these records?");
        var result = error.GetProperty("duplicateResut");
        result.GetProperty("allowSave").GetBoolean().ShouldBeTrue();
        result.GetProperty("duplicateRuleEntityType").GetString().ShouldBe("Contact");
        var match = result.GetProperty("matchResults")[0];
        match.GetProperty("size").GetInt32().ShouldBe(1);
        match.GetProperty("matchRecords")[0].GetProperty("record").GetProperty("Id").GetString().ShouldBe(id);
        var detailed = await SendAsync(Like, headers: ("Sforce-Duplicate-Rule-Header", "allowSave=false, includeRecordDetails=true"));
        detailed.Json[0].GetProperty("duplicateResut").GetProperty("matchResults")[0].GetProperty("matchRecords")[0].GetProperty("record")
            .GetProperty("LastName").GetString().ShouldBe("A");
        (await SendAsync(Like, headers: ("Sforce-Duplicate-Rule-Header", "allowSave=true"))).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Rows_of_a_call_are_held_against_each_other_and_against_a_rule_that_allows_nothing()
    {
        var answer = await SendAsync("""
            {"records":[{"attributes":{"type":"Contact"},"LastName":"P","Phone":"7"},
             {"attributes":{"type":"Contact"},"LastName":"p","Phone":"7"},
             {"attributes":{"type":"Contact"},"LastName":"Q","Phone":"7"}]}
            """, "/composite/sobjects", ("Sforce-Duplicate-Rule-Header", "allowSave=true"));
        answer.Json.EnumerateArray().Select(item => item.GetProperty("success").GetBoolean()).ShouldBe([true, false, true]);
        answer.Json[1].GetProperty("errors")[0].GetProperty("statusCode").GetString().ShouldBe("DUPLICATES_DETECTED");
    }

    [Fact]
    public async Task A_fault_refuses_as_many_rows_as_it_is_told()
    {
        Org.Server.Saver.Faults.Add(new SaveFault { Id = "lock", ObjectName = "account", Count = 2 });
        var rows = string.Join(',', Enumerable.Range(0, 4).Select(at => $$$"""{"attributes":{"type":"Account"},"Name":"{{{at}}}"}"""));
        var answer = await SendAsync($$"""{"records":[{{rows}}]}""", "/composite/sobjects");
        answer.Json.EnumerateArray().Select(item => item.GetProperty("success").GetBoolean()).ShouldBe([false, false, true, true]);
        answer.Json[0].GetProperty("errors")[0].GetProperty("statusCode").GetString().ShouldBe("UNABLE_TO_LOCK_ROW");
        Org.Server.Saver.Faults.List().Single().Hits.ShouldBe(2);
        Org.Server.Saver.Faults.Remove("lock").ShouldBeTrue();
        Org.Server.Saver.Faults.Remove("lock").ShouldBeFalse();
    }

    private Task<OrgAnswer> SendAsync(string json, string path = "/sobjects/Contact", params (string Name, string Value)[] headers) =>
        Org.SendAsync(HttpMethod.Post, path, json, headers);
}
