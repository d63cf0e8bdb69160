using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Simulator.PubSub.Messages;
using Xunit;

namespace Tandem.Tests.Conformance.PubSub;

/// <summary>What GetTopic and GetSchema tell. Source: salesforce-api.md, sections 6.2 and 6.5.</summary>
public sealed class TopicTests(TestOrg org)
{
    private static readonly string[] HeaderFields =
    [
        "entityName", "recordIds", "changeType", "changeOrigin", "transactionKey", "sequenceNumber", "commitTimestamp", "commitNumber",
        "commitUser", "nulledFields", "diffFields", "changedFields",
    ];

    [Fact]
    public async Task Tells_what_the_topic_of_an_object_allows()
    {
        using var client = PubSubClient.Of(org);
        var topic = await client.TopicAsync("/data/AccountChangeEvent");
        topic.TopicName.ShouldBe("/data/AccountChangeEvent");
        topic.CanSubscribe.ShouldBeTrue();
        topic.CanPublish.ShouldBeFalse();
        topic.TenantGuid.ShouldNotBeEmpty();
        topic.SchemaId.ShouldNotBeEmpty();
        Guid.TryParse(topic.RpcId, out _).ShouldBeTrue();
    }

    [Fact]
    public async Task The_schema_of_an_object_starts_with_the_header_that_all_change_events_share()
    {
        using var client = PubSubClient.Of(org);
        var schema = await client.SchemaAsync((await client.TopicAsync("/data/AccountChangeEvent")).SchemaId);
        schema.Root["name"]?.GetValue<string>().ShouldBe("AccountChangeEvent");
        schema.Root["namespace"]?.GetValue<string>().ShouldBe("com.sforce.eventbus");
        var header = schema.Field("ChangeEventHeader");
        schema.FieldNames[0].ShouldBe("ChangeEventHeader");
        header["type"]?["fields"].ShouldBeOfType<JsonArray>().Select(field => field?["name"]?.GetValue<string>()).ShouldBe(HeaderFields);
        header["type"]?["fields"]?[2]?["type"]?["symbols"].ShouldBeOfType<JsonArray>().Select(symbol => symbol?.GetValue<string>())
            .ShouldBe(["CREATE", "UPDATE", "DELETE", "UNDELETE", "GAP_CREATE", "GAP_UPDATE", "GAP_DELETE", "GAP_UNDELETE", "GAP_OVERFLOW",
                "SNAPSHOT"]);
    }

    [Fact]
    public async Task Accounts_are_laid_out_as_the_platform_does()
    {
        using var client = PubSubClient.Of(org);
        var schema = await client.SchemaAsync((await client.TopicAsync("/data/AccountChangeEvent")).SchemaId);
        schema.FieldNames.Take(25).ShouldBe(
        [
            "ChangeEventHeader", "Name", "Type", "RecordTypeId", "ParentId", "BillingAddress", "ShippingAddress", "Phone", "Fax",
            "AccountNumber", "Website", "Sic", "Industry", "AnnualRevenue", "NumberOfEmployees", "Ownership", "TickerSymbol", "Description",
            "Rating", "Site", "OwnerId", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById",
        ]);
        schema.FieldNames.ShouldNotContain("Id");
        schema.FieldNames.ShouldNotContain("IsDeleted");
        schema.FieldNames.ShouldNotContain("SystemModstamp");
        schema.FieldNames.ShouldNotContain("BillingCity");
        var name = schema.Field("Name")["type"].ShouldBeOfType<JsonArray>();
        name.Count.ShouldBe(3);
        name[1]?.GetValue<string>().ShouldBe("string");
        name[2]?["name"]?.GetValue<string>().ShouldBe("Switchable_PersonName");
        schema.Field("AnnualRevenue")["doc"]?.GetValue<string>().ShouldBe("Data:Currency");
        schema.Field("OwnerId")["doc"]?.GetValue<string>().ShouldBe("ForeignKey:EntityId");
        schema.Field("Ext_Id__c")["doc"]?.GetValue<string>().ShouldMatch("^Data:Text:00N[A-Za-z0-9]{12}$");
    }

    [Fact]
    public async Task A_compound_is_defined_once_and_named_from_there_on()
    {
        using var client = PubSubClient.Of(org);
        var schema = await client.SchemaAsync((await client.TopicAsync("/data/AccountChangeEvent")).SchemaId);
        schema.Field("BillingAddress")["type"]?[1]?["fields"].ShouldBeOfType<JsonArray>().Select(part => part?["name"]?.GetValue<string>())
            .ShouldBe(["Street", "City", "State", "PostalCode", "Country", "StateCode", "CountryCode", "Latitude", "Longitude",
                "GeocodeAccuracy"]);
        schema.Field("ShippingAddress")["type"]?[1]?.GetValue<string>().ShouldBe("Address");
    }

    [Fact]
    public async Task Every_field_but_the_header_may_be_null()
    {
        using var client = PubSubClient.Of(org);
        var schema = await client.SchemaAsync((await client.TopicAsync("/data/ContactChangeEvent")).SchemaId);
        schema.FieldNames.ShouldContain("Name");
        schema.FieldNames.ShouldNotContain("LastName");
        schema.Field("Name")["type"]?[1]?["fields"].ShouldBeOfType<JsonArray>().Select(part => part?["name"]?.GetValue<string>()).Take(3)
            .ShouldBe(["Salutation", "FirstName", "LastName"]);
        foreach (var field in schema.FieldNames.Skip(1).Select(schema.Field))
        {
            field["type"]?[0]?.GetValue<string>().ShouldBe("null");
            field.ContainsKey("default").ShouldBeTrue();
            field["default"].ShouldBeNull();
        }
    }

    [Fact]
    public async Task The_channel_of_all_changes_has_a_schema_too()
    {
        using var client = PubSubClient.Of(org);
        var topic = await client.TopicAsync("/data/ChangeEvents");
        topic.CanSubscribe.ShouldBeTrue();
        (await client.SchemaAsync(topic.SchemaId)).FieldNames[0].ShouldBe("ChangeEventHeader");
    }

    [Theory]
    [InlineData("/data/NothingChangeEvent")]
    [InlineData("/topic/Nothing")]
    [InlineData("AccountChangeEvent")]
    [InlineData("")]
    public async Task Does_not_know_other_topics(string topic)
    {
        using var client = PubSubClient.Of(org);
        (await client.FailAsync("GetTopic", new TopicRequest { TopicName = topic })).Status.ShouldBe(5);
    }

    [Fact]
    public async Task Does_not_know_schemas_that_it_has_not_given_out()
    {
        using var client = PubSubClient.Of(org);
        (await client.FailAsync("GetSchema", new SchemaRequest { SchemaId = "AAAAAAAAAAAAAAAAAAAAAA" })).Status.ShouldBe(5);
    }
}
