using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Soap;

/// <summary>merge, which REST does not have. Source: salesforce-api.md, sections 7 and 10.</summary>
public sealed class SoapMergeTests(TestOrg org)
{
    private readonly SoapClient _soap = SoapClient.Of(org);

    [Fact]
    public async Task Merges_two_records_into_a_third_that_gets_new_values_and_their_children()
    {
        var winner = await AccountAsync();
        var (one, two) = (await AccountAsync(), await AccountAsync());
        var child = await org.CreateAsync("Contact", new { LastName = TestOrg.Unique(), AccountId = one });
        var result = (await _soap.CallAsync($"""
            <merge><request><masterRecord><type>Account</type><Id>{winner}</Id><Phone>77</Phone></masterRecord>
            <recordToMergeIds>{one}</recordToMergeIds><recordToMergeIds>{two[..15]}</recordToMergeIds></request></merge>
            """)).Result;
        result.Elements().Select(member => member.Name.LocalName)
            .ShouldBe(["id", "mergedRecordIds", "mergedRecordIds", "success", "updatedRelatedIds"], result.ToString());
        SoapAnswer.ValueOf(result, "id").ShouldBe(winner);
        result.Elements(SoapAnswer.Partner + "mergedRecordIds").Select(id => id.Value).ShouldBe([one, two]);
        SoapAnswer.ValueOf(result, "updatedRelatedIds").ShouldBe(child);
        (await org.GetAsync($"/sobjects/Account/{winner}")).GetProperty("Phone").GetString().ShouldBe("77");
        (await org.GetAsync($"/sobjects/Contact/{child}")).GetProperty("AccountId").GetString().ShouldBe(winner);
        await org.FailAsync(HttpMethod.Get, $"/sobjects/Account/{one}", null, System.Net.HttpStatusCode.NotFound, "ENTITY_IS_DELETED");
    }

    [Fact]
    public async Task Refuses_what_cannot_be_merged_and_changes_nothing()
    {
        var winner = await AccountAsync();
        var contact = await org.CreateAsync("Contact", new { LastName = TestOrg.Unique() });
        var result = (await _soap.CallAsync($"""
            <merge><request><masterRecord><type>Account</type><Id>{winner}</Id><Phone>78</Phone></masterRecord>
            <recordToMergeIds>{contact}</recordToMergeIds></request></merge>
            """)).Result;
        SoapAnswer.ValueOf(result, "success").ShouldBe("false");
        result.Element(SoapAnswer.Partner + "errors").ShouldNotBeNull();
        (await org.GetAsync($"/sobjects/Account/{winner}")).GetProperty("Phone").GetString().ShouldBeNull();
        (await _soap.CallAsync("<merge><request/></merge>")).ShouldBeFault("sf:MISSING_ARGUMENT");
    }

    private Task<string> AccountAsync() => org.CreateAsync("Account", new { Name = TestOrg.Unique() });
}
