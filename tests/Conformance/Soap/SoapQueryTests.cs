using System.Globalization;
using System.Xml.Linq;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Soap;

/// <summary>query, queryAll, queryMore and retrieve. Source: salesforce-api.md, sections 7 and 8.2.</summary>
public sealed class SoapQueryTests(TestOrg org)
{
    private readonly SoapClient _soap = SoapClient.Of(org);

    [Fact]
    public async Task Answers_records_with_type_and_id_first_and_values_in_SOAPs_spelling()
    {
        var account = await org.CreateAsync("Account", new { Name = TestOrg.Unique(), AnnualRevenue = 12, BillingCity = "Rome" });
        var id = await org.CreateAsync("Contact", new { LastName = "ünï <x> & y", AccountId = account, Birthdate = "1980-02-29" });
        const string fields = "LastName, Birthdate, CreatedDate, IsDeleted, Phone, Account.Name, Account.AnnualRevenue, ReportsTo.Name";
        var result = (await QueryAsync($"SELECT {fields} FROM Contact WHERE Id = '{id}'")).Result;
        result.Attribute(SoapAnswer.Xsi + "type")?.Value.ShouldBe("QueryResult");
        result.Elements().Select(member => member.Name.LocalName).ShouldBe(["done", "queryLocator", "records", "size"]);
        SoapAnswer.ValueOf(result, "done").ShouldBe("true");
        SoapAnswer.ValueOf(result, "size").ShouldBe("1");

        var record = result.Element(SoapAnswer.Partner + "records").ShouldNotBeNull();
        record.Elements().Take(2).Select(member => member.Name.LocalName).ShouldBe(["type", "Id"]);
        SoapAnswer.FieldOf(record, "type").ShouldBe("Contact");
        record.Element(SoapAnswer.Fields + "Id")?.Attribute(SoapAnswer.Xsi + "nil")?.Value.ShouldBe("true");
        SoapAnswer.FieldOf(record, "LastName").ShouldBe("ünï <x> & y");
        SoapAnswer.FieldOf(record, "Birthdate").ShouldBe("1980-02-29");
        SoapAnswer.FieldOf(record, "CreatedDate").ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$");
        SoapAnswer.FieldOf(record, "IsDeleted").ShouldBe("false");
        IsNil(record, "Phone").ShouldBeTrue();
        IsNil(record, "ReportsTo").ShouldBeTrue();
        var parent = record.Element(SoapAnswer.Fields + "Account").ShouldNotBeNull();
        parent.Attribute(SoapAnswer.Xsi + "type")?.Value.ShouldBe("sf:sObject");
        SoapAnswer.FieldOf(parent, "AnnualRevenue").ShouldBe("12.0");
    }

    [Fact]
    public async Task Nests_children_as_results_of_their_own()
    {
        var account = await org.CreateAsync("Account", new { Name = TestOrg.Unique() });
        await org.CreateAsync("Contact", new { LastName = "child", AccountId = account });
        var statement = $"SELECT Name, (SELECT LastName FROM Contacts), (SELECT Id FROM Opportunities) FROM Account WHERE Id = '{account}'";
        var record = (await QueryAsync(statement)).Result.Element(SoapAnswer.Partner + "records").ShouldNotBeNull();
        IsNil(record, "Opportunities").ShouldBeTrue();
        var children = record.Element(SoapAnswer.Fields + "Contacts").ShouldNotBeNull();
        children.Attribute(SoapAnswer.Xsi + "type")?.Value.ShouldBe("QueryResult");
        children.Elements().Select(member => member.Name.LocalName).ShouldBe(["done", "queryLocator", "records", "size"]);
        SoapAnswer.FieldOf(children.Element(SoapAnswer.Partner + "records").ShouldNotBeNull(), "LastName").ShouldBe("child");
    }

    [Fact]
    public async Task Answers_addresses_as_compounds()
    {
        var id = await org.CreateAsync("Account", new { Name = TestOrg.Unique(), BillingCity = "Rome" });
        var record = (await QueryAsync($"SELECT BillingAddress, ShippingAddress FROM Account WHERE Id = '{id}'")).Result
            .Element(SoapAnswer.Partner + "records").ShouldNotBeNull();
        var address = record.Element(SoapAnswer.Fields + "BillingAddress").ShouldNotBeNull();
        address.Attribute(SoapAnswer.Xsi + "type")?.Value.ShouldBe("address");
        SoapAnswer.ValueOf(address, "city").ShouldBe("Rome");
        IsNil(record, "ShippingAddress").ShouldBeTrue();
    }

    [Fact]
    public async Task Pages_by_the_batch_size_of_the_call()
    {
        var name = TestOrg.Unique();
        for (var call = 0; call < 3; call++)
        {
            var records = string.Concat(Enumerable.Repeat($"<sObjects><type>Contact</type><LastName>{name}</LastName></sObjects>", 150));
            foreach (var result in (await _soap.CallAsync($"<create>{records}</create>")).Results)
                org.DeleteAtEnd(SoapAnswer.ValueOf(result, "id"));
        }

        const string header = "<QueryOptions><batchSize>200</batchSize></QueryOptions>";
        var ids = new HashSet<string>();
        var pages = 0;
        var page = (await QueryAsync($"SELECT Id FROM Contact WHERE LastName = '{name}'", header)).Result;
        while (true)
        {
            pages++;
            SoapAnswer.ValueOf(page, "size").ShouldBe("450");
            foreach (var record in page.Elements(SoapAnswer.Partner + "records"))
                ids.Add(SoapAnswer.FieldOf(record, "Id")).ShouldBeTrue();
            if (SoapAnswer.ValueOf(page, "done") == "true")
                break;
            var locator = SoapAnswer.ValueOf(page, "queryLocator");
            page = (await _soap.CallAsync($"<queryMore><queryLocator>{locator}</queryLocator></queryMore>", header)).Result;
        }

        (ids.Count, pages).ShouldBe((450, 3));
        page.Element(SoapAnswer.Partner + "queryLocator")?.Attribute(SoapAnswer.Xsi + "nil")?.Value.ShouldBe("true");
    }

