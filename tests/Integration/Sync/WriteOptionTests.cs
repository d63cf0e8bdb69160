using Shouldly;
using Tandem.Simulator.Data;
using Tandem.Sync.Catalog;
using Tandem.Sync.Push;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// What a connection's writes ask of the org, by every way: assignment rules, duplicate rules, cut text. Source: heroku-connect.md,
/// section 7; salesforce-api.md, sections 2.9, 3.1 and 7.
/// </summary>
public sealed class WriteOptionTests
{
    private static readonly Transport[] Ways = Enum.GetValues<Transport>();

    public static TheoryData<Transport> AllWays => [.. Ways];

    [Theory]
    [InlineData(Transport.Collections, "off", "admin@tandem.test", Transport.Collections)]
    [InlineData(Transport.Composite, "off", "admin@tandem.test", Transport.Composite)]
    [InlineData(Transport.Bulk, "off", "admin@tandem.test", Transport.Bulk)]
    [InlineData(Transport.Collections, "on", "user2@tandem.test", Transport.Collections)]
    [InlineData(Transport.Composite, "on", "user2@tandem.test", Transport.Composite)]
    [InlineData(Transport.Bulk, "on", "user2@tandem.test", Transport.Collections)]
    [InlineData(Transport.Collections, $"Case={RuledWorld.Sleeping}", "user3@tandem.test", Transport.Collections)]
    [InlineData(Transport.Composite, $"Case={RuledWorld.Sleeping}", "user3@tandem.test", Transport.Composite)]
    [InlineData(Transport.Bulk, $"Case={RuledWorld.Sleeping}", "user3@tandem.test", Transport.Bulk)]
    [InlineData(Transport.Bulk, "Lead=01Q000000000001EAA", "admin@tandem.test", Transport.Bulk)]
    public async Task An_assignment_rule_runs_only_where_it_is_asked_for(
        Transport transport, string asked, string owner, Transport expected)
    {
        AssignmentRules.TryParse(asked, out var rules).ShouldBeTrue();
        await using var world = await RuledWorld.StartAsync();
        await world.LoadAsync(RuledWorld.Cases());
        var rows = RuledWorld.Rows(transport);
        await world.RunAsync($"insert into salesforce.\"case\" (subject, ext__c) select 's', n from generate_series(1, {rows}) n");

        await world.PushAsync(RuledWorld.By(transport, new PushOptions { Assignment = rules }));

        var id = RuledWorld.UserId(world, owner);
        world.Org.Find("Case", "OwnerId", id).Count.ShouldBe(rows);
        (await world.AskAsync("select distinct ownerid from salesforce.\"case\"")).ShouldBe([id]);
        RuledWorld.Writes(world, expected).ShouldBe(1);
        Ways.Where(way => way != expected).Sum(way => RuledWorld.Writes(world, way)).ShouldBe(0);
    }

