using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Soql;

/// <summary>What conditions find. Source: salesforce-api.md, section 4.</summary>
public sealed class FilterTests(TestOrg org)
{
    [Theory]
    [InlineData("Phone = 'ABC'", "a,c")]
    [InlineData("Phone != 'abc'", "b,d")]
    [InlineData("Phone = ''", "d")]
    [InlineData("Phone = null", "d")]
    [InlineData("Phone != null", "a,b,c")]
    [InlineData("Phone <> null", "a,b,c")]
    [InlineData("Phone IN ('ABC', 'x')", "a,c")]
    [InlineData("Phone IN ('', 'x')", "d")]
    [InlineData("Phone NOT IN ('ABC', null)", "b")]
    [InlineData("Phone LIKE '%_%\\%'", "b")]
    [InlineData("Phone LIKE 'A_C'", "a,c")]
    [InlineData("Phone LIKE 'it\\'s %'", "b")]
    [InlineData("NOT Phone LIKE 'a%'", "b,d")]
    [InlineData("(NOT(Phone = 'abc')) AND Phone != ''", "b")]
    [InlineData("NumberOfEmployees > 10", "b,c")]
    [InlineData("NumberOfEmployees >= 10 AND NumberOfEmployees < 30", "a,b")]
    [InlineData("NumberOfEmployees IN (10, 30.0)", "a,c")]
    [InlineData("AnnualRevenue = 1.5e3", "a")]
    [InlineData("NOT NumberOfEmployees = 10 AND NumberOfEmployees != null", "b,c")]
    [InlineData("(NumberOfEmployees = 10 OR NumberOfEmployees = 20) AND Phone = 'abc'", "a")]
    [InlineData("CreatedDate >= YESTERDAY", "a,b,c,d")]
    [InlineData("CreatedDate = LAST_N_DAYS:2", "a,b,c,d")]
    [InlineData("CreatedDate = THIS_WEEK AND CreatedDate = THIS_QUARTER AND CreatedDate = THIS_FISCAL_YEAR", "a,b,c,d")]
    [InlineData("CreatedDate = LAST_N_WEEKS:3", "")]
    [InlineData("CreatedDate < NEXT_N_FISCAL_QUARTERS:1", "a,b,c,d")]
    [InlineData("CreatedDate = N_MONTHS_AGO:0", "a,b,c,d")]
    [InlineData("CreatedDate > 2020-01-31T10:00:00+02:00", "a,b,c,d")]
    [InlineData("CreatedDate < 2020-01-31T10:00:00.000Z", "")]
    [InlineData("CALENDAR_YEAR(CreatedDate) > 2000", "a,b,c,d")]
    [InlineData("DAY_ONLY(CreatedDate) >= YESTERDAY", "a,b,c,d")]
    [InlineData("HOUR_IN_DAY(convertTimezone(CreatedDate)) < 0", "")]
    [InlineData("Id > '' AND IsDeleted = false", "a,b,c,d")]
    [InlineData("Owner.Name != null", "a,b,c,d")]
    [InlineData("Account.Owner.Username != null", "a,b,c,d")]
    public async Task Finds_what_the_condition_says(string condition, string expected)
    {
        var mark = await SampleAsync();
        var names = await org.ValuesAsync($"SELECT Name FROM Account WHERE Site = '{mark}' AND ({condition}) ORDER BY Name");
        names.ShouldBe(expected);
    }

    [Fact]
    public async Task Finds_ids_of_15_and_18_characters_and_external_ids_in_any_letter_case()
    {
        var key = TestOrg.Unique();
        var id = await org.CreateAsync("Account", new { Name = "a", Ext_Id__c = key });
        (await org.ValuesAsync($"SELECT Name FROM Account WHERE Id = '{id[..15]}'")).ShouldBe("a");
        (await org.ValuesAsync($"SELECT Name FROM Account WHERE Id IN ('{id}', '{id[..15]}')")).ShouldBe("a");
        (await org.ValuesAsync($"SELECT Name FROM Account WHERE Id = '{id}' OR Ext_Id__c = '{key}'")).ShouldBe("a");
        (await org.ValuesAsync($"SELECT Name FROM Account WHERE Ext_Id__c = '{key.ToUpperInvariant()}'")).ShouldBe("a");
        (await org.ValuesAsync($"SELECT Name FROM Account WHERE Ext_Id__c IN ('{key}', 'other') AND Name = 'b'")).ShouldBe("");
        (await org.SendAsync(HttpMethod.Delete, $"/sobjects/Account/{id}")).Status.ShouldBe(System.Net.HttpStatusCode.NoContent);
        (await org.ValuesAsync($"SELECT Name FROM Account WHERE Ext_Id__c = '{key}'")).ShouldBe("");
        var all = await org.GetAsync($"/queryAll?q={Uri.EscapeDataString($"SELECT Name FROM Account WHERE Ext_Id__c = '{key}'")}");
        all.GetProperty("totalSize").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Finds_by_the_ids_that_another_query_finds()
    {
        var mark = await SampleAsync();
        var a = await org.ValuesAsync($"SELECT Id FROM Account WHERE Site = '{mark}' AND Name = 'a'", "Id");
        await org.CreateAsync("Contact", new { LastName = mark, AccountId = a });
        await org.CreateAsync("Contact", new { LastName = mark });
        (await org.ValuesAsync($"SELECT Name FROM Account WHERE Site = '{mark}' AND Id IN (SELECT AccountId FROM Contact"
            + $" WHERE LastName = '{mark}')")).ShouldBe("a");
        (await org.ValuesAsync($"SELECT Name FROM Account WHERE Id NOT IN (SELECT AccountId FROM Contact WHERE LastName = '{mark}')"
            + $" AND Site = '{mark}' ORDER BY Name")).ShouldBe("b,c,d");
        (await org.ValuesAsync($"SELECT LastName FROM Contact WHERE LastName = '{mark}'"
            + $" AND AccountId IN (SELECT Id FROM Account WHERE Site = '{mark}')", "LastName")).ShouldBe(mark);
    }

    [Fact]
    public async Task Finds_the_own_rows_of_the_user()
    {
        var mark = await SampleAsync();
        (await org.ValuesAsync($"SELECT Name FROM Account USING SCOPE mine WHERE Site = '{mark}' ORDER BY Name")).ShouldBe("a,b,c,d");
        (await org.ValuesAsync($"SELECT Name FROM Account USING SCOPE everything WHERE Site = '{mark}' WITH SECURITY_ENFORCED"
            + " ORDER BY Name LIMIT 1 OFFSET 1 FOR VIEW")).ShouldBe("b");
    }

    private async Task<string> SampleAsync()
    {
        var mark = TestOrg.Unique();
        await org.CreateAsync("Account", new { Name = "a", Site = mark, Phone = "abc", NumberOfEmployees = 10, AnnualRevenue = 1500 });
        await org.CreateAsync("Account", new { Name = "b", Site = mark, Phone = "it's 5%", NumberOfEmployees = 20 });
        await org.CreateAsync("Account", new { Name = "c", Site = mark, Phone = "aBc", NumberOfEmployees = 30 });
        await org.CreateAsync("Account", new { Name = "d", Site = mark });
        return mark;
    }
}
