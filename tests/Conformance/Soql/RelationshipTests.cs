using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Soql;

/// <summary>Parents, children and polymorphic references in select lists. Source: salesforce-api.md, sections 2.6 and 4.</summary>
public sealed class RelationshipTests(TestOrg org)
{
    [Fact]
    public async Task Nests_children_in_their_parent_and_shows_none_as_null()
    {
        var mark = TestOrg.Unique();
        var parent = await org.CreateAsync("Account", new { Name = "a", Site = mark });
        await org.CreateAsync("Account", new { Name = "b", Site = mark });
        foreach (var name in new[] { "x", "y", "z" })
            await org.CreateAsync("Contact", new { LastName = name, AccountId = parent });
        var answer = await org.QueryAsync("SELECT Name, (SELECT Id, LastName, Account.Name FROM Contacts WHERE LastName != 'y'"
            + $" ORDER BY LastName DESC LIMIT 2) FROM Account WHERE Site = '{mark}' ORDER BY Name");
        var records = answer.GetProperty("records");
        var children = records[0].GetProperty("Contacts");
        children.GetProperty("totalSize").GetInt32().ShouldBe(2);
        children.GetProperty("done").GetBoolean().ShouldBeTrue();
        children.GetProperty("records").EnumerateArray().Select(child => child.GetProperty("LastName").GetString()).ShouldBe(["z", "x"]);
        var child = children.GetProperty("records")[0];
        child.GetProperty("attributes").GetProperty("type").GetString().ShouldBe("Contact");
        child.GetProperty("attributes").GetProperty("url").GetString().ShouldEndWith(child.GetProperty("Id").GetString().ShouldNotBeNull());
        child.GetProperty("Account").GetProperty("Name").GetString().ShouldBe("a");
        records[1].GetProperty("Contacts").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Nests_grandchildren_from_version_58_on()
    {
        var mark = TestOrg.Unique();
        var top = await org.CreateAsync("Account", new { Name = mark });
        var contact = await org.CreateAsync("Contact", new { LastName = "x", AccountId = top });
        await org.CreateAsync("Case", new { Subject = "help", ContactId = contact });
        var soql = Uri.EscapeDataString(
            $"SELECT Id, (SELECT Id, (SELECT Subject FROM Cases) FROM Contacts) FROM Account WHERE Name = '{mark}'");
        var answer = await org.GetAsync($"/query?q={soql}");
        answer.GetProperty("records")[0].GetProperty("Contacts").GetProperty("records")[0].GetProperty("Cases").GetProperty("records")[0]
            .GetProperty("Subject").GetString().ShouldBe("help");
        (await org.SendAsync(HttpMethod.Get, $"/services/data/v57.0/query?q={soql}"))
            .ShouldBeError(System.Net.HttpStatusCode.BadRequest, "MALFORMED_QUERY");
    }

    [Fact]
    public async Task Follows_paths_by_alias_object_name_and_parent_alias()
    {
        var mark = TestOrg.Unique();
        var top = await org.CreateAsync("Account", new { Name = mark });
        var below = await org.CreateAsync("Account", new { Name = "below", ParentId = top });
        await org.CreateAsync("Contact", new { LastName = mark, AccountId = below });
        var answer = await org.QueryAsync("SELECT c.LastName, Contact.Account.Name, a.Parent.Name, a.Parent.Owner.Id, ReportsTo.Name"
            + $" FROM Contact AS c, c.Account a WHERE a.Parent.Name = '{mark}' AND c.LastName = '{mark}'");
        var record = answer.GetProperty("records").EnumerateArray().ShouldHaveSingleItem();
        record.GetProperty("Account").GetProperty("Name").GetString().ShouldBe("below");
        record.GetProperty("Account").GetProperty("Parent").GetProperty("Name").GetString().ShouldBe(mark);
        record.GetProperty("Account").GetProperty("Parent").GetProperty("Owner").GetProperty("attributes").GetProperty("type").GetString()
            .ShouldBe("User");
        record.GetProperty("ReportsTo").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Follows_five_relationships_and_no_sixth()
    {
        var mark = TestOrg.Unique();
        string? parent = null;
        for (var level = 0; level < 6; level++)
            parent = await org.CreateAsync("Account", new { Name = $"{level}", Site = mark, ParentId = parent });
        var answer = await org.QueryAsync($"SELECT Parent.Parent.Parent.Parent.Parent.Name FROM Account WHERE Id = '{parent}'");
        var record = answer.GetProperty("records")[0];
        for (var level = 0; level < 5; level++)
            record = record.GetProperty("Parent");
        record.GetProperty("Name").GetString().ShouldBe("0");
        await org.RefusalAsync("SELECT Parent.Parent.Parent.Parent.Parent.Parent.Name FROM Account", "INVALID_FIELD");
    }

    [Fact]
    public async Task The_stamps_of_parents_can_be_asked_for_by_path_and_by_semi_join()
    {
        var mark = TestOrg.Unique();
        var account = await org.CreateAsync("Account", new { Name = mark });
        var contact = await org.CreateAsync("Contact", new { LastName = mark, AccountId = account });
        await org.CreateAsync("Contact", new { LastName = mark });
        const string Past = "2000-01-01T00:00:00.000Z";
        const string Future = "2999-01-01T00:00:00.000Z";
        (await org.ValuesAsync(
            $"SELECT Id FROM Contact WHERE (LastName = '{mark}') AND ((Account.SystemModstamp >= {Past} OR Account.Owner.SystemModstamp"
            + $" >= {Future}) AND Id > '003000000000000AAA') ORDER BY Id", "Id")).ShouldBe(contact);
        (await org.ValuesAsync(
            $"SELECT Id FROM Contact WHERE (LastName = '{mark}') AND ((Account.OwnerId IN (SELECT Id FROM User WHERE SystemModstamp"
            + $" >= {Past})) AND Id > '003000000000000AAA') ORDER BY Id", "Id")).ShouldBe(contact);
        var newest = await org.QueryAsync(
            $"SELECT MAX(Account.SystemModstamp) s0,MAX(Account.Owner.SystemModstamp) s1 FROM Contact WHERE LastName = '{mark}'");
        var stamp = (await org.QueryAsync($"SELECT SystemModstamp FROM Account WHERE Id = '{account}'")).GetProperty("records")[0]
            .GetProperty("SystemModstamp").GetString();
        newest.GetProperty("records")[0].GetProperty("s0").GetString().ShouldBe(stamp);
        var none = await org.QueryAsync($"SELECT MAX(Account.SystemModstamp) s0 FROM Contact WHERE LastName = '{mark} none'");
        none.GetProperty("records")[0].GetProperty("s0").ValueKind.ShouldBe(JsonValueKind.Null);
    }
}
