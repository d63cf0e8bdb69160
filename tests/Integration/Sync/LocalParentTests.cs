using System.Globalization;
using Shouldly;
using Tandem.Sync.Catalog;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// Parents by the local ids of their rows: docs/guide/parents.md; architecture.md, promises 1, 2, 6 and 7.
/// </summary>
public sealed class LocalParentTests
{
    private const int Rows = 60;

    private const string Shops =
        "select s.name, r.name from salesforce.shop__c s left join salesforce.region__c r on r.sfid = s.region__c order by s.name";

    private const string Family =
        "begin; insert into salesforce.shop__c (name, ext__c, region__c) values ('a', 'a', '2'), ('b', 'b', '1'), ('c', 'c', '2'); "
        + "insert into salesforce.region__c (id, name, code__c) values (1, 'North', 'n'), (2, 'South', 's'); commit";

    [Theory]
    [InlineData("Code__c", "Ext__c")]
    [InlineData("Code__c", null)]
    [InlineData(null, "Ext__c")]
    [InlineData(null, null)]
    public async Task A_child_goes_with_its_parent_whichever_was_inserted_first(string? parentIdentifier, string? childIdentifier)
    {
        using var folder = new TemporaryFolder();
        await using var world = await FamilyWorld.StartAsync(
            folder, FamilyWorld.LocalParents, FamilyWorld.Regions(parentIdentifier), FamilyWorld.Shops(childIdentifier));
        await world.RunAsync(Family);
        await world.RunAsync(
            "select setval('salesforce.region__c_id_seq', 10); "
            + "begin; with parent as (insert into salesforce.region__c (name, code__c) values ('East', 'e') returning id) "
            + "insert into salesforce.shop__c (name, ext__c, region__c) select 'd', 'd', id from parent; "
            + "update salesforce.shop__c set name = 'd2' where name = 'd'; commit");

        await world.PushAsync();

        (await world.AskAsync(Shops)).ShouldBe(["a|South", "b|North", "c|South", "d2|East"]);
        world.Org.Live("Region__c").Count.ShouldBe(3);
        await world.ShouldAllBeSavedAsync("Region__c", "Shop__c");
    }

    [Fact]
    public async Task A_parent_that_is_sent_already_gives_its_Salesforce_id()
    {
        using var folder = new TemporaryFolder();
        await using var world = await FamilyWorld.StartAsync(
            folder, FamilyWorld.LocalParents, FamilyWorld.Regions(), FamilyWorld.Shops());
        await world.RunAsync("insert into salesforce.region__c (id, name, code__c) values (1, 'North', 'n'), (2, 'South', 's')");
        await world.PushAsync();
        await world.RunAsync("insert into salesforce.shop__c (name, ext__c, region__c) values ('a', 'a', 1), ('b', 'b', null)");
        await world.PushAsync();
        (await world.AskAsync(Shops)).ShouldBe(["a|North", "b|-"]);

        await world.RunAsync("update salesforce.shop__c set region__c = 2");
        await world.PushAsync();

        (await world.AskAsync(Shops)).ShouldBe(["a|South", "b|South"]);
        await world.ShouldAllBeSavedAsync("Region__c", "Shop__c");
    }

    [Fact]
    public async Task A_record_moves_to_a_parent_that_is_inserted_with_the_move()
    {
        using var folder = new TemporaryFolder();
        await using var world = await FamilyWorld.StartAsync(
            folder, FamilyWorld.LocalParents, FamilyWorld.Regions(null), FamilyWorld.Shops());
        await world.RunAsync("insert into salesforce.shop__c (name, ext__c) values ('a', 'a')");
        await world.PushAsync();
        await world.RunAsync(
            "begin; update salesforce.shop__c set region__c = '5'; insert into salesforce.region__c (id, name) values (5, 'West'); commit");

        await world.PushAsync();

        (await world.AskAsync(Shops)).ShouldBe(["a|West"]);
        await world.ShouldAllBeSavedAsync("Region__c", "Shop__c");
    }

