using System.Net;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Soap;

/// <summary>Calls that fail as a whole. Source: salesforce-api.md, sections 1.11 and 7.</summary>
public sealed class SoapFaultTests(TestOrg org)
{
    [Fact]
    public async Task Knows_no_session_that_it_did_not_issue()
    {
        var answer = await new SoapClient(org.Http, "00D000000000001!nothing").CallAsync("<getUserInfo/>");
        answer.ShouldBeFault("sf:INVALID_SESSION_ID");
        answer.Text.ShouldMatch("<faultcode>[a-zA-Z]+:INVALID_SESSION_ID</faultcode>");
        answer.Text.ShouldNotContain("nothing");
    }

    [Fact]
    public async Task Faults_for_operations_and_versions_that_it_does_not_serve()
    {
        var soap = SoapClient.Of(org);
        (await soap.CallAsync("<convertEverything/>")).ShouldBeFault("soapenv:Client").ShouldContain("convertEverything");
        (await soap.CallAsync("<getUserInfo/>", path: "/services/Soap/u/999.0")).ShouldBeFault("sf:UNSUPPORTED_API_VERSION");
    }

    [Theory]
    [InlineData("")]
    [InlineData("<a>")]
    [InlineData("<notAnEnvelope/>")]
    [InlineData("<!DOCTYPE x [<!ENTITY e \"boom\">]><Envelope>&e;</Envelope>")]
    [InlineData("<Envelope xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\"/>")]
    [InlineData("<Envelope xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\"><Body/></Envelope>")]
    public async Task Faults_for_what_is_no_call(string envelope)
    {
        org.RequireSimulator("A real org finds its own words for what is no call.");
        (await SoapClient.Of(org).PostAsync("/services/Soap/u/67.0", envelope)).ShouldBeFault("soapenv:Client").ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Reads_nothing_that_is_nested_without_end()
    {
        org.RequireSimulator("A real org finds its own words for what is no call.");
        var deep = string.Concat(Enumerable.Repeat("<a>", 10_000));
        (await SoapClient.Of(org).PostAsync("/services/Soap/u/67.0", deep)).ShouldBeFault("soapenv:Client").ShouldContain("nested");
    }

    [Fact]
    public async Task Tells_where_a_statement_is_wrong()
    {
        var answer = await SoapClient.Of(org).CallAsync("<query><queryString>SELECT Id, Nothing__c FROM Account</queryString></query>");
        answer.ShouldBeFault("sf:INVALID_FIELD").ShouldStartWith("INVALID_FIELD: ");
        answer.Text.ShouldContain("<sf:InvalidFieldFault xsi:type=\"sf:InvalidFieldFault\">");
        answer.Text.ShouldContain("<sf:row>1</sf:row><sf:column>");
        (await SoapClient.Of(org).CallAsync("<query><queryString>SELECT Id FROM</queryString></query>"))
            .ShouldBeFault("sf:MALFORMED_QUERY");
        (await SoapClient.Of(org).CallAsync("<queryMore><queryLocator>01g000000000000AAA-2</queryLocator></queryMore>"))
            .ShouldBeFault("sf:INVALID_QUERY_LOCATOR");
    }

    [Fact]
    public async Task Counts_its_calls_and_ends_with_the_days_allowance()
    {
        await using var own = await SimulatedOrg.StartAsync(SimulatedOrg.Small with { DailyApiRequests = 2 });
        var soap = SoapClient.Of(own);
        (await soap.CallAsync("<getServerTimestamp/>")).Text.ShouldContain(
            "<limitInfo><current>1</current><limit>2</limit><type>API REQUESTS</type></limitInfo>");
        (await soap.CallAsync("<getServerTimestamp/>")).Status.ShouldBe(HttpStatusCode.OK);
        (await soap.CallAsync("<getServerTimestamp/>")).ShouldBeFault("sf:REQUEST_LIMIT_EXCEEDED");
    }
}
