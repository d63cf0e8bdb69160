using System.Text.Encodings.Web;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Soql;

/// <summary>Functions in select lists, FIELDS, columns and plans. Source: salesforce-api.md, sections 2.6, 4 and 15.</summary>
public sealed class SelectTests(TestOrg org)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task Answers_rows_with_attributes_parents_and_compounds()
    {
        var name = TestOrg.Unique("\"Café\"");
        var parent = await org.CreateAsync("Account", new { Name = name });
        var id = await org.CreateAsync("Account", new { Name = "x", BillingCity = "Paris", ParentId = parent, AnnualRevenue = 12 });
        var answer = await org.AskAsync("/query?q=" + Uri.EscapeDataString(
            $"SELECT Id, name, AnnualRevenue, BillingAddress, ShippingAddress, Parent.Name FROM Account WHERE Id = '{id}'"));
        const string expected = """
            {"totalSize":1,"done":true,"records":[{"attributes":{"type":"Account","url":"/services/data/@version/sobjects/Account/@id"},
            "Id":"@id","Name":"x","AnnualRevenue":12.0,
            "BillingAddress":{"city":"Paris","country":null,"countryCode":null,"geocodeAccuracy":null,"latitude":null,"longitude":null,
            "postalCode":null,"state":null,"stateCode":null,"street":null},"ShippingAddress":null,
            "Parent":{"attributes":{"type":"Account","url":"/services/data/@version/sobjects/Account/@parent"},"Name":@name}}]}
            """;
        answer.Text.ShouldBe(expected.ReplaceLineEndings("").Replace("@version", TestOrg.Version, StringComparison.Ordinal)
            .Replace("@id", id, StringComparison.Ordinal).Replace("@parent", parent, StringComparison.Ordinal)
            .Replace("@name", JsonSerializer.Serialize(name, Plain), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Shows_labels_formats_and_currencies()
    {
        var mark = TestOrg.Unique();
        await org.CreateAsync("Opportunity",
            new { Name = mark, StageName = "Prospecting", CloseDate = "2026-01-31", Amount = 1234.5, Probability = 10 });
        var answer = await org.QueryAsync("SELECT toLabel(StageName), FORMAT(Amount) shown, convertCurrency(Amount), FORMAT(CloseDate),"
            + $" Account.Name FROM Opportunity WHERE Name = '{mark}'");
        var record = answer.GetProperty("records")[0];
        record.GetProperty("StageName").GetString().ShouldBe("Prospecting");
        record.GetProperty("shown").GetString().ShouldEndWith("1,234.50");
        record.GetProperty("Amount").GetDecimal().ShouldBe(1234.5m);
        record.GetProperty("CloseDate").GetString().ShouldBe("1/31/2026");
        var groups = await org.QueryAsync($"SELECT FORMAT(MAX(Amount)) most FROM Opportunity WHERE Name = '{mark}'");
        groups.GetProperty("records")[0].GetProperty("most").GetString().ShouldEndWith("1,234.50");
    }

    [Fact]
    public async Task Measures_and_filters_by_distance()
    {
        var mark = TestOrg.Unique();
        await org.CreateAsync("Account", new { Name = "paris", Site = mark, BillingLatitude = 48.8566, BillingLongitude = 2.3522 });
        await org.CreateAsync("Account", new { Name = "berlin", Site = mark, BillingLatitude = 52.52, BillingLongitude = 13.405 });
        await org.CreateAsync("Account", new { Name = "nowhere", Site = mark });
        const string distance = "DISTANCE(BillingAddress, GEOLOCATION(48.8566, 2.3522), 'km')";
        (await org.ValuesAsync($"SELECT Name FROM Account WHERE Site = '{mark}' AND {distance} < 1000 ORDER BY {distance} DESC"))
            .ShouldBe("berlin,paris");
        var answer = await org.QueryAsync($"SELECT {distance} FROM Account WHERE Site = '{mark}' AND Name = 'berlin'");
        answer.GetProperty("records")[0].GetProperty("expr0").GetDouble().ShouldBe(878, 3);
    }

    [Fact]
    public async Task Expands_fields()
    {
        var id = await org.CreateAsync("Account", new { Name = TestOrg.Unique() });
        var all = (await org.QueryAsync($"SELECT FIELDS(ALL) FROM Account WHERE Id = '{id}' LIMIT 1")).GetProperty("records")[0];
        var standard = (await org.QueryAsync($"SELECT FIELDS(STANDARD) FROM Account WHERE Id = '{id}'")).GetProperty("records")[0];
        all.TryGetProperty("Ext_Id__c", out _).ShouldBeTrue();
        standard.TryGetProperty("Ext_Id__c", out _).ShouldBeFalse();
        standard.GetProperty("SystemModstamp").ValueKind.ShouldBe(JsonValueKind.String);
    }

    [Fact]
    public async Task Tells_the_columns()
    {
        var soql = "SELECT Id, Account.Owner.Name, (SELECT Subject FROM Cases) FROM Contact LIMIT 1";
        var columns = (await org.GetAsync($"/query?q={Uri.EscapeDataString(soql)}&columns=true")).GetProperty("columnMetadata");
        columns.EnumerateArray().Select(column => column.GetProperty("columnName").GetString()).ShouldBe(["Id", "Account", "Cases"]);
        columns[0].GetProperty("joinColumns").GetArrayLength().ShouldBe(0);
        columns[1].GetProperty("joinColumns")[0].GetProperty("joinColumns")[0].GetProperty("columnName").GetString().ShouldBe("Name");
        columns[1].GetProperty("aggregate").GetBoolean().ShouldBeFalse();
        columns[2].GetProperty("aggregate").GetBoolean().ShouldBeTrue();
        columns[2].GetProperty("joinColumns")[0].GetProperty("columnName").GetString().ShouldBe("Subject");
        soql = "SELECT LeadSource, COUNT(Id) n FROM Contact GROUP BY LeadSource";
        columns = (await org.GetAsync($"/query?q={Uri.EscapeDataString(soql)}&columns=true")).GetProperty("columnMetadata");
        columns.EnumerateArray().Select(column => column.GetProperty("columnName").GetString()).ShouldBe(["LeadSource", "n"]);
        columns[1].GetProperty("aggregate").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Tells_the_plans()
    {
        var plans = await PlansAsync("SELECT Id FROM Account WHERE Ext_Id__c = 'x'");
        plans.ShouldContain(plan => plan.GetProperty("leadingOperationType").GetString() == "Index");
        plans = await PlansAsync("SELECT Id FROM Account");
        var scan = plans.ShouldHaveSingleItem();
        scan.GetProperty("leadingOperationType").GetString().ShouldBe("TableScan");
        scan.GetProperty("sobjectType").GetString().ShouldBe("Account");
        scan.GetProperty("relativeCost").GetDouble().ShouldBeGreaterThan(0);
    }

    private async Task<List<JsonElement>> PlansAsync(string soql) =>
        [.. (await org.GetAsync($"/query?explain={Uri.EscapeDataString(soql)}")).GetProperty("plans").EnumerateArray()];
}
