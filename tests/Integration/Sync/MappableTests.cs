using Shouldly;
using Tandem.Postgres.Tables;
using Tandem.Sync.Catalog;
using Tandem.Sync.Schema;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>heroku-connect.md, sections 2 (what can be mapped) and 3.5 (relationship columns).</summary>
public sealed class MappableTests
{
    private const string Metadata = """
        {"objects": [
          {"name": "Region__c", "fields": [
            {"name": "Code__c", "type": "text", "length": 20, "externalId": true, "unique": true},
            {"name": "Number__c", "type": "number", "precision": 8, "scale": 0, "externalId": true}]},
          {"name": "Shop__c", "fields": [
            {"name": "Region__c", "type": "reference", "referenceTo": ["Region__c"]},
            {"name": "Account__c", "type": "reference", "referenceTo": ["Account"]}]},
          {"name": "AccountShare", "share": true, "fields": [
            {"name": "AccountId", "type": "reference", "referenceTo": ["Account"]},
            {"name": "UserOrGroupId", "type": "reference", "referenceTo": ["Group", "User"]},
            {"name": "AccountAccessLevel", "type": "picklist", "length": 40, "values": ["Read", "Edit", "All"]},
            {"name": "RowCause", "type": "picklist", "length": 40, "values": ["Manual", "Owner"]}]},
          {"name": "Shipped__e", "fields": [{"name": "Order__c", "type": "text", "length": 20}]}]}
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_parents_external_id_fills_a_column_of_its_own(bool isPolled)
    {
        using var folder = new TemporaryFolder();
        await using var world = await SyncWorld.StartAsync(contacts: 10, metadataFile: await WriteAsync(folder));
        var mapping = ReadOnly("Shop__c", "Name", "Region__r__Code__c", "region__c__number__c", "Account__r__Ext_Id__c");
        await (isPolled ? world.LoadAsync(mapping) : world.PrepareAsync(mapping));
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        var region = await world.Org.CreateAsync("Region__c", new { Name = "North", Code__c = "n-\"1\"", Number__c = 7 });
        var account = await world.Org.CreateAsync("Account", new { Name = "a", Ext_Id__c = "x-1" });
        await world.Org.CreateAsync("Shop__c", new { Name = "one", Region__c = region, Account__c = account });
        await world.Org.CreateAsync("Shop__c", new { Name = "two" });

        if (isPolled)
            await world.PollAsync("Shop__c");
        else
            await world.LoadAsync("Shop__c");

        (await world.AskAsync(
            "select name, region__r__code__c, region__c__number__c, account__r__ext_id__c from salesforce.shop__c order by name"))
            .ShouldBe(["one|n-\"1\"|7|x-1", "two|-|-|-"]);
        await world.ShouldBeEqualAsync("Shop__c");
        (await world.AskOneAsync(
            "select format_type(atttypid, atttypmod) from pg_attribute "
            + "where attrelid = 'salesforce.shop__c'::regclass and attname = 'region__r__code__c'")).ShouldBe("character varying(20)");
    }

    [Fact]
    public async Task A_local_insert_beside_a_parents_external_id_is_pushed_without_it_and_read_back()
    {
        using var folder = new TemporaryFolder();
        await using var world = await SyncWorld.StartAsync(contacts: 10, metadataFile: await WriteAsync(folder));
        await world.LoadAsync(SyncWorld.ReadWrite("Shop__c", null, "Name", "Region__c", "Region__r__Code__c"));
        var region = await world.Org.CreateAsync("Region__c", new { Name = "North", Code__c = "n-1" });

        await world.RunAsync($"insert into salesforce.shop__c (name, region__c) values ('local', '{region}')");
        await world.PushAsync();

        (await world.AskOneAsync("select region__r__code__c, _hc_lastop from salesforce.shop__c")).ShouldBe("n-1|SYNCED");
    }

    [Fact]
    public async Task A_share_object_is_followed_by_LastModifiedDate()
    {
        using var folder = new TemporaryFolder();
        await using var world = await SyncWorld.StartAsync(contacts: 10, metadataFile: await WriteAsync(folder));
        await PrepareEmptyAsync(world, "AccountShare");
        var account = world.Org.Live("Account")[0].Id;
        var user = world.Org.Live("User")[0].Id;
        await world.Org.CreateAsync(
            "AccountShare", new { AccountId = account, UserOrGroupId = user, AccountAccessLevel = "Read", RowCause = "Manual" });

        (await world.PollAsync("AccountShare")).ShouldBe(1);

        world.Find("AccountShare").Mapped.CursorField.ShouldBe("LastModifiedDate");
        (await world.AskOneAsync("select accountid, accountaccesslevel, rowcause from salesforce.accountshare"))
            .ShouldBe($"{account}|Read|Manual");
        await world.ShouldBeEqualAsync("AccountShare");
        world.Find("AccountShare").Mapped.Table.Indexes.ShouldContain(index => index.Column == "lastmodifieddate");
    }

    [Fact]
    public async Task A_history_object_is_followed_by_CreatedDate()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 10);
        await PrepareEmptyAsync(world, "AccountHistory");
        await world.Org.UpdateAsync("Account", world.Org.Live("Account")[0].Id, new { Phone = "123" });

        (await world.PollAsync("AccountHistory")).ShouldBe(world.Org.Live("AccountHistory").Count);

        world.Find("AccountHistory").Mapped.CursorField.ShouldBe("CreatedDate");
        (await world.AskAsync("select newvalue from salesforce.accounthistory where field = 'Phone'")).ShouldBe(["123"]);
        await world.ShouldBeEqualAsync("AccountHistory");
    }

    [Fact]
    public async Task Record_types_encrypted_text_and_the_currency_are_plain_columns()
    {
        await using var world = await SyncWorld.StartAsync(
            contacts: 20,
            metadataFile: RepositoryRoot.Combine("docs", "examples", "simulator-metadata.json"),
            hasSeveralCurrencies: true);
        var id = await world.Org.CreateAsync("Widget__c", new { Price__c = 5, CurrencyIsoCode = "EUR", Secret__c = "12345678" });

        await world.LoadAsync(ReadOnly("Widget__c", Mapping.AllFields), ReadOnly("RecordType", Mapping.AllFields));

        (await world.AskOneAsync($"select currencyisocode, price__c, secret__c from salesforce.widget__c where sfid = '{id}'"))
            .ShouldBe("EUR|5|****5678");
        (await world.AskOneAsync(
            "select format_type(atttypid, atttypmod) from pg_attribute "
            + "where attrelid = 'salesforce.widget__c'::regclass and attname = 'currencyisocode'")).ShouldBe("character varying(3)");
        world.Find("Widget__c").Mapped.Fields.Where(field => field.ArrivesMasked).Select(field => field.Column.Name)
            .ShouldBe(["secret__c"]);
        await world.ShouldBeEqualAsync("Widget__c", "RecordType");
    }

    /// <summary>An org with person accounts has more fields on Account; a person's name stands in its parts as well as in Name.</summary>
    [Fact]
    public async Task A_person_account_is_an_account_with_a_persons_columns()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("persons.json");
        await File.WriteAllTextAsync(
            path,
            """
            {"objects": [{"name": "Account", "fields": [
              {"name": "IsPersonAccount", "type": "boolean"},
              {"name": "FirstName", "type": "text", "length": 40},
              {"name": "LastName", "type": "text", "length": 80},
              {"name": "PersonEmail", "type": "email"},
              {"name": "PersonBirthdate", "type": "date"},
              {"name": "PersonContactId", "type": "reference", "referenceTo": ["Contact"]},
              {"name": "Nickname__pc", "type": "text", "length": 30}]}]}
            """,
            SyncWorld.Token);
        await using var world = await SyncWorld.StartAsync(contacts: 5, metadataFile: path);
        await world.LoadAsync(ReadOnly("Account", Mapping.AllFields), SyncWorld.Contacts());
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        var contact = await world.Org.CreateAsync("Contact", new { FirstName = "Ada", LastName = "Byron" });
        await world.Org.CreateAsync("Account", new
        {
            Name = "Ada Byron", IsPersonAccount = true, FirstName = "Ada", LastName = "Byron", PersonEmail = "ada@example.com",
            PersonBirthdate = "1815-12-10", PersonContactId = contact, Nickname__pc = "AAL",
        });

        await world.PollAsync("Account");
        await world.PollAsync("Contact");

        (await world.AskOneAsync(
            "select a.name, a.lastname, a.personemail, a.personbirthdate::text, a.nickname__pc, c.lastname from salesforce.account a "
            + "join salesforce.contact c on c.sfid = a.personcontactid where a.ispersonaccount"))
            .ShouldBe("Ada Byron|Byron|ada@example.com|1815-12-10|AAL|Byron");
        await world.ShouldBeEqualAsync("Account", "Contact");
    }

    [Fact]
    public async Task The_object_list_tells_what_can_be_mapped_and_why_not()
    {
        using var folder = new TemporaryFolder();
        await using var world = await SyncWorld.StartAsync(contacts: 10, metadataFile: await WriteAsync(folder));

        var objects = await MappableObjects.ListAsync(world.Salesforce, SyncWorld.Token);

        var account = objects.Single(found => found.Name == "Account");
        (account.Label, account.KeyPrefix, account.WhyNot).ShouldBe(("Account", "001", null));
        objects.Single(found => found.Name == "Shipped__e").WhyNot.ShouldBe(
            "Platform events are messages without rows and cannot be mapped.");
        objects.ShouldNotContain(found => found.Name.EndsWith("__x", StringComparison.Ordinal));
        var refused = await Should.ThrowAsync<ConfigurationException>(() => world.PrepareAsync(ReadOnly("Shipped__e", "Order__c")));
        refused.Problems.ShouldContain("Shipped__e: platform events are messages without rows and cannot be mapped.");
    }

    /// <summary>A table with its indexes and no load: Bulk refuses these objects.</summary>
    private static async Task PrepareEmptyAsync(SyncWorld world, string objectName)
    {
        await world.PrepareAsync(ReadOnly(objectName, Mapping.AllFields));
        await using var connection = await world.Database.DataSource.OpenConnectionAsync(SyncWorld.Token);
        await new SyncedTable(world.Find(objectName).Mapped.Table).CreateIndexesAsync(connection, SyncWorld.Token);
    }

    private static Mapping ReadOnly(string objectName, params string[] fields) =>
        new() { ObjectName = objectName, Access = MappingAccess.ReadOnly, Fields = fields };

    private static async Task<string> WriteAsync(TemporaryFolder folder)
    {
        var path = folder.Combine("metadata.json");
        await File.WriteAllTextAsync(path, Metadata, SyncWorld.Token);
        return path;
    }
}
