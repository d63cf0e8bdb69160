using System.Xml.Linq;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Soap;

/// <summary>delete, undelete and emptyRecycleBin, which only SOAP has all of. Source: salesforce-api.md, sections 7 and 10.</summary>
public sealed class SoapRecycleBinTests(TestOrg org)
{
    private readonly SoapClient _soap = SoapClient.Of(org);

    [Fact]
    public async Task Deletes_brings_back_and_removes_for_good()
    {
        var id = await org.CreateAsync("Account", new { Name = TestOrg.Unique() });
        Success(await RunAsync("delete", id)).ShouldBe("true");
        StatusOf(await RunAsync("delete", id)).ShouldBe("ENTITY_IS_DELETED");
        Success(await RunAsync("undelete", id)).ShouldBe("true");
        (await org.GetAsync($"/sobjects/Account/{id}")).GetProperty("Id").GetString().ShouldBe(id);
        StatusOf(await RunAsync("undelete", id)).ShouldBe("UNDELETE_FAILED");
        Success(await RunAsync("emptyRecycleBin", id)).ShouldBe("false");

        Success(await RunAsync("delete", id)).ShouldBe("true");
        Success(await RunAsync("emptyRecycleBin", id)).ShouldBe("true");
        var gone = await _soap.CallAsync($"<queryAll><queryString>SELECT Id FROM Account WHERE Id = '{id}'</queryString></queryAll>");
        SoapAnswer.ValueOf(gone.Result, "size").ShouldBe("0");
    }

    [Fact]
    public async Task Answers_for_each_id_in_the_order_of_the_call()
    {
        var id = await org.CreateAsync("Contact", new { LastName = TestOrg.Unique() });
        var results = (await _soap.CallAsync($"<delete><ids>nonsense</ids><ids>{id[..15]}</ids></delete>")).Results;
        StatusOf(results[0]).ShouldBe("MALFORMED_ID");
        SoapAnswer.ValueOf(results[1], "id").ShouldBe(id);
    }

    [Fact]
    public async Task Undeletes_nothing_when_all_or_none_meets_a_bad_id()
    {
        var id = await org.CreateAsync("Contact", new { LastName = TestOrg.Unique() });
        Success(await RunAsync("delete", id)).ShouldBe("true");
        var results = (await _soap.CallAsync($"<undelete><ids>{id}</ids><ids>nonsense</ids></undelete>",
            "<AllOrNoneHeader><allOrNone>true</allOrNone></AllOrNoneHeader>")).Results;
        results.Select(StatusOf).ShouldBe(["ALL_OR_NONE_OPERATION_ROLLED_BACK", "MALFORMED_ID"]);
        (await org.QueryAsync($"SELECT Id FROM Contact WHERE Id = '{id}'")).GetProperty("totalSize").GetInt32().ShouldBe(0);
    }

    private async Task<XElement> RunAsync(string operation, string id) =>
        (await _soap.CallAsync($"<{operation}><ids>{id}</ids></{operation}>")).Result;

    private static string Success(XElement result) => SoapAnswer.ValueOf(result, "success");

    private static string StatusOf(XElement result) =>
        SoapAnswer.ValueOf(result.Element(SoapAnswer.Partner + "errors").ShouldNotBeNull(result.ToString()), "statusCode");
}
