using System.Text.Json;
using System.Xml.Linq;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Soap;

/// <summary>create, update and upsert of sObjects. Source: salesforce-api.md, section 7.</summary>
public sealed class SoapSaveTests(TestOrg org)
{
    private readonly SoapClient _soap = SoapClient.Of(org);

    [Fact]
    public async Task Creates_in_order_and_tells_of_each_record_what_was_wrong()
    {
        var results = (await _soap.CallAsync($"""
            <create>
              <sObjects><type>Account</type><Name>{TestOrg.Unique("a&amp;b")}</Name><NumberOfEmployees>7</NumberOfEmployees></sObjects>
              <sObjects><type>Contact</type><FirstName>nameless</FirstName></sObjects>
              <sObjects><type>Contact</type><LastName>last</LastName>
              <Phone xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/></sObjects>
            </create>
            """)).Results;
        results.Select(result => SoapAnswer.ValueOf(result, "success")).ShouldBe(["true", "false", "true"]);
        results[0].Elements().Select(member => member.Name.LocalName).ShouldBe(["id", "success"]);
        var refused = results[1];
        refused.Elements().Select(member => member.Name.LocalName).ShouldBe(["errors", "id", "success"]);
        refused.Element(SoapAnswer.Partner + "id")?.Attribute(SoapAnswer.Xsi + "nil")?.Value.ShouldBe("true");
        var error = refused.Element(SoapAnswer.Partner + "errors").ShouldNotBeNull();
        error.Elements().Select(member => member.Name.LocalName).ShouldBe(["fields", "message", "statusCode"]);
        SoapAnswer.ValueOf(error, "statusCode").ShouldBe("REQUIRED_FIELD_MISSING");
        SoapAnswer.ValueOf(error, "fields").ShouldBe("LastName");

        var id = Keep(results[0]);
        Keep(results[2]);
        var account = await org.GetAsync($"/sobjects/Account/{id}");
        account.GetProperty("Name").GetString().ShouldNotBeNull().ShouldStartWith("a&b-");
        account.GetProperty("NumberOfEmployees").GetInt32().ShouldBe(7);
    }

