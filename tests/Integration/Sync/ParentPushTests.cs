using Shouldly;
using Tandem.Sync.Push;
using Tandem.Sync.Running;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// Parents by their external id: heroku-connect.md, sections 3.5 and 7; salesforce-api.md, sections 2.4, 2.8, 3.1 and 9.1.
/// </summary>
public sealed class ParentPushTests
{
    private const string Families =
        "select s.name, s.region__r__code__c, s.region__c__number__c, r.name from salesforce.shop__c s "
        + "left join salesforce.region__c r on r.sfid = s.region__c order by s.name";

    [Theory]
    [InlineData("Ext__c")]
    [InlineData(null)]
    public async Task A_child_is_inserted_moved_and_freed_by_its_parents_external_id(string? identifier)
    {
        using var folder = new TemporaryFolder();
        await using var world = await FamilyWorld.StartAsync(folder, null, FamilyWorld.Regions(), FamilyWorld.Shops(identifier));
        await world.RunAsync(
            "begin; insert into salesforce.region__c (name, code__c, number__c) values ('North', 'n', 1), ('South', 's', 2); "
            + "insert into salesforce.shop__c (name, ext__c, region__r__code__c, region__c__number__c) values "
            + "('a', 'a', 'N', null), ('b', 'b', null, 2), ('c', 'c', null, null); commit");
        await world.PushAsync();
        (await world.AskAsync(Families)).ShouldBe(["a|n|1|North", "b|s|2|South", "c|-|-|-"]);

        await world.RunAsync(
            "update salesforce.shop__c set region__r__code__c = case name when 'a' then 's' when 'c' then 'n' end");
        await world.PushAsync();
        (await world.AskAsync(Families)).ShouldBe(["a|s|2|South", "b|-|-|-", "c|n|1|North"]);
        await world.ShouldAllBeSavedAsync("Region__c", "Shop__c");
    }