    [Fact]
    public async Task A_parent_that_fails_fails_its_children_and_both_can_be_sent_again()
    {
        using var folder = new TemporaryFolder();
        await using var world = await FamilyWorld.StartAsync(
            folder, FamilyWorld.LocalParents, FamilyWorld.Regions(), FamilyWorld.Shops(), FamilyWorld.Tills());
        await world.RunAsync(
            "begin; insert into salesforce.till__c (name, shop__c) values ('till', '3'); "
            + "insert into salesforce.shop__c (id, name, ext__c, region__c) values (3, 'a', 'a', '7'), (4, 'b', 'b', null); "
            + "insert into salesforce.region__c (id, name, code__c, above__r__code__c) values (7, 'North', 'n', 'none'); commit");

        await world.PushAsync();

        (await world.AskAsync("select table_name, state, sf_message from salesforce._trigger_log order by id")).ShouldBe(
        [
            "till__c|FAILED|TANDEM_UNKNOWN_PARENT: shop__c: row 3 of shop__c was not inserted in Salesforce; see that row's own error.",
            "shop__c|FAILED|TANDEM_UNKNOWN_PARENT: region__c: row 7 of region__c was not inserted in Salesforce; see that row's own error.",
            "shop__c|SUCCESS|-",
            "region__c|FAILED|INVALID_FIELD: Foreign key external ID: none not found for field Code__c in entity Region__c",
        ]);
        (await world.AskOneAsync("select _hc_lastop, _hc_err::json ->> 'code' from salesforce.till__c")).ShouldBe(
            "FAILED|TANDEM_UNKNOWN_PARENT");

        await world.Org.CreateAsync("Region__c", new { Name = "None", Code__c = "none" });
        await world.RunAsync("update salesforce._trigger_log set state = 'NEW' where state = 'FAILED'");
        await world.PushAsync();

        (await world.AskOneAsync(
            "select t.name, s.name, r.name from salesforce.till__c t join salesforce.shop__c s on s.sfid = t.shop__c "
            + "join salesforce.region__c r on r.sfid = s.region__c")).ShouldBe("till|a|North");
        (await world.AskAsync("select distinct state from salesforce._trigger_log")).ShouldBe(["SUCCESS"]);
    }

    /// <summary>A parent that goes ahead of its turn names its own by an external id, which must go before it.</summary>
    [Theory]
    [InlineData(60)]
    [InlineData(1)]
    public async Task A_parent_that_goes_ahead_takes_those_along_that_it_names_by_external_ids(int claimRows)
    {
        using var folder = new TemporaryFolder();
        var options = FamilyWorld.LocalParents with { Push = FamilyWorld.LocalParents.Push with { ClaimRows = claimRows } };
        await using var world = await FamilyWorld.StartAsync(
            folder, options, FamilyWorld.Regions(), FamilyWorld.Shops(), FamilyWorld.Tills());
        await world.RunAsync(
            "begin; insert into salesforce.till__c (name, shop__c) values ('till', '7'); "
            + "insert into salesforce.region__c (name, code__c) values ('World', 'w'); "
            + "insert into salesforce.region__c (name, code__c, above__r__code__c) values ('North', 'n', 'W'); "
            + "insert into salesforce.shop__c (id, name, ext__c, region__r__code__c) values (7, 'a', 'a', 'N'); commit");

        await world.PushAsync();

        (await world.AskOneAsync(
            "select t.name, s.name, r.name, w.name from salesforce.till__c t join salesforce.shop__c s on s.sfid = t.shop__c "
            + "join salesforce.region__c r on r.sfid = s.region__c join salesforce.region__c w on w.sfid = r.above__c"))
            .ShouldBe("till|a|North|World");
        await world.ShouldAllBeSavedAsync("Region__c", "Shop__c", "Till__c");
    }