    [Fact]
    public async Task Counts_and_aggregates()
    {
        var name = TestOrg.Unique();
        await org.CreateAsync("Account", new { Name = name, NumberOfEmployees = 3, AnnualRevenue = 1.5 });
        SoapAnswer.ValueOf((await QueryAsync($"SELECT COUNT() FROM Account WHERE Name = '{name}'")).Result, "size").ShouldBe("1");
        var statement = $"SELECT COUNT(Id), MAX(NumberOfEmployees), MAX(CreatedDate) FROM Account WHERE Name = '{name}'";
        var record = (await QueryAsync(statement)).Result
            .Element(SoapAnswer.Partner + "records").ShouldNotBeNull();
        SoapAnswer.FieldOf(record, "type").ShouldBe("AggregateResult");
        record.Element(SoapAnswer.Fields + "expr0")?.Attribute(SoapAnswer.Xsi + "type")?.Value.ShouldBe("xsd:int");
        SoapAnswer.FieldOf(record, "expr1").ShouldBe("3");
        SoapAnswer.FieldOf(record, "expr2").ShouldEndWith(".000Z");
    }

    [Fact]
    public async Task QueryAll_finds_what_is_in_the_recycle_bin()
    {
        var name = TestOrg.Unique();
        var id = await org.CreateAsync("Contact", new { LastName = name });
        await _soap.CallAsync($"<delete><ids>{id}</ids></delete>");
        var statement = $"SELECT Id, IsDeleted FROM Contact WHERE LastName = '{name}'";
        SoapAnswer.ValueOf((await QueryAsync(statement)).Result, "size").ShouldBe("0");
        var found = (await _soap.CallAsync($"<queryAll><queryString>{statement}</queryString></queryAll>")).Result;
        SoapAnswer.FieldOf(found.Element(SoapAnswer.Partner + "records").ShouldNotBeNull(), "IsDeleted").ShouldBe("true");
    }

    [Fact]
    public async Task Retrieves_in_the_order_asked_and_nil_for_what_is_gone()
    {
        var account = await org.CreateAsync("Account", new { Name = TestOrg.Unique() });
        var one = await org.CreateAsync("Contact", new { LastName = "one", AccountId = account });
        var two = await org.CreateAsync("Contact", new { LastName = "two" });
        var missing = one[..3] + "000000000000AAA";
        var results = (await _soap.CallAsync($"""
            <retrieve><fieldList>Id, LastName, Account.Name</fieldList><sObjectType>Contact</sObjectType>
            <ids>{two}</ids><ids>{missing}</ids><ids>{one[..15]}</ids></retrieve>
            """)).Results;
        results.Count.ShouldBe(3);
        SoapAnswer.FieldOf(results[0], "LastName").ShouldBe("two");
        results[1].Attribute(SoapAnswer.Xsi + "nil")?.Value.ShouldBe("true");
        SoapAnswer.FieldOf(results[2], "Id").ShouldBe(one);
        results[2].Element(SoapAnswer.Fields + "Account").ShouldNotBeNull();

        (await _soap.CallAsync("<retrieve><fieldList>Id FROM Account--</fieldList><sObjectType>Contact</sObjectType></retrieve>"))
            .ShouldBeFault("sf:INVALID_FIELD");
        (await _soap.CallAsync("<retrieve><fieldList>Id</fieldList><sObjectType>Nothing</sObjectType></retrieve>"))
            .ShouldBeFault("sf:INVALID_TYPE");
        (await _soap.CallAsync("<retrieve><fieldList>Id</fieldList><sObjectType>Contact</sObjectType><ids>x</ids></retrieve>"))
            .ShouldBeFault("sf:MALFORMED_ID");
    }

    [Fact]
    public async Task Tells_its_time_and_who_calls()
    {
        var time = SoapAnswer.ValueOf((await _soap.CallAsync("<getServerTimestamp/>")).Result, "timestamp");
        time.ShouldEndWith("Z");
        (DateTimeOffset.Parse(time, CultureInfo.InvariantCulture) - TimeProvider.System.GetUtcNow()).Duration()
            .ShouldBeLessThan(TimeSpan.FromMinutes(5));
        var user = (await _soap.CallAsync("<getUserInfo/>")).Result;
        user.Elements().ElementAt(8).Name.LocalName.ShouldBe("organizationId");
        SoapAnswer.ValueOf(user, "userId").Length.ShouldBe(18);
    }

    private Task<SoapAnswer> QueryAsync(string statement, string headers = "") =>
        _soap.CallAsync($"<query><queryString>{SoapClient.Escape(statement)}</queryString></query>", headers);

    private static bool IsNil(XElement record, string name) =>
        record.Element(SoapAnswer.Fields + name).ShouldNotBeNull(name).Attribute(SoapAnswer.Xsi + "nil")?.Value == "true";
}
