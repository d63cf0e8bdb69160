using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Tandem.Postgres.Conflicts;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Upkeep;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// Both sides change a value before either knows of the other: heroku-connect.md, section 9, "Conflict order"; architecture.md, promise 4.
/// </summary>
public sealed class ConflictTests
{
    private const string Conflicts = """
        select column_name, local_value, salesforce_value, winner, policy from tandem.conflicts order by column_name, id
        """;

    [Theory]
    [InlineData(false, ConflictPolicy.Local)]
    [InlineData(false, ConflictPolicy.Salesforce)]
    [InlineData(false, ConflictPolicy.Newest)]
    [InlineData(true, ConflictPolicy.Local)]
    [InlineData(true, ConflictPolicy.Salesforce)]
    [InlineData(true, ConflictPolicy.Newest)]
    public async Task The_policy_decides_whether_a_poll_or_a_reload_brings_the_record(bool isReload, ConflictPolicy policy)
    {
        await using var world = await StartAsync(policy);
        var id = world.Org.Live("Account")[0].Id;
        world.OrgTime.Advance(TimeSpan.FromMinutes(10));
        await world.RunAsync($"update salesforce.account set phone = 'mine', industry = 'Energy' where sfid = '{id}'");
        await DateAsync(world, minutes: -2);
        await world.Org.UpdateAsync("Account", id, new { Phone = "theirs", NumberOfEmployees = 7 });

        await ReadAsync(world, isReload);
        await ReadAsync(world, isReload);
        await world.PushAsync();
        await world.PollAsync("Account");

        var winner = policy == ConflictPolicy.Local ? "local" : "salesforce";
        (await world.AskAsync(Conflicts)).ShouldBe([$"phone|mine|theirs|{winner}|{Word(policy)}"]);
        (await world.AskOneAsync($"select phone, industry, numberofemployees, _hc_lastop from salesforce.account where sfid = '{id}'"))
            .ShouldBe(policy == ConflictPolicy.Local ? "mine|Energy|7|SYNCED" : "theirs|Energy|7|SYNCED");
        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task What_comes_back_of_an_own_write_is_a_conflict_only_where_a_person_was_in_between()
    {
        await using var world = await StartAsync(ConflictPolicy.Local);
        var id = world.Org.Live("Account")[0].Id;
        await world.RunAsync($"update salesforce.account set phone = 'one', name = ' trimmed ' where sfid = '{id}'");
        var isFirst = true;
        using (Failpoints.Listen(name =>
        {
            if (name != "push.sent" || !isFirst)
                return;
            isFirst = false;
            Task.Run(
                async () =>
                {
                    await world.Org.UpdateAsync("Account", id, new { Industry = "Banking" });
                    await world.RunAsync(
                        $"update salesforce.account set phone = 'two', name = 'again', industry = 'Energy' where sfid = '{id}'");
                },
                SyncWorld.Token).Wait();
        }))
        {
            await world.PushAsync();
        }

        (await world.AskAsync(Conflicts)).ShouldBe(["industry|Energy|Banking|local|local"]);
        (await world.AskOneAsync($"select phone, name, industry from salesforce.account where sfid = '{id}'")).ShouldBe("two|again|Energy");
        await world.ShouldBeEqualAsync("Account");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_later_change_wins_by_the_orgs_clock_however_wrong_that_is(bool isLocalLater)
    {
        await using var world = await StartAsync(ConflictPolicy.Newest);
        var id = world.Org.Live("Account")[0].Id;

        // By the clocks as they are, Salesforce would win either way.
        world.OrgTime.Advance(TimeSpan.FromDays(2));
        await world.RunAsync($"update salesforce.account set phone = 'mine' where sfid = '{id}'");
        await DateAsync(world, minutes: isLocalLater ? 2 : -2);
        await world.Org.UpdateAsync("Account", id, new { Phone = "theirs" });

        await world.AskTheTimeAsync();
        await world.PollAsync("Account");
        await world.PushAsync();

        (await world.AskAsync(Conflicts)).ShouldBe([$"phone|mine|theirs|{(isLocalLater ? "local" : "salesforce")}|newest"]);
        world.Org.Value("Account", id, "Phone").ShouldBe(isLocalLater ? "mine" : "theirs");
        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task A_field_may_have_another_policy_than_its_mapping()
    {
        await using var world = await StartAsync(ConflictPolicy.Local, "PHONE");
        var id = world.Org.Live("Account")[0].Id;
        world.OrgTime.Advance(TimeSpan.FromMinutes(10));
        await world.RunAsync($"update salesforce.account set phone = 'mine', industry = 'Energy' where sfid = '{id}'");
        await world.Org.UpdateAsync("Account", id, new { Phone = "theirs", Industry = "Banking" });

        await world.PollAsync("Account");
        await world.PushAsync();

        (await world.AskAsync(Conflicts)).ShouldBe(["industry|Energy|Banking|local|local", "phone|mine|theirs|salesforce|salesforce"]);
        (world.Org.Value("Account", id, "Phone"), world.Org.Value("Account", id, "Industry")).ShouldBe(("theirs", "Energy"));
        await world.ShouldBeEqualAsync("Account");
    }

    [Theory]
    [InlineData(ConflictPolicy.Local)]
    [InlineData(ConflictPolicy.Salesforce)]
    public async Task An_insert_that_meets_its_record_by_the_unique_identifier_makes_no_second_one(ConflictPolicy policy)
    {
        await using var world = await StartAsync(policy);
        world.OrgTime.Advance(TimeSpan.FromMinutes(10));
        await world.RunAsync("insert into salesforce.account (name, phone, ext_id__c) values ('mine', '5', 'X')");
        await world.Org.CreateAsync("Account", new { Name = "theirs", Industry = "Banking", Ext_Id__c = "X" });

        await world.PollAsync("Account");
        await world.PushAsync();
        await world.PollAsync("Account");

        var record = world.Org.Find("Account", "Ext_Id__c", "X").ShouldHaveSingleItem();
        world.Org.Value("Account", record.Id, "Name").ShouldBe(policy == ConflictPolicy.Local ? "mine" : "theirs");
        (await world.AskAsync(Conflicts)).ShouldBe(policy == ConflictPolicy.Local
            ? ["name|mine|theirs|local|local", "phone|5|-|local|local"]
            : ["name|mine|theirs|salesforce|salesforce", "phone|5|-|salesforce|salesforce"]);
        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task The_catalogue_keeps_the_policies()
    {
        await using var world = await StartAsync(ConflictPolicy.Local);
        var catalog = new CatalogDatabase(world.Database.DataSource);
        var connection = new Connection
        {
            Id = Guid.NewGuid(), Name = "c", LoginUrl = world.Proxy.Address, ApiVersion = "67.0", Schema = "s",
        };
        await catalog.SaveAsync(connection, [], SyncWorld.Token);
        foreach (var policy in Enum.GetValues<ConflictPolicy>())
        {
            await catalog.SaveAsync(connection, [Accounts(policy, "Phone")], SyncWorld.Token);

            var stored = (await catalog.ListMappingsAsync(connection.Id, SyncWorld.Token)).ShouldHaveSingleItem();
            stored.Conflicts.ShouldBe(policy);
            stored.ConflictFields["phone"].ShouldBe(ConflictPolicy.Salesforce);
        }
    }

    [Fact]
    public async Task Conflicts_leave_their_log_with_the_archives_entries()
    {
        await using var world = await StartAsync(ConflictPolicy.Local);
        await world.RunAsync("""
            insert into tandem.conflicts (schema_name, table_name, sfid, record_id, winner, policy, noted_at)
            select s, 'account', 'A', n, 'local', 'local', now() - make_interval(days => n)
            from generate_series(1, 40) n, unnest(array['salesforce', 'other']) s
            """);
        var upkeep = new LogUpkeep(
            world.Mappings, new UpkeepOptions { BatchEntries = 4 }, TimeProvider.System, NullLogger<LogUpkeep>.Instance);

        (await upkeep.LookAfterAsync(world.Database.DataSource, SyncWorld.Token)).PurgedConflicts.ShouldBe(10);

        (await world.AskAsync("select schema_name, count(*) from tandem.conflicts group by 1 order by 1"))
            .ShouldBe(["other|40", "salesforce|30"]);
    }

    /// <summary>
    /// Dates the local changes otherwise. The org's clock tells seconds, so that two changes within one second have no order.
    /// </summary>
    private static Task DateAsync(SyncWorld world, int minutes) =>
        world.RunAsync($"update salesforce._trigger_log set created_at = created_at + interval '{minutes} minutes'");

    private static async Task<SyncWorld> StartAsync(ConflictPolicy policy, string? salesforceField = null)
    {
        var world = await SyncWorld.StartAsync(contacts: 5);
        await world.LoadAsync(Accounts(policy, salesforceField));
        return world;
    }

    private static Mapping Accounts(ConflictPolicy policy, string? salesforceField) => SyncWorld.Accounts() with
    {
        Conflicts = policy,
        ConflictFields = salesforceField is null
            ? new Dictionary<string, ConflictPolicy>()
            : new Dictionary<string, ConflictPolicy>(StringComparer.OrdinalIgnoreCase) { [salesforceField] = ConflictPolicy.Salesforce },
    };

    private static async Task ReadAsync(SyncWorld world, bool isReload)
    {
        await world.AskTheTimeAsync();
        if (isReload)
            await world.ReloadAsync("Account");
        else
            await world.PollAsync("Account");
    }

    private static string Word(ConflictPolicy policy) => policy.ToString().ToLower(CultureInfo.InvariantCulture);
}