    /// <summary>Seed 7015 of the push's property.</summary>
    [Fact]
    public async Task A_parent_of_a_later_change_that_goes_along_does_not_overtake_its_own()
    {
        using var folder = new TemporaryFolder();
        await using var world = await FamilyWorld.StartAsync(
            folder, FamilyWorld.LocalParents, FamilyWorld.Regions(), FamilyWorld.Shops());
        await world.RunAsync(
            "begin; insert into salesforce.shop__c (name, ext__c, region__c) values ('a', 'a', '1'); "
            + "insert into salesforce.region__c (id, name, code__c) values (1, 'South', 's'); "
            + "insert into salesforce.region__c (id, name, code__c) values (2, 'World', 'w'); "
            + "insert into salesforce.region__c (id, name, code__c, above__r__code__c) values (3, 'North', 'n', 'w'); "
            + "update salesforce.shop__c set region__c = '3'; commit");

        await world.PushAsync();

        (await world.AskAsync(Shops)).ShouldBe(["a|North"]);
        (await world.AskOneAsync("select w.name from salesforce.region__c n join salesforce.region__c w on w.sfid = n.above__c"))
            .ShouldBe("World");
        await world.ShouldAllBeSavedAsync("Region__c", "Shop__c");
    }

    [Theory]
    [InlineData("push.claimed", 1, true)]
    [InlineData("push.parents.claimed", 1, true)]
    [InlineData("push.parents.claimed", 1, false)]
    [InlineData("push.sent", 1, true)]
    [InlineData("push.sent", 1, false)]
    [InlineData("push.sent", 2, true)]
    [InlineData("push.sent", 2, false)]
    [InlineData("push.settling", 1, false)]
    [InlineData("push.settled", 1, false)]
    [InlineData("push.settling", 2, false)]
    public async Task A_crash_between_parent_and_child_loses_nothing_and_doubles_nothing(string step, int reach, bool hasIdentifiers)
    {
        using var folder = new TemporaryFolder();
        Mapping[] mappings = hasIdentifiers
            ? [FamilyWorld.Regions(), FamilyWorld.Shops()]
            : [FamilyWorld.Regions(null), FamilyWorld.Shops(null)];

        // A claim of three leaves the parents unclaimed.
        var options = FamilyWorld.LocalParents with { Push = FamilyWorld.LocalParents.Push with { ClaimRows = 3 } };
        await using var world = await FamilyWorld.StartAsync(folder, options, mappings);
        await world.RunAsync(Family);
        await world.CrashPushAsync(step, reach);

        await world.ForgetAsync(mappings);
        await world.PushAsync();

        (await world.AskAsync(Shops)).ShouldBe(["a|South", "b|North", "c|South"]);
        (world.Org.Live("Region__c").Count, world.Org.Live("Shop__c").Count).ShouldBe((2, 3));
        await world.ShouldAllBeSavedAsync("Region__c", "Shop__c");
    }

