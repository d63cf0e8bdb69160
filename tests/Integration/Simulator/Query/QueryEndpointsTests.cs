using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Integration.Simulator.Query;

/// <summary>REST's query over HTTP. Source: salesforce-api.md, section 2.6.</summary>
public sealed class QueryEndpointsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_rows_with_attributes_parents_and_compounds()
    {
        await using var host = await SimulatorHost.StartAsync(accounts: 2);
        const string statement =
            "SELECT Id, name, Amount__c, CreatedDate, BillingAddress, Place__c, Body, Parent.Name, Owner.Name FROM Account";
        var text = await host.Client.GetStringAsync(Address("query", statement), Cancellation);
        var (first, second) = (SimulatorHost.IdOf(1), SimulatorHost.IdOf(2));
        const string row = """
            {"attributes":{"type":"Account","url":"/services/data/v67.0/sobjects/Account/@id"},"Id":"@id","Name":"Café \"@number\"",
            "Amount__c":@number.5,"CreatedDate":"2026-01-31T12:00:00.000+0000",
            "BillingAddress":{"city":"Paris","country":null,"countryCode":null,"geocodeAccuracy":null,"latitude":null,"longitude":null,
            "postalCode":null,"state":null,"stateCode":null,"street":null},"Place__c":{"latitude":48.5,"longitude":2.25},
            "Body":"/services/data/v67.0/sobjects/Account/@id/Body","Parent":@parent,
            "Owner":{"attributes":{"type":"User","url":"/services/data/v67.0/sobjects/User/@user"},"Name":"Ada"}}
            """;
        const string parent = """
            {"attributes":{"type":"Account","url":"/services/data/v67.0/sobjects/Account/@id"},"Name":"Café \"1\""}
            """;
        string Row(string id, string number, string parent) => row.ReplaceLineEndings("").Replace("@id", id, StringComparison.Ordinal)
            .Replace("@number", number, StringComparison.Ordinal).Replace("@user", SimulatorHost.UserId, StringComparison.Ordinal)
            .Replace("@parent", parent, StringComparison.Ordinal);
        var rows = Row(first, "1", "null") + "," + Row(second, "2", parent.Replace("@id", first, StringComparison.Ordinal));
        text.ShouldBe("{\"totalSize\":2,\"done\":true,\"records\":[" + rows + "]}");
    }

    [Fact]
    public async Task Pages_through_a_snapshot_until_done()
    {
        await using var host = await SimulatorHost.StartAsync(accounts: 1000);
        using var request = new HttpRequestMessage(HttpMethod.Get, Address("queryAll", "SELECT Id FROM Account"));
        request.Headers.Add("Sforce-Query-Options", "batchSize=300");
        using var response = await host.Client.SendAsync(request, Cancellation);
        var page = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        var ids = new List<string?>();
        var sizes = new List<int>();
        while (true)
        {
            page.GetProperty("totalSize").GetInt32().ShouldBe(1000);
            sizes.Add(page.GetProperty("records").GetArrayLength());
            ids.AddRange(page.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("Id").GetString()));
            if (page.GetProperty("done").GetBoolean())
                break;
            var next = page.GetProperty("nextRecordsUrl").GetString().ShouldNotBeNull();
            next.ShouldMatch($"^/services/data/v67.0/query/01g[A-Za-z0-9]{{15}}-{ids.Count}$");
            page = await host.Client.GetFromJsonAsync<JsonElement>(next, Cancellation);
        }

        sizes.ShouldBe([300, 300, 300, 100]);
        ids.ShouldBe(Enumerable.Range(1, 1000).Select(SimulatorHost.IdOf));
        page.TryGetProperty("nextRecordsUrl", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Closes_the_oldest_cursor_beyond_ten_and_any_after_two_days()
    {
        await using var host = await SimulatorHost.StartAsync(accounts: 300);
        var locators = new List<string>();
        for (var number = 0; number < 11; number++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Address("query", "SELECT Id FROM Account"));
            request.Headers.Add("Sforce-Query-Options", "batchSize=200");
            using var response = await host.Client.SendAsync(request, Cancellation);
            var page = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
            locators.Add(page.GetProperty("nextRecordsUrl").GetString().ShouldNotBeNull());
        }

        await ShouldBeClosedAsync(host, locators[0]);
        (await host.Client.GetFromJsonAsync<JsonElement>(locators[1], Cancellation)).GetProperty("done").GetBoolean().ShouldBeTrue();
        host.Time.Advance(TimeSpan.FromDays(2));
        await ShouldBeClosedAsync(host, locators[10]);
        await ShouldBeClosedAsync(host, "/services/data/v67.0/query/nonsense");
    }

    [Fact]
    public async Task Counts_in_total_size()
    {
        await using var host = await SimulatorHost.StartAsync(accounts: 20);
        (await host.Client.GetStringAsync(Address("query", "SELECT COUNT() FROM Account"), Cancellation))
            .ShouldBe("""{"totalSize":18,"done":true,"records":[]}""");
        (await host.Client.GetStringAsync(Address("queryAll", "SELECT COUNT(Id), MAX(Amount__c) most FROM Account"), Cancellation))
            .ShouldBe("""{"totalSize":1,"done":true,"records":[{"attributes":{"type":"AggregateResult"},"expr0":20,"most":20.5}]}""");
    }

    [Fact]
    public async Task Refuses_a_statement_that_cannot_run()
    {
        await using var host = await SimulatorHost.StartAsync();
        using var response = await host.Client.GetAsync(Address("query", "SELECT Foo FROM Account"), Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync(Cancellation)).ShouldContain("INVALID_FIELD");
    }

    private static string Address(string resource, string statement) =>
        $"/services/data/v67.0/{resource}?q={Uri.EscapeDataString(statement)}";

    private static async Task ShouldBeClosedAsync(SimulatorHost host, string locator)
    {
        using var response = await host.Client.GetAsync(locator, Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync(Cancellation)).ShouldContain("INVALID_QUERY_LOCATOR");
    }
}