    [Fact]
    public async Task The_older_spelling_of_a_standard_lookup_names_a_parent_too()
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Accounts(), SyncWorld.ReadWrite("Contact", null, "LastName", "account__ext_id__c", "CreatedDate"));
        await world.RunAsync(
            "insert into salesforce.account (name, ext_id__c) values ('Acme', 'x'); "
            + "insert into salesforce.contact (lastname, account__ext_id__c) values ('Ada', 'x')");
        await world.PushAsync();
        var account = world.Org.Live("Account").ShouldHaveSingleItem().Id;
        world.Org.Find("Contact", "AccountId", account).ShouldHaveSingleItem();

        await world.RunAsync("update salesforce.contact set account__ext_id__c = null");
        await world.PushAsync();

        world.Org.Find("Contact", "AccountId", account).ShouldBeEmpty();
        await world.ShouldAllBeSavedAsync("Account", "Contact");
    }

    [Fact]
    public async Task A_detail_is_inserted_by_its_masters_external_id_and_stays_where_it_is()
    {
        using var folder = new TemporaryFolder();
        await using var world = await FamilyWorld.StartAsync(folder, null, FamilyWorld.Shops(), FamilyWorld.Tills());
        await world.RunAsync(
            "insert into salesforce.shop__c (name, ext__c) values ('a', 'a'), ('b', 'b'); "
            + "insert into salesforce.till__c (name, shop__r__ext__c) values ('first', 'a'), ('second', 'b')");
        await world.PushAsync();
        await world.ShouldAllBeSavedAsync("Shop__c", "Till__c");
        const string masters =
            "select t.name, t.shop__r__ext__c, s.name from salesforce.till__c t join salesforce.shop__c s on s.sfid = t.shop__c "
            + "order by 1";
        (await world.AskAsync(masters)).ShouldBe(["first|a|a", "second|b|b"]);

        await world.RunAsync("update salesforce.till__c set shop__r__ext__c = 'b' where name = 'first'");
        await world.PushAsync();

        (await world.AskOneAsync("select sf_message from salesforce._trigger_log where state = 'FAILED'")).ShouldBe(
            "TANDEM_INVALID_VALUE: shop__r__ext__c: the integration user may not set Shop__c of a record that exists.");
        var master = world.Org.Find("Shop__c", "Name", "a").ShouldHaveSingleItem().Id;
        world.Org.Find("Till__c", "Shop__c", master).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Of_both_columns_a_value_beats_null_and_the_reference_column_beats_the_key()
    {
        using var folder = new TemporaryFolder();
        await using var world = await FamilyWorld.StartAsync(folder, null, FamilyWorld.Regions(), FamilyWorld.Shops());
        await world.RunAsync("insert into salesforce.region__c (name, code__c, number__c) values ('North', 'n', 1), ('South', 's', 2)");
        await world.PushAsync();
        await world.RunAsync(
            "insert into salesforce.shop__c (name, ext__c, region__c, region__r__code__c) "
            + "select 'a', 'a', sfid, 's' from salesforce.region__c where name = 'North'; "
            + "insert into salesforce.shop__c (name, ext__c, region__r__code__c) values ('b', 'b', 'n')");
        await world.PushAsync();
        (await world.AskAsync(Families)).ShouldBe(["a|n|1|North", "b|n|1|North"]);

        await world.RunAsync(
            "update salesforce.shop__c set region__c = null, region__r__code__c = 's' where name = 'a'; "
            + "update salesforce.shop__c set region__r__code__c = null, region__c = (select sfid from salesforce.region__c "
            + "where name = 'South') where name = 'b'");
        await world.PushAsync();

        (await world.AskAsync(Families)).ShouldBe(["a|s|2|South", "b|s|2|South"]);
        await world.ShouldAllBeSavedAsync("Region__c", "Shop__c");
    }

    [Theory]
    [InlineData("Ext__c")]
    [InlineData(null)]
    public async Task A_parent_that_the_org_does_not_know_fails_its_child_alone(string? identifier)
    {
        using var folder = new TemporaryFolder();
        await using var world = await FamilyWorld.StartAsync(folder, null, FamilyWorld.Regions(), FamilyWorld.Shops(identifier));
        await world.RunAsync(
            "insert into salesforce.region__c (name, code__c) values ('North', 'n'); "
            + "insert into salesforce.shop__c (name, ext__c, region__r__code__c) values ('a', 'a', 'No-Such'), ('b', 'b', 'n')");

        await world.PushAsync();

        (await world.AskAsync(FamilyWorld.Status)).ShouldBe(
        [
            "SUCCESS|-",
            "FAILED|INVALID_FIELD: Foreign key external ID: no-such not found for field Code__c in entity Region__c",
            "SUCCESS|-",
        ]);
        (await world.AskOneAsync("select _hc_lastop, _hc_err::json ->> 'code' from salesforce.shop__c where name = 'a'"))
            .ShouldBe("FAILED|INVALID_FIELD");
        world.Org.Live("Shop__c").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_tree_in_one_table_goes_generation_by_generation()
    {
        using var folder = new TemporaryFolder();
        await using var world = await FamilyWorld.StartAsync(folder, null, FamilyWorld.Regions());
        await world.RunAsync(
            "insert into salesforce.region__c (name, code__c, above__r__code__c) "
            + "select 'R' || n, 'c-' || n, case when n > 1 then 'C-' || n / 2 end from generate_series(1, 40) n");

        await world.PushAsync();

        (await world.AskOneAsync(
            "select count(*) from salesforce.region__c c join salesforce.region__c p on p.sfid = c.above__c "
            + "where p.code__c = 'c-' || substr(c.code__c, 3)::integer / 2 and c.above__r__code__c = p.code__c")).ShouldBe("39");
        await world.ShouldAllBeSavedAsync("Region__c");
    }

    [Fact]
    public async Task Children_go_by_a_bulk_job_with_their_parents_key_and_lose_it_by_one()
    {
        using var folder = new TemporaryFolder();
        var small = new SyncOptions { Push = new PushOptions { BulkFrom = 10, BulkJobRecords = 250, ClaimRows = 60 } };
        await using var world = await FamilyWorld.StartAsync(folder, small, FamilyWorld.Regions(), FamilyWorld.Shops());
        await world.RunAsync(
            "insert into salesforce.region__c (name, code__c) values ('North', 'n\"1'), ('South', 's,2'); "
            + "insert into salesforce.shop__c (name, ext__c, region__r__code__c) "
            + "select 'S' || n, 'e-' || n, case n % 3 when 0 then 'n\"1' when 1 then 's,2' else null end from generate_series(1, 300) n");
        await world.PushAsync();
        JobsOf(world).ShouldBe(2);
        (await CountAsync(world)).ShouldBe(["n\"1|North|100", "s,2|South|100", "-|-|100"]);

        await world.RunAsync(
            "update salesforce.shop__c set region__r__code__c = case region__r__code__c when 'n\"1' then 's,2' when 's,2' then null "
            + "else case ext__c when 'e-2' then 'none' else 'n\"1' end end");
        await world.PushAsync();

        JobsOf(world).ShouldBe(4);
        (await CountAsync(world)).ShouldBe(["n\"1|North|99", "none|-|1", "s,2|South|100", "-|-|100"]);
        (await world.AskOneAsync("select sf_message from salesforce._trigger_log where state = 'FAILED'"))
            .ShouldBe("INVALID_FIELD: Foreign key external ID: none not found for field Code__c in entity Region__c");
        world.Proxy.Requests.ShouldNotContain(request => request.Contains("/composite/sobjects/Shop__c", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(FaultPlace.CutRequest)]
    [InlineData(FaultPlace.CutAnswer)]
    public async Task Children_that_differ_by_their_parent_alone_are_told_apart_after_a_lost_answer(FaultPlace place)
    {
        using var folder = new TemporaryFolder();
        await using var world = await FamilyWorld.StartAsync(folder, null, FamilyWorld.Regions(), FamilyWorld.Shops(null));
        await world.RunAsync("insert into salesforce.region__c (name, code__c) values ('North', 'n'), ('South', 's')");
        await world.PushAsync();
        var cut = world.Proxy.Plan(place, "POST", "/composite/sobjects");
        await world.RunAsync(
            "insert into salesforce.shop__c (name, region__r__code__c) values ('twin', 'missing'), ('twin', 'S'), ('twin', 'N')");

        await world.PushAsync();

        await cut.Reached;
        world.Org.Live("Shop__c").Count.ShouldBe(2);
        (await world.AskAsync("select region__r__code__c, _hc_lastop from salesforce.shop__c order by id"))
            .ShouldBe(["missing|FAILED", "s|SYNCED", "n|SYNCED"]);
        await world.ShouldBeEqualAsync("Region__c");
    }

    private static Task<IReadOnlyList<string>> CountAsync(SyncWorld world) => world.AskAsync(
        "select s.region__r__code__c, r.name, count(*) from salesforce.shop__c s "
        + "left join salesforce.region__c r on r.sfid = s.region__c group by 1, 2 order by 1");

    private static int JobsOf(SyncWorld world) => world.Proxy.Requests.Count(request =>
        request.StartsWith("POST", StringComparison.Ordinal) && request.EndsWith("/jobs/ingest", StringComparison.Ordinal));
}