    [Fact]
    public async Task Rolls_everything_back_when_the_header_asks_for_all_or_none()
    {
        var name = TestOrg.Unique();
        var results = (await _soap.CallAsync($"""
            <create>
              <sObjects><type>Account</type><Name>{name}</Name></sObjects>
              <sObjects><type>Account</type></sObjects>
            </create>
            """, "<AllOrNoneHeader><allOrNone>true</allOrNone></AllOrNoneHeader>")).Results;
        results.Select(StatusOf).ShouldBe(["ALL_OR_NONE_OPERATION_ROLLED_BACK", "REQUIRED_FIELD_MISSING"]);
        (await org.QueryAsync($"SELECT Id FROM Account WHERE Name = '{name}'")).GetProperty("totalSize").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Updates_and_empties_what_fieldsToNull_names_and_not_what_is_nil()
    {
        var id = await org.CreateAsync("Contact", new { LastName = TestOrg.Unique(), Phone = "1", Title = "t", DoNotCall = true });
        var result = (await _soap.CallAsync($"""
            <update><sObjects><type>Contact</type><fieldsToNull>Phone</fieldsToNull><Id>{id[..15]}</Id><DoNotCall>0</DoNotCall>
            <Title xsi:nil="true"/></sObjects></update>
            """)).Result;
        SoapAnswer.ValueOf(result, "id").ShouldBe(id);
        var contact = await org.GetAsync($"/sobjects/Contact/{id}?fields=Phone,Title,DoNotCall");
        contact.GetProperty("Phone").ValueKind.ShouldBe(JsonValueKind.Null);
        contact.GetProperty("Title").GetString().ShouldBe("t");
        contact.GetProperty("DoNotCall").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Upserts_by_an_external_id_with_a_parent_named_by_its_own()
    {
        var (parent, child) = (TestOrg.Unique("p"), TestOrg.Unique("c"));
        var account = await org.CreateAsync("Account", new { Name = parent, Ext_Id__c = parent });
        var call = $"""
            <upsert><externalIDFieldName>Ext_Id__c</externalIDFieldName>
            <sObjects><type>Contact</type><LastName>x</LastName><Ext_Id__c>{child}</Ext_Id__c>
            <Account><type>Account</type><Ext_Id__c>{parent}</Ext_Id__c></Account></sObjects></upsert>
            """;
        var created = (await _soap.CallAsync(call)).Result;
        created.Elements().Select(member => member.Name.LocalName).ShouldBe(["created", "id", "success"]);
        SoapAnswer.ValueOf(created, "created").ShouldBe("true");
        var id = Keep(created);
        (await org.GetAsync($"/sobjects/Contact/{id}")).GetProperty("AccountId").GetString().ShouldBe(account);
        var updated = (await _soap.CallAsync(call)).Result;
        SoapAnswer.ValueOf(updated, "created").ShouldBe("false");
        SoapAnswer.ValueOf(updated, "id").ShouldBe(id);

        var orphan = (await _soap.CallAsync(call.Replace(parent, "nobody", StringComparison.Ordinal))).Result;
        StatusOf(orphan).ShouldBe("INVALID_FIELD");
        var twice = call.Replace("</upsert>", "", StringComparison.Ordinal) + call[call.IndexOf("<sObjects>", StringComparison.Ordinal)..];
        (await _soap.CallAsync(twice)).Results.Select(StatusOf).ShouldBe(["DUPLICATE_VALUE", "DUPLICATE_VALUE"]);
    }

    [Fact]
    public async Task Fails_the_call_for_what_the_WSDL_does_not_know()
    {
        (await _soap.CallAsync("<create><sObjects><type>Nothing__c</type><Name>x</Name></sObjects></create>"))
            .ShouldBeFault("sf:INVALID_TYPE");
        (await _soap.CallAsync("<create><sObjects><type>Account</type><Nothing__c>x</Nothing__c></sObjects></create>"))
            .ShouldBeFault("sf:INVALID_FIELD").ShouldContain("No such column 'Nothing__c'");
        (await _soap.CallAsync("""
            <upsert><externalIDFieldName>Name</externalIDFieldName><sObjects><type>Contact</type><LastName>x</LastName></sObjects></upsert>
            """)).ShouldBeFault("sf:INVALID_FIELD").ShouldContain("Name");
    }

    [Fact]
    public async Task Takes_200_records_and_not_one_more()
    {
        var record = "<sObjects><type>Account</type></sObjects>";
        (await _soap.CallAsync($"<create>{Repeat(record, 201)}</create>")).ShouldBeFault("sf:EXCEEDED_ID_LIMIT");
        (await _soap.CallAsync($"<create>{Repeat(record, 200)}</create>")).Results.Count.ShouldBe(200);
        (await _soap.CallAsync($"<delete>{Repeat("<ids>001000000000000AAA</ids>", 201)}</delete>")).ShouldBeFault("sf:EXCEEDED_ID_LIMIT");
    }

    [Fact]
    public async Task Cuts_text_that_is_too_long_only_when_the_header_allows_it()
    {
        var call = $"<create><sObjects><type>Account</type><Name>{new string('x', 300)}</Name></sObjects></create>";
        StatusOf((await _soap.CallAsync(call)).Result).ShouldBe("STRING_TOO_LONG");
        const string header =
            "<AllowFieldTruncationHeader><allowFieldTruncation>true</allowFieldTruncation></AllowFieldTruncationHeader>";
        var id = Keep((await _soap.CallAsync(call, header)).Result);
        (await org.GetAsync($"/sobjects/Account/{id}")).GetProperty("Name").GetString().ShouldBe(new string('x', 255));

        // Addresses of pages are not among the types that the header counts for.
        var page = $"<create><sObjects><type>Account</type><Name>x</Name><Website>{new string('x', 300)}</Website></sObjects></create>";
        StatusOf((await _soap.CallAsync(page, header)).Result).ShouldBe("STRING_TOO_LONG");
    }

    [Fact]
    public async Task Refuses_a_value_of_the_wrong_type_in_its_record()
    {
        var result = (await _soap.CallAsync(
            "<create><sObjects><type>Account</type><Name>x</Name><AnnualRevenue>many</AnnualRevenue></sObjects></create>")).Result;
        StatusOf(result).ShouldBe("INVALID_TYPE_ON_FIELD_IN_RECORD");
    }

    [Fact]
    public async Task Accepts_headers_that_change_nothing_for_the_record()
    {
        org.RequireSimulator("A real org may have assignment rules that act on the record.");
        var id = Keep((await _soap.CallAsync($"<create><sObjects><type>Account</type><Name>{TestOrg.Unique()}</Name></sObjects></create>",
            "<CallOptions><client>loader</client></CallOptions>"
            + "<AssignmentRuleHeader><useDefaultRule>true</useDefaultRule></AssignmentRuleHeader>"))
            .Result);
        id.Length.ShouldBe(18);
    }

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    private static string StatusOf(XElement result) =>
        SoapAnswer.ValueOf(result.Element(SoapAnswer.Partner + "errors").ShouldNotBeNull(result.ToString()), "statusCode");

    private string Keep(XElement result)
    {
        SoapAnswer.ValueOf(result, "success").ShouldBe("true", result.ToString());
        var id = SoapAnswer.ValueOf(result, "id");
        org.DeleteAtEnd(id);
        return id;
    }
}
