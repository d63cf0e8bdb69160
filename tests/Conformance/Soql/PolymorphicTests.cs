using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Soql;

/// <summary>
/// Polymorphic references, multi-select picklists and case-sensitive ids, on objects that a metadata file brings.
/// Source: salesforce-api.md, section 4.
/// </summary>
public sealed class PolymorphicTests : IAsyncLifetime
{
    private const string Metadata = """
        {
          "objects": [
            {
              "name": "Visit__c",
              "fields": [
                { "name": "What__c", "type": "reference", "referenceTo": ["Account", "Contact"], "relationshipName": "What__r",
                  "childRelationshipName": "Visits__r" },
                { "name": "Tags__c", "type": "multipicklist", "values": ["a", "b", "c"] },
                { "name": "Key__c", "type": "text", "length": 20, "externalId": true, "caseSensitive": true },
                { "name": "At__c", "type": "time" },
                { "name": "Place__c", "type": "location" }
              ]
            }
          ]
        }
        """;

    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);
    private SimulatedOrg? _org;

    private SimulatedOrg Org => _org ?? throw new InvalidOperationException("The org is not started.");

    public async ValueTask InitializeAsync()
    {
        _org = await SimulatedOrg.StartAsync(SimulatedOrg.Small with { Rows = 1 }, Metadata);
        _ids["account"] = await Org.CreateAsync("Account", new { Name = "acme", Phone = "1" });
        _ids["contact"] = await Org.CreateAsync("Contact", new { LastName = "ada", Title = "boss", AccountId = _ids["account"] });
        await Org.CreateAsync("Visit__c", new { Name = "v1", What__c = _ids["account"], Tags__c = "a;b", Key__c = "k",
            At__c = "10:30:00.000Z" });
        await Org.CreateAsync("Visit__c", new { Name = "v2", What__c = _ids["contact"], Tags__c = "b", Key__c = "K", Place__Latitude__s = 1,
            Place__Longitude__s = 1 });
        await Org.CreateAsync("Visit__c", new { Name = "v3" });
    }

    public ValueTask DisposeAsync() => Org.DisposeAsync();

    [Theory]
    [InlineData("What__r.Type = 'Account'", "v1")]
    [InlineData("What__r.Type IN ('account', 'Contact')", "v1,v2")]
    [InlineData("What__r.Name LIKE 'a%'", "v1,v2")]
    [InlineData("What__r.Phone = '1'", "v1")]
    [InlineData("What__c IN (SELECT Id FROM Contact WHERE LastName = 'ada')", "v2")]
    [InlineData("What__c IN (SELECT AccountId FROM Contact)", "v1")]
    [InlineData("Tags__c INCLUDES ('a;b', 'c')", "v1")]
    [InlineData("Tags__c INCLUDES ('b')", "v1,v2")]
    [InlineData("Tags__c EXCLUDES ('a')", "v2,v3")]
    [InlineData("Tags__c = 'b;a'", "v1")]
    [InlineData("Key__c = 'k'", "v1")]
    [InlineData("Key__c IN ('K', 'x')", "v2")]
    [InlineData("Key__c LIKE 'K%'", "v2")]
    [InlineData("At__c > 09:00:00Z", "v1")]
    [InlineData("DISTANCE(Place__c, GEOLOCATION(1.0, 1.0), 'mi') < 1", "v2")]
    public async Task Finds_what_the_condition_says(string condition, string names)
    {
        var records = await Org.RecordsAsync($"SELECT Name FROM Visit__c WHERE {condition} ORDER BY Name");
        string.Join(',', records.Select(record => record.GetProperty("Name").GetString())).ShouldBe(names);
    }

    [Fact]
    public async Task Shows_fields_by_the_object_behind_the_reference()
    {
        var records = await Org.RecordsAsync("SELECT Name, TYPEOF What__r WHEN Account THEN Phone, Owner.Name WHEN Contact THEN Title END"
            + " FROM Visit__c ORDER BY Name");
        var account = records[0].GetProperty("What__r");
        account.GetProperty("attributes").GetProperty("type").GetString().ShouldBe("Account");
        account.GetProperty("Phone").GetString().ShouldBe("1");
        account.GetProperty("Owner").GetProperty("Name").GetString().ShouldNotBeNullOrEmpty();
        account.TryGetProperty("Title", out _).ShouldBeFalse();
        records[1].GetProperty("What__r").GetProperty("Title").GetString().ShouldBe("boss");
        records[2].GetProperty("What__r").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Shows_the_fields_behind_ELSE_of_every_other_object()
    {
        var records = await Org.RecordsAsync("SELECT TYPEOF What__r WHEN Account THEN Phone ELSE Name END FROM Visit__c ORDER BY Name");
        records[0].GetProperty("What__r").TryGetProperty("Name", out _).ShouldBeFalse();
        records[1].GetProperty("What__r").GetProperty("Name").GetString().ShouldBe("ada");
    }

    [Fact]
    public async Task Names_the_object_of_a_polymorphic_parent()
    {
        var records = await Org.RecordsAsync("SELECT What__r.Type, What__r.Name, FORMAT(At__c) FROM Visit__c ORDER BY Name");
        records[0].GetProperty("What__r").GetProperty("Type").GetString().ShouldBe("Account");
        records[0].GetProperty("What__r").GetProperty("attributes").GetProperty("type").GetString().ShouldBe("Name");
        records[1].GetProperty("What__r").GetProperty("Type").GetString().ShouldBe("Contact");
        records[0].GetProperty("At__c").GetString().ShouldBe("10:30 AM");
        var groups = await Org.RecordsAsync("SELECT What__r.Type, COUNT(Id) n FROM Visit__c GROUP BY What__r.Type");
        groups.Select(group => $"{group.GetProperty("Type")}{group.GetProperty("n")}").ShouldBe(["1", "Account1", "Contact1"]);
    }

    [Fact]
    public async Task Lists_children_by_a_custom_relationship()
    {
        var records = await Org.RecordsAsync($"SELECT Name, (SELECT Name FROM Visits__r) FROM Account WHERE Id = '{_ids["account"]}'");
        records[0].GetProperty("Visits__r").GetProperty("records")[0].GetProperty("Name").GetString().ShouldBe("v1");
    }
}
