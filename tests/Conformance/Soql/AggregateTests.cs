using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Soql;

/// <summary>Groups and aggregates. Source: salesforce-api.md, sections 2.6 and 4.</summary>
public sealed class AggregateTests(TestOrg org)
{
    [Theory]
    [InlineData("SELECT COUNT(Id), SUM(NumberOfEmployees) s, AVG(NumberOfEmployees), MIN(Name), MAX(Name) most, COUNT_DISTINCT(Type)"
        + " FROM Account WHERE {0}", "expr0=4;s=100;expr1=25;expr2=a;most=d;expr3=2")]
    [InlineData("SELECT Type, COUNT(Id) n FROM Account WHERE {0} GROUP BY Type ORDER BY COUNT(Id) DESC",
        "Type=Other;n=3|Type=Prospect;n=1")]
    [InlineData("SELECT Type t, SUM(NumberOfEmployees) FROM Account WHERE {0} GROUP BY Type HAVING SUM(NumberOfEmployees) > 20"
        + " AND Type != 'x' ORDER BY Type NULLS LAST", "t=Other;expr0=90")]
    [InlineData("SELECT Type FROM Account WHERE {0} GROUP BY Type HAVING COUNT(Id) = 1", "Type=Prospect")]
    [InlineData("SELECT CALENDAR_YEAR(CreatedDate) y, COUNT(Id) FROM Account WHERE {0} GROUP BY CALENDAR_YEAR(CreatedDate)", "y=*;expr0=4")]
    [InlineData("SELECT Type, Name, COUNT(Id) FROM Account WHERE {0} AND Name < 'c' GROUP BY Type, Name ORDER BY Name DESC",
        "Type=Other;Name=b;expr0=1|Type=Prospect;Name=a;expr0=1")]
    [InlineData("SELECT Type, GROUPING(Type) g, COUNT(Id) FROM Account WHERE {0} GROUP BY ROLLUP(Type)",
        "Type=Other;g=0;expr0=3|Type=Prospect;g=0;expr0=1|Type=null;g=1;expr0=4")]
    [InlineData("SELECT Type, Rating, COUNT(Id) FROM Account WHERE {0} AND Name < 'b' GROUP BY CUBE(Type, Rating)",
        "Type=Prospect;Rating=Hot;expr0=1|Type=Prospect;Rating=null;expr0=1|Type=null;Rating=Hot;expr0=1|Type=null;Rating=null;expr0=1")]
    [InlineData("SELECT Owner.Name, COUNT(Id) FROM Account WHERE {0} GROUP BY Owner.Name", "Name=*;expr0=4")]
    [InlineData("SELECT Name FROM Account WHERE {0} GROUP BY Name ORDER BY Name LIMIT 2 OFFSET 1", "Name=b|Name=c")]
    [InlineData("SELECT COUNT(Id) FROM Account WHERE {0} AND Name = 'none'", "expr0=0")]
    [InlineData("SELECT MAX(Name) FROM Account WHERE {0} AND Name = 'none'", "expr0=null")]
    [InlineData("SELECT Name, COUNT(Id) FROM Account WHERE {0} AND Name = 'none' GROUP BY Name", "")]
    public async Task Puts_rows_together(string soql, string expected)
    {
        var mark = await SampleAsync();
        var answer = await org.QueryAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, soql, $"Site = '{mark}'"));
        answer.GetProperty("done").GetBoolean().ShouldBeTrue();
        var wanted = expected.Length == 0 ? [] : expected.Split('|');
        var rows = answer.GetProperty("records").EnumerateArray().ToList();
        answer.GetProperty("totalSize").GetInt32().ShouldBe(wanted.Length);
        rows.Count.ShouldBe(wanted.Length);
        for (var at = 0; at < wanted.Length; at++)
        {
            rows[at].GetProperty("attributes").ToString().ShouldBe("""{"type":"AggregateResult"}""");
            var members = rows[at].EnumerateObject().Skip(1).Select(member => $"{member.Name}={member.Value.Text()}").ToList();
            var parts = wanted[at].Split(';');
            members.Count.ShouldBe(parts.Length);
            for (var place = 0; place < parts.Length; place++)
                members[place].ShouldStartWith(parts[place].TrimEnd('*'));
        }
    }

    [Fact]
    public async Task Counts_rows_in_total_size()
    {
        var mark = await SampleAsync();
        var answer = await org.QueryAsync($"SELECT COUNT() FROM Account WHERE Site = '{mark}' LIMIT 3");
        answer.ToString().ShouldBe("""{"totalSize":3,"done":true,"records":[]}""");
    }

    [Fact]
    public async Task Answers_at_most_2000_groups()
    {
        await using var own = await SimulatedOrg.StartAsync(SimulatedOrg.Small with { Rows = 2100 });
        var answer = await own.AskAsync($"/query?q={Uri.EscapeDataString("SELECT Id, COUNT(LastName) FROM Contact GROUP BY Id")}");
        answer.ShouldBeError(System.Net.HttpStatusCode.BadRequest, "EXCEEDED_ID_LIMIT")
            .GetProperty("message").GetString().ShouldNotBeNull().ShouldStartWith("Aggregate query does not support queryMore()");
    }

    private async Task<string> SampleAsync()
    {
        var mark = TestOrg.Unique();
        await org.CreateAsync("Account", new { Name = "a", Site = mark, Type = "Prospect", Rating = "Hot", NumberOfEmployees = 10 });
        await org.CreateAsync("Account", new { Name = "b", Site = mark, Type = "Other", NumberOfEmployees = 20 });
        await org.CreateAsync("Account", new { Name = "c", Site = mark, Type = "Other", NumberOfEmployees = 30 });
        await org.CreateAsync("Account", new { Name = "d", Site = mark, Type = "Other", NumberOfEmployees = 40 });
        return mark;
    }
}