    [Fact]
    public async Task Deletes_go_by_a_job_though_no_job_can_ask_for_the_active_rules()
    {
        await using var world = await RuledWorld.StartAsync();
        await world.LoadAsync(RuledWorld.Cases());
        await world.RunAsync("insert into salesforce.\"case\" (subject, ext__c) values ('s', '1'), ('s', '2')");
        var sync = RuledWorld.By(Transport.Bulk, new PushOptions { Assignment = AssignmentRules.On });
        await world.PushAsync(sync);
        await world.RunAsync("delete from salesforce.\"case\"");

        await world.PushAsync(sync);

        world.Org.Live("Case").ShouldBeEmpty();
        RuledWorld.Writes(world, Transport.Bulk).ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public async Task A_record_like_another_is_refused_as_the_org_has_it(Transport transport)
    {
        await using var world = await WithTwinsAsync(transport, new PushOptions());

        (await world.AskAsync("select state, count(*) from salesforce._trigger_log group by state order by 1"))
            .ShouldBe(["FAILED|2", $"SUCCESS|{RuledWorld.Rows(transport) - 2}"]);
        (await world.AskAsync("select distinct split_part(sf_message, ':', 1) from salesforce._trigger_log where state = 'FAILED'"))
            .ShouldBe(["DUPLICATES_DETECTED"]);
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public async Task A_record_like_another_is_saved_where_its_rule_lets_that_be(Transport transport)
    {
        await using var world = await WithTwinsAsync(transport, new PushOptions { SavesDuplicates = true });

        (await world.AskAsync("select name, sf_message from salesforce._trigger_log l join salesforce.account a on a.id = l.record_id "
            + "where state <> 'SUCCESS'")).ShouldHaveSingleItem().ShouldStartWith("A3|DUPLICATES_DETECTED: ");
        world.Org.Find("Account", "Phone", "7").Count.ShouldBe(2);
        RuledWorld.Writes(world, transport).ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public async Task Text_that_is_too_long_is_cut_when_asked_for(Transport transport)
    {
        await using var world = await WithLongTextAsync(transport, new PushOptions { CutsText = true });

        var cut = new string('x', 254);
        world.Org.Find("Account", "Name", cut).Count.ShouldBe(RuledWorld.Rows(transport));
        (await world.AskAsync("select distinct name, _hc_lastop from salesforce.account")).ShouldBe([$"{cut}|SYNCED"]);
        (await world.AskAsync("select distinct action, state from salesforce._trigger_log")).ShouldBe(["INSERT|SUCCESS"]);
        await world.PushAsync();
        Ways.Sum(way => RuledWorld.Writes(world, way)).ShouldBe(1);
        await world.ShouldBeEqualAsync("Account");
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public async Task Text_that_is_too_long_is_refused_unless_asked_for(Transport transport)
    {
        await using var world = await WithLongTextAsync(transport, new PushOptions());

        world.Org.Live("Account").ShouldBeEmpty();
        (await world.AskAsync("select distinct state, split_part(sf_message, ':', 1) from salesforce._trigger_log"))
            .ShouldBe(["FAILED|STRING_TOO_LONG"]);
    }

    [Fact]
    public async Task A_key_is_never_cut_for_it_would_name_another_record()
    {
        await using var world = await SyncWorld.StartAsync();
        world.Types = TypeProfile.Exact;
        await world.LoadAsync(SyncWorld.Accounts());
        await world.RunAsync("insert into salesforce.account (name, ext_id__c) values ('A', repeat('k', 300)), ('B', repeat('k', 301))");

        await world.PushAsync(RuledWorld.By(Transport.Collections, new PushOptions { CutsText = true }));

        world.Org.Live("Account").ShouldBeEmpty();
        (await world.AskAsync("select state, split_part(sf_message, ':', 1) from salesforce._trigger_log"))
            .ShouldBe(["FAILED|STRING_TOO_LONG", "FAILED|STRING_TOO_LONG"]);
    }

    [Fact]
    public async Task An_insert_of_cut_text_whose_answer_is_lost_is_made_once()
    {
        await using var world = await SyncWorld.StartAsync();
        world.Types = TypeProfile.Exact;
        await world.LoadAsync(SyncWorld.Contacts());
        var cut = world.Proxy.Plan(FaultPlace.CutAnswer, "POST", "/composite/sobjects");
        await world.RunAsync("insert into salesforce.contact (lastname) values (repeat('n', 300))");

        await world.PushAsync(RuledWorld.By(Transport.Collections, new PushOptions { CutsText = true }));

        await cut.Reached;
        world.Org.Live("Contact").ShouldHaveSingleItem();
        (await world.AskOneAsync("select state from salesforce._trigger_log")).ShouldBe("SUCCESS");
        (await world.AskOneAsync("select length(lastname) from salesforce.contact")).ShouldBe("80");
    }

    [Fact]
    public async Task Every_write_names_its_client_by_every_way()
    {
        await using var world = await RuledWorld.StartAsync();
        await world.LoadAsync(RuledWorld.Cases(), SyncWorld.Accounts());
        var changes = new List<CommittedTransaction>();
        world.Server.Org.Listen(committed =>
        {
            lock (changes)
                changes.Add(committed);
        });
        foreach (var transport in Ways)
        {
            var sync = RuledWorld.By(transport, new PushOptions { SavesDuplicates = true });
            var rows = RuledWorld.Rows(transport);
            await world.RunAsync(
                $"insert into salesforce.account (name, ext_id__c) select 'A', '{transport}' || n from generate_series(1, {rows}) n; "
                + $"insert into salesforce.account (name) select 'A' from generate_series(1, {rows}) n");
            await world.PushAsync(sync);
            await world.RunAsync("update salesforce.account set phone = '1'");
            await world.PushAsync(sync);
            await world.RunAsync("delete from salesforce.account");
            await world.PushAsync(sync);
            RuledWorld.Writes(world, transport).ShouldBeGreaterThan(0, transport.ToString());
        }

        var writes = world.Server.Control.Calls.Entries.Where(call => call.Method != "GET" && call.UserId is not null).ToList();
        writes.Select(call => call.Route).Distinct().Count().ShouldBeGreaterThanOrEqualTo(6);
        writes.Select(call => call.Client).Distinct().ShouldBe(["tandem"]);
        lock (changes)
        {
            changes.Count.ShouldBeGreaterThan(12);
            changes.Select(change => change.Caller.Client).Distinct().ShouldBe(["tandem"]);
            changes.Select(change => change.Caller.Api).Distinct().ShouldBe(["rest", "bulk"]);
        }
    }

    [Theory]
    [InlineData("off")]
    [InlineData("on")]
    [InlineData("Case=01Q000000000001EAA,Lead=01Q000000000002EAA")]
    public async Task The_catalogue_keeps_what_was_asked_for(string text)
    {
        AssignmentRules.TryParse(text, out var rules).ShouldBeTrue();
        rules.ToString().ShouldBe(text);
        await using var database = await TestDatabase.CreateAsync(SyncWorld.Migrated);
        var catalog = new CatalogDatabase(database.DataSource);
        var connection = new Connection
        {
            Id = Guid.NewGuid(), Name = "a", LoginUrl = new Uri("https://login.example"), ApiVersion = "67.0", Schema = "a",
        };
        await catalog.SaveAsync(connection, [], SyncWorld.Token);
        var plain = (await catalog.FindConnectionAsync("a", SyncWorld.Token)).ShouldNotBeNull();
        (plain.Assignment.ToString(), plain.SavesDuplicates, plain.CutsText).ShouldBe(("off", false, false));

        connection = connection with { Assignment = rules, SavesDuplicates = true, CutsText = true };
        await catalog.SaveAsync(connection, [], SyncWorld.Token);

        var stored = (await catalog.FindConnectionAsync("a", SyncWorld.Token)).ShouldNotBeNull();
        (stored.Assignment.ToString(), stored.SavesDuplicates, stored.CutsText).ShouldBe((text, true, true));
    }

    /// <summary>Two are like each other by a rule that may be passed over, and two by one that may not.</summary>
    private static async Task<SyncWorld> WithTwinsAsync(Transport transport, PushOptions push)
    {
        var world = await RuledWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Accounts());
        await world.Org.CreateAsync("Account", new { Name = "A", Phone = "7" });
        await world.Org.CreateAsync("Account", new { Name = "B", Industry = "Energy" });
        await world.RunAsync(
            "insert into salesforce.account (name, ext_id__c, phone, industry) select 'A' || n, n, case n when 2 then '7' end, "
            + $"case n when 3 then 'Energy' end from generate_series(1, {RuledWorld.Rows(transport)}) n");
        await world.PushAsync(RuledWorld.By(transport, push));
        return world;
    }

    /// <summary>Names of 300 characters with a pair of surrogates across the border of 255.</summary>
    private static async Task<SyncWorld> WithLongTextAsync(Transport transport, PushOptions push)
    {
        var world = await SyncWorld.StartAsync();
        world.Types = TypeProfile.Exact;
        await world.LoadAsync(SyncWorld.Accounts());
        await world.RunAsync(
            "insert into salesforce.account (name, ext_id__c) select '  ' || repeat('x', 254) || '😀' || repeat('y', 40), n "
            + $"from generate_series(1, {RuledWorld.Rows(transport)}) n");
        await world.PushAsync(RuledWorld.By(transport, push));
        return world;
    }
}
