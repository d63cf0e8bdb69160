using System.Globalization;
using Shouldly;
using Tandem.Simulator.Data;
using Xunit;

namespace Tandem.Tests.Conformance.Soap;

/// <summary>describe and the log of changes. Source: salesforce-api.md, sections 2.2, 2.7 and 7.</summary>
public sealed class SoapDescribeTests(TestOrg org)
{
    private readonly SoapClient _soap = SoapClient.Of(org);

    [Fact]
    public async Task Lists_the_objects_of_the_org()
    {
        var result = (await _soap.CallAsync("<describeGlobal/>")).Result;
        SoapAnswer.ValueOf(result, "maxBatchSize").ShouldBe("200");
        var names = result.Elements(SoapAnswer.Partner + "sobjects").Select(entry => SoapAnswer.ValueOf(entry, "name")).ToList();
        names.ShouldContain("Account");
        names.ShouldContain("Contact");
    }

    [Fact]
    public async Task Describes_an_object_with_its_members_in_the_order_of_the_WSDL()
    {
        var result = (await _soap.CallAsync("<describeSObject><sObjectType>Contact</sObjectType></describeSObject>")).Result;
        result.Elements().Select(member => member.Name.LocalName).ShouldBeInOrder(SortDirection.Ascending, StringComparer.Ordinal);
        SoapAnswer.ValueOf(result, "keyPrefix").ShouldBe("003");
        var field = result.Elements(SoapAnswer.Partner + "fields").Single(one => SoapAnswer.ValueOf(one, "name") == "AccountId");
        SoapAnswer.ValueOf(field, "type").ShouldBe("reference");
        SoapAnswer.ValueOf(field, "referenceTo").ShouldBe("Account");
        SoapAnswer.ValueOf(field, "soapType").ShouldBe("tns:ID");
    }

    [Fact]
    public async Task Describes_several_and_refuses_an_unknown_one()
    {
        var results = (await _soap.CallAsync(
            "<describeSObjects><sObjectType>Account</sObjectType><sObjectType>Lead</sObjectType></describeSObjects>")).Results;
        results.Select(result => SoapAnswer.ValueOf(result, "name")).ShouldBe(["Account", "Lead"]);
        results[0].Elements(SoapAnswer.Partner + "childRelationships").Select(child => SoapAnswer.ValueOf(child, "childSObject"))
            .ShouldContain("Contact");
        (await _soap.CallAsync("<describeSObject><sObjectType>Nothing__c</sObjectType></describeSObject>"))
            .ShouldBeFault("sf:INVALID_TYPE");
    }

    [Fact]
    public async Task Shows_nothing_that_the_user_may_not_see()
    {
        await using var own = await SimulatedOrg.StartAsync();
        own.Org.SetAccess(own.Org.AdminUserId, new UserAccess(["Lead", "Contact.Phone"], []));
        var soap = SoapClient.Of(own);
        (await soap.CallAsync("<describeSObject><sObjectType>Lead</sObjectType></describeSObject>")).ShouldBeFault("sf:INVALID_TYPE");
        var contact = (await soap.CallAsync("<describeSObject><sObjectType>Contact</sObjectType></describeSObject>")).Result;
        contact.Elements(SoapAnswer.Partner + "fields").Select(field => SoapAnswer.ValueOf(field, "name")).ShouldNotContain("Phone");
    }

    [Fact]
    public async Task Tells_what_a_span_of_time_changed_and_deleted()
    {
        org.RequireSimulator("A real org lists changes some minutes later.");
        var kept = await org.CreateAsync("Contact", new { LastName = TestOrg.Unique() });
        var deleted = await org.CreateAsync("Contact", new { LastName = TestOrg.Unique() });
        (await _soap.CallAsync($"<delete><ids>{deleted}</ids></delete>")).Results.Count.ShouldBe(1);
        var updates = (await _soap.CallAsync(Span("getUpdated"))).Result;
        var ids = updates.Elements(SoapAnswer.Partner + "ids").Select(id => id.Value).ToList();
        ids.ShouldContain(kept);
        ids.ShouldNotContain(deleted);
        SoapAnswer.ValueOf(updates, "latestDateCovered").ShouldEndWith("Z");

        var deletes = (await _soap.CallAsync(Span("getDeleted"))).Result;
        deletes.Elements(SoapAnswer.Partner + "deletedRecords").Select(entry => SoapAnswer.ValueOf(entry, "id")).ShouldContain(deleted);
        SoapAnswer.ValueOf(deletes, "earliestDateAvailable").ShouldEndWith("Z");
        (await _soap.CallAsync(Span("getUpdated", from: 0, to: 0))).ShouldBeFault("sf:INVALID_REPLICATION_DATE");
    }

    private static string Span(string operation, int from = -5, int to = 5)
    {
        var now = TimeProvider.System.GetUtcNow();
        return $"<{operation}><sObjectType>Contact</sObjectType><startDate>{At(from)}</startDate><endDate>{At(to)}</endDate></{operation}>";

        string At(int minutes) => now.AddMinutes(minutes).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }
}
