using System.Text.Json;
using Shouldly;
using Tandem.Tests.Conformance.Bulk;
using Tandem.Tests.Conformance.Soap;
using Xunit;

namespace Tandem.Tests.Conformance.Records;

/// <summary>Assignment rules that metadata gives, and who asks for them at which door. Only a simulator can be set up so. Source:
/// salesforce-api.md, sections 2.8, 2.9, 3.1 and 7.</summary>
public sealed class AssignmentRuleTests : IAsyncLifetime
{
    private const string TypeMember = "\"attributes\":{\"type\":\"Case\"},";
    private const string Sleeping = "01Q000000000002EAA";
    private const string Metadata = """
        {"objects":[{"name":"Case","assignmentRules":[
          {"id":"01Q000000000001EAA","name":"Standard","entries":[{"condition":"ISPICKVAL(Origin, \"Phone\")","owner":"user2@tandem.test"},
            {"condition":"ISPICKVAL(Origin, \"Email\")","owner":"user3@tandem.test"}]},
          {"id":"01Q000000000002EAA","name":"Sleeping","active":false,"entries":[{"owner":"user4@tandem.test"}]}]}]}
        """;

    private SimulatedOrg? _org;

    private SimulatedOrg Org => _org ?? throw new InvalidOperationException("The org is not started.");

    public async ValueTask InitializeAsync() => _org = await SimulatedOrg.StartAsync(metadata: Metadata);

    public ValueTask DisposeAsync() => Org.DisposeAsync();

    [Theory]
    [InlineData(null, "Phone", "user2")]
    [InlineData(null, "Email", "user3")]
    [InlineData(null, "Web", "admin")]
    [InlineData("TRUE", "Phone", "user2")]
    [InlineData("FALSE", "Phone", "admin")]
    [InlineData("false", "Phone", "admin")]
    [InlineData(Sleeping, "Phone", "user4")]
    [InlineData("01Q000000000001", "Phone", "user2")]
    public async Task REST_runs_the_active_rules_unless_a_header_says_otherwise(string? header, string origin, string owner)
    {
        (string, string)[] headers = header is null ? [] : [("Sforce-Auto-Assign", header)];
        var single = await Org.SendAsync(HttpMethod.Post, "/sobjects/Case", Case(origin), headers);
        (await OwnerAsync(single.Json.GetProperty("id").GetString())).ShouldBe(owner);
        var rows = await Org.SendAsync(
            HttpMethod.Post, "/composite/sobjects", $$"""{"records":[{{Case(origin, isTyped: true)}}]}""", headers);
        (await OwnerAsync(rows.Json[0].GetProperty("id").GetString())).ShouldBe(owner);
    }

    [Fact]
    public async Task A_rule_runs_for_changes_too_and_wins_over_an_owner_that_is_given()
    {
        var admin = Org.Org.AdminUserId;
        var made = await Org.SendAsync(HttpMethod.Post, "/sobjects/Case", Case("Web"), ("Sforce-Auto-Assign", "FALSE"));
        var id = made.Json.GetProperty("id").GetString();
        await Org.SendAsync(HttpMethod.Patch, $"/sobjects/Case/{id}", $$"""{"Origin":"Phone","OwnerId":"{{admin}}"}""");
        (await OwnerAsync(id)).ShouldBe("user2");
    }

    [Fact]
    public async Task A_rule_of_another_object_or_none_refuses_the_row()
    {
        var answer = await Org.SendAsync(
            HttpMethod.Post, "/sobjects/Case", Case("Web"), ("Sforce-Auto-Assign", "01Q000000000009EAA"));
        answer.Json[0].GetProperty("errorCode").GetString().ShouldBe("INVALID_CROSS_REFERENCE_KEY");
    }

    [Fact]
    public async Task A_request_within_a_call_inherits_nothing_and_one_of_a_batch_everything()
    {
        (string, string) off = ("Sforce-Auto-Assign", "FALSE");
        const string Url = "/services/data/v67.0/sobjects/Case";
        var part = $$"""{"method":"POST","url":"{{Url}}","referenceId":"a","body":{{Case("Phone")}}}""";
        var whole = await Org.SendAsync(HttpMethod.Post, "/composite", $$"""{"compositeRequest":[{{part}}]}""", off);
        (await OwnerAsync(IdOf(whole.Json.GetProperty("compositeResponse")[0]))).ShouldBe("user2");

        var own = part.Replace(
            "\"body\"", "\"httpHeaders\":{\"Sforce-Auto-Assign\":\"FALSE\"},\"body\"", StringComparison.Ordinal);
        whole = await Org.SendAsync(HttpMethod.Post, "/composite", $$"""{"compositeRequest":[{{own}}]}""");
        (await OwnerAsync(IdOf(whole.Json.GetProperty("compositeResponse")[0]))).ShouldBe("admin");

        var batch = $$"""{"batchRequests":[{"method":"POST","url":"v67.0/sobjects/Case","richInput":{{Case("Phone")}}}]}""";
        whole = await Org.SendAsync(HttpMethod.Post, "/composite/batch", batch, off);
        (await OwnerAsync(whole.Json.GetProperty("results")[0].GetProperty("result").GetProperty("id").GetString())).ShouldBe("admin");

        static string? IdOf(JsonElement response) => response.GetProperty("body").GetProperty("id").GetString();
    }

    [Theory]
    [InlineData(null, "admin")]
    [InlineData(Sleeping, "user4")]
    public async Task A_job_runs_the_rule_that_it_names_and_no_other(string? rule, string owner)
    {
        var bulk = new BulkClient(Org);
        var job = await bulk.RunAsync(
            new { @object = "Case", operation = "insert", contentType = "CSV", lineEnding = "LF", assignmentRuleId = rule },
            "Subject,Origin\nx,Phone\n");
        var (_, rows) = await bulk.ResultsAsync(job.GetProperty("id").GetString().ShouldNotBeNull(), "successfulResults");
        (await OwnerAsync(rows.ShouldHaveSingleItem()[0])).ShouldBe(owner);
    }

    [Theory]
    [InlineData("", "admin")]
    [InlineData("<AssignmentRuleHeader><useDefaultRule>true</useDefaultRule></AssignmentRuleHeader>", "user2")]
    [InlineData($"<AssignmentRuleHeader><assignmentRuleId>{Sleeping}</assignmentRuleId></AssignmentRuleHeader>", "user4")]
    public async Task SOAP_runs_a_rule_only_when_a_header_asks_for_it(string header, string owner)
    {
        var answer = await SoapClient.Of(Org).CallAsync(
            "<create><sObjects><type>Case</type><Subject>x</Subject><Origin>Phone</Origin></sObjects></create>", header);
        (await OwnerAsync(SoapAnswer.ValueOf(answer.Result, "id"))).ShouldBe(owner);
    }

    private static string Case(string origin, bool isTyped = false) =>
        $$"""{{{(isTyped ? TypeMember : "")}}"Subject":"x","Origin":"{{origin}}"}""";

    /// <summary>The first part of the owner's user name.</summary>
    private async Task<string> OwnerAsync(string? id)
    {
        var record = (await Org.RecordsAsync($"SELECT OwnerId FROM Case WHERE Id = '{id}'")).ShouldHaveSingleItem();
        var owner = record.GetProperty("OwnerId").GetString();
        var user = (await Org.RecordsAsync($"SELECT Username FROM User WHERE Id = '{owner}'")).ShouldHaveSingleItem();
        return user.GetProperty("Username").GetString().ShouldNotBeNull().Split('@')[0];
    }
}
