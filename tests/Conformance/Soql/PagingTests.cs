using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Soql;

/// <summary>Pages of large results. Source: salesforce-api.md, section 2.6.</summary>
public sealed class PagingTests(TestOrg org)
{
    [Theory]
    [InlineData("query")]
    [InlineData("queryAll")]
    public async Task Hands_out_pages_whose_locators_lie_below_query(string resource)
    {
        await using var own = await SimulatedOrg.StartAsync(SimulatedOrg.Small with { Rows = 450 });
        var sizes = new List<int>();
        var path = $"/services/data/{TestOrg.Version}/{resource}/?q={Uri.EscapeDataString("SELECT Id, Account.Name FROM Contact")}";
        while (path.Length > 0)
        {
            var page = (await own.SendAsync(HttpMethod.Get, path, null, ("Sforce-Query-Options", "batchSize=200"))).Json;
            page.GetProperty("totalSize").GetInt32().ShouldBe(450);
            sizes.Add(page.GetProperty("records").GetArrayLength());
            path = page.TryGetProperty("nextRecordsUrl", out var next) ? next.GetString().ShouldNotBeNull() : "";
            page.GetProperty("done").GetBoolean().ShouldBe(path.Length == 0);
            if (path.Length > 0)
                path.ShouldStartWith($"/services/data/{TestOrg.Version}/query/01g");
        }

        sizes.ShouldBe([200, 200, 50]);
    }

    [Fact]
    public async Task Closes_the_oldest_cursor_beyond_ten_and_any_after_two_days()
    {
        await using var own = await SimulatedOrg.StartAsync(SimulatedOrg.Small with { Rows = 250 });
        var locators = new List<string>();
        for (var number = 0; number < 11; number++)
        {
            var page = await own.SendAsync(HttpMethod.Get, $"/query?q={Uri.EscapeDataString("SELECT Id FROM Contact")}", null,
                ("Sforce-Query-Options", "batchSize=200"));
            locators.Add(page.Json.GetProperty("nextRecordsUrl").GetString().ShouldNotBeNull());
        }

        await own.FailAsync(HttpMethod.Get, locators[0], null, HttpStatusCode.BadRequest, "INVALID_QUERY_LOCATOR");
        (await own.GetAsync(locators[1])).GetProperty("done").GetBoolean().ShouldBeTrue();
        own.Clock.Advance(TimeSpan.FromDays(2));
        await own.FailAsync(HttpMethod.Get, locators[10], null, HttpStatusCode.BadRequest, "INVALID_QUERY_LOCATOR");
    }

    [Fact]
    public async Task Hands_out_pages_of_the_children_of_one_row()
    {
        await using var own = await SimulatedOrg.StartAsync(SimulatedOrg.Small with { Rows = 0 });
        var crowded = await own.CreateAsync("Account", new { Name = "Crowded" });
        await own.CreateAsync("Account", new { Name = "Empty" });
        for (var at = 0; at < 450; at += 150)
        {
            var records = Enumerable.Range(at, 150).Select(number => new { attributes = new { type = "Contact" },
                LastName = $"C{number:000}", AccountId = crowded });
            (await own.SendAsync(HttpMethod.Post, "/composite/sobjects", new { records })).Status.ShouldBe(HttpStatusCode.OK);
        }

        var soql = "SELECT Name, (SELECT LastName FROM Contacts ORDER BY LastName) FROM Account ORDER BY Name";
        var rows = (await own.SendAsync(HttpMethod.Get, $"/query?q={Uri.EscapeDataString(soql)}", null,
            ("Sforce-Query-Options", "batchSize=200"))).Json.GetProperty("records");
        rows[1].GetProperty("Contacts").ValueKind.ShouldBe(JsonValueKind.Null);
        var page = rows[0].GetProperty("Contacts");
        var names = new List<string?>();
        while (true)
        {
            page.GetProperty("totalSize").GetInt32().ShouldBe(450);
            names.AddRange(page.GetProperty("records").EnumerateArray().Select(row => row.GetProperty("LastName").GetString()));
            if (page.GetProperty("done").GetBoolean())
                break;
            page = await own.GetAsync(page.GetProperty("nextRecordsUrl").GetString().ShouldNotBeNull());
        }

        page.TryGetProperty("nextRecordsUrl", out _).ShouldBeFalse();
        names.ShouldBe(Enumerable.Range(0, 450).Select(number => $"C{number:000}"));
    }

    [Fact]
    public async Task Refuses_an_unknown_locator() =>
        await org.FailAsync(HttpMethod.Get, "/query/01gAAAAAAAAAAAAAAA-200", null, HttpStatusCode.BadRequest, "INVALID_QUERY_LOCATOR");
}