    /// <summary>Seed 6480 of the push's property: what was sent are the merged values, with the parent's Salesforce id.</summary>
    [Theory]
    [InlineData("push.sent", 2)]
    [InlineData("push.read", 2)]
    public async Task A_merged_insert_with_a_local_parent_is_found_again_after_a_crash(string step, int reach)
    {
        using var folder = new TemporaryFolder();
        Mapping[] mappings = [FamilyWorld.Regions(null), FamilyWorld.Shops(null)];
        var options = FamilyWorld.LocalParents with { Push = FamilyWorld.LocalParents.Push with { MergesWrites = true } };
        await using var world = await FamilyWorld.StartAsync(folder, options, mappings);
        await world.RunAsync(
            "begin; insert into salesforce.region__c (id, name) values (1, 'North'); "
            + "insert into salesforce.shop__c (name, region__c) values ('a', '1'); "
            + "update salesforce.shop__c set name = 'b'; commit");
        await world.CrashPushAsync(step, reach);
        world.Org.Live("Shop__c").Count.ShouldBe(1);

        await world.ForgetAsync(mappings);
        await world.PushAsync();

        world.Org.Live("Shop__c").Count.ShouldBe(1);
        (await world.AskAsync(Shops)).ShouldBe(["b|North"]);
        await world.ShouldBeEqualAsync("Region__c", "Shop__c");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Any_forest_arrives_whole_however_it_was_written(int seed)
    {
        using var folder = new TemporaryFolder();
        await using var world = await FamilyWorld.StartAsync(
            folder,
            FamilyWorld.LocalParents,
            FamilyWorld.Regions(seed % 2 == 0 ? "Code__c" : null),
            FamilyWorld.Shops(seed % 3 == 0 ? null : "Ext__c"),
            FamilyWorld.Tills());
        var random = new Random(seed);
        var regions = Enumerable.Range(1, Rows).Select(id => id == 1 ? default(int?) : random.Next(1, id)).ToArray();
        var shops = Enumerable.Range(1, Rows).Select(_ => (int?)random.Next(1, Rows + 1)).ToArray();
        var tills = Enumerable.Range(1, Rows).Select(_ => (int?)random.Next(1, Rows + 1)).ToArray();
        string[] inserts =
        [
            .. regions.Select((parent, at) => Insert("region__c", "above__c", "code__c", at + 1, parent)),
            .. shops.Select((parent, at) => Insert("shop__c", "region__c", "ext__c", at + 1, parent)),
            .. tills.Select((parent, at) => Insert("till__c", "shop__c", null, at + 1, parent)),
        ];
        random.Shuffle(inserts);
        await world.RunAsync($"begin; {string.Join("; ", inserts)}; commit");

        await world.PushAsync();

        (await ParentsAsync(world, "region__c", "above__c", "region__c")).ShouldBe(regions);
        (await ParentsAsync(world, "shop__c", "region__c", "region__c")).ShouldBe(shops);
        (await ParentsAsync(world, "till__c", "shop__c", "shop__c")).ShouldBe(tills);
        await world.ShouldAllBeSavedAsync("Region__c", "Shop__c", "Till__c");
    }

    [Fact]
    public async Task Thousands_of_children_before_their_parents_go_by_jobs_of_their_own()
    {
        using var folder = new TemporaryFolder();
        await using var world = await FamilyWorld.StartAsync(
            folder, FamilyWorld.LocalParents, FamilyWorld.Regions(), FamilyWorld.Shops());
        await world.RunAsync(
            "begin; insert into salesforce.shop__c (name, ext__c, region__c) select 's', 's-' || n, n % 300 + 1 "
            + "from generate_series(1, 600) n; "
            + "insert into salesforce.region__c (id, name, code__c) select n, 'r', 'r-' || n from generate_series(1, 300) n; commit");

        await world.PushAsync();

        world.Proxy.Requests.Count(request => request.EndsWith("/jobs/ingest", StringComparison.Ordinal)).ShouldBeInRange(10, 20);
        (await world.AskOneAsync(
            "select count(*) from salesforce.shop__c s join salesforce.region__c r on r.sfid = s.region__c "
            + "where r.id = substr(s.ext__c, 3)::integer % 300 + 1")).ShouldBe("600");
        await world.ShouldAllBeSavedAsync("Region__c", "Shop__c");
    }

    [Fact]
    public async Task Rows_that_wait_for_each_other_fail_and_the_others_go()
    {
        using var folder = new TemporaryFolder();
        await using var world = await FamilyWorld.StartAsync(folder, FamilyWorld.LocalParents, FamilyWorld.Regions());
        await world.RunAsync(
            "insert into salesforce.region__c (id, name, code__c, above__c) values "
            + "(1, 'a', 'a', '2'), (2, 'b', 'b', '3'), (3, 'c', 'c', '1'), (4, 'd', 'd', '4'), (5, 'e', 'e', '6'), (6, 'f', 'f', null)");

        await world.PushAsync();

        (await world.AskAsync("select record_id, state, substr(sf_message, 24) from salesforce._trigger_log order by id")).ShouldBe(
        [
            "1|FAILED|above__c: row 2 of region__c was not inserted in Salesforce; see that row's own error.",
            "2|FAILED|above__c: row 3 of region__c was not inserted in Salesforce; see that row's own error.",
            "3|FAILED|above__c: row 1 of region__c waits for this row in turn, so neither can go first; "
                + "set one of the parents by a later update.",
            "4|FAILED|above__c: row 4 of region__c waits for this row in turn, so neither can go first; "
                + "set one of the parents by a later update.",
            "5|SUCCESS|-",
            "6|SUCCESS|-",
        ]);
        world.Org.Live("Region__c").Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_local_id_that_names_no_row_to_be_sent_fails_with_a_sentence()
    {
        using var folder = new TemporaryFolder();
        await using var world = await FamilyWorld.StartAsync(
            folder,
            FamilyWorld.LocalParents,
            FamilyWorld.Regions() with { Access = MappingAccess.ReadOnly },
            SyncWorld.ReadWrite("Shop__c", null, "Name", "Region__c", "OwnerId"),
            FamilyWorld.Tills());
        await world.RunAsync(
            "insert into salesforce.region__c (id, name) values (1, 'a'); "
            + "insert into salesforce.shop__c (name, region__c, ownerid) values ('a', '1', null), ('b', '9', null), ('c', null, '3'); "
            + "set xmlbinary = 'hex'; insert into salesforce.shop__c (id, name) values (77, 'never logged'); set xmlbinary = 'base64'; "
            + "insert into salesforce.till__c (name, shop__c) values ('t', '77')");

        await world.PushAsync();

        (await world.AskAsync("select substr(sf_message, 24) from salesforce._trigger_log where state = 'FAILED' order by id")).ShouldBe(
        [
            "region__c: row 1 of region__c has no Salesforce id and gets none, because region__c is mapped read_only.",
            "region__c: there is no row 9 of region__c.",
            "ownerid: no table that it may point to is mapped, so a local id names no row.",
            "shop__c: row 77 of shop__c has no Salesforce id, and no insert of it waits to be sent.",
        ]);
        world.Org.Live("Shop__c").ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_the_switch_Salesforce_is_asked_and_knows_no_local_ids()
    {
        using var folder = new TemporaryFolder();
        await using var world = await FamilyWorld.StartAsync(folder, null, FamilyWorld.Regions(), FamilyWorld.Shops());
        await world.RunAsync(
            "insert into salesforce.region__c (id, name, code__c) values (1, 'a', 'a'); "
            + "insert into salesforce.shop__c (name, ext__c, region__c) values ('a', 'a', '1')");

        await world.PushAsync();

        (await world.AskAsync("select state, split_part(sf_message, ':', 1) from salesforce._trigger_log order by id"))
            .ShouldBe(["SUCCESS|-", "FAILED|MALFORMED_ID"]);
    }

    [Fact]
    public async Task Children_wait_for_a_table_that_is_not_loaded_and_nothing_else_does()
    {
        using var folder = new TemporaryFolder();
        await using var world = await FamilyWorld.StartAsync(folder, FamilyWorld.LocalParents, FamilyWorld.Tills());
        await world.PrepareAsync(FamilyWorld.Regions(), FamilyWorld.Shops(), SyncWorld.Accounts());
        await world.LoadAsync("Shop__c");
        await world.LoadAsync("Account");
        await using var push = world.StartPush();
        await world.RunAsync(Family + "; insert into salesforce.account (name, ext_id__c) values ('a', 'a')");
        await SyncWorld.UntilAsync(
            async () => await world.AskOneAsync("select sfid is not null from salesforce.account") is "True", "the account is there");
        (await world.AskAsync("select distinct table_name, state from salesforce._trigger_log order by 1")).ShouldBe(
            ["account|SUCCESS", "region__c|NEW", "shop__c|NEW"]);

        await world.LoadAsync("Region__c");
        await world.QuiesceAsync(push);

        (await world.AskAsync(Shops)).ShouldBe(["a|South", "b|North", "c|South"]);
        await world.ShouldAllBeSavedAsync("Region__c", "Shop__c", "Account");
    }

    private static async Task<int?[]> ParentsAsync(SyncWorld world, string table, string column, string parentTable) =>
    [
        .. (await world.AskAsync(
            $"select p.id from salesforce.{table} c left join salesforce.{parentTable} p on p.sfid = c.{column} order by c.id"))
            .Select(id => id == "-" ? default(int?) : int.Parse(id, CultureInfo.InvariantCulture)),
    ];

    private static string Insert(string table, string column, string? keyColumn, int id, int? parent)
    {
        var columns = keyColumn is null ? $"id, name, {column}" : $"id, name, {column}, {keyColumn}";
        var key = keyColumn is null ? "" : $", 'k-{id}'";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"insert into salesforce.{table} ({columns}) values ({id}, 'n-{id}', {(parent is { } known ? $"'{known}'" : "null")}{key})");
    }
}
