using System.Text.Json;
using Shouldly;
using Tandem.Postgres.Conflicts;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// A record is deleted in Salesforce while the app has changed its row: shown and not lost, and never made anew. heroku-connect.md,
/// sections 6.2 "Rules" and 7 (entity is deleted); salesforce-api.md, section 10.
/// </summary>
public sealed class DeletedConflictTests
{
    private const string Conflicts = """
        select column_name, sfid, winner, policy, change_id is not null from tandem.conflicts
        """;

    private const string States = "select state, action from salesforce._trigger_log order by id";

    [Theory]
    [InlineData(true, true, ConflictPolicy.Local)]
    [InlineData(true, false, ConflictPolicy.Local)]
    [InlineData(false, true, ConflictPolicy.Local)]
    [InlineData(false, false, ConflictPolicy.Local)]
    [InlineData(true, true, ConflictPolicy.Newest)]
    [InlineData(false, false, ConflictPolicy.Salesforce)]
    public async Task The_change_fails_where_all_can_see_it_and_the_row_goes_into_the_log(
        bool isReadFirst, bool isHardDeleted, ConflictPolicy policy)
    {
        await using var world = await StartAsync(policy);
        var id = await DeleteOneAsync(world, isHardDeleted);
        await world.RunAsync($"update salesforce.account set phone = 'mine' where sfid = '{id}'");

        if (isReadFirst)
            await world.PollWithDeletesAsync("Account");
        await world.PushAsync();

        (await world.AskAsync(States)).ShouldBe(["FAILED|UPDATE"]);
        (await world.AskOneAsync($"select phone, _hc_lastop from salesforce.account where sfid = '{id}'")).ShouldBe("mine|FAILED");
        using var error = JsonDocument.Parse(await world.AskOneAsync($"select _hc_err from salesforce.account where sfid = '{id}'"));
        error.RootElement.GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        world.OrgTime.Advance(TimeSpan.FromMinutes(10));
        await world.PollWithDeletesAsync("Account");
        await world.PollWithDeletesAsync("Account");

        (await world.AskAsync(Conflicts)).ShouldBe([$"-|{id}|salesforce|{policy.ToString().ToLowerInvariant()}|True"]);
        (await world.AskOneAsync("select local_value::jsonb ->> 'phone' from tandem.conflicts")).ShouldBe("mine");
        world.Org.Live("Account").ShouldNotContain(record => record.Id == id);
        await world.ShouldBeEqualAsync("Account");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_salesforce_wins_the_row_goes_at_once_and_its_changes_end(bool isHardDeleted)
    {
        await using var world = await StartAsync(ConflictPolicy.Salesforce);
        var id = await DeleteOneAsync(world, isHardDeleted);
        await world.RunAsync($"update salesforce.account set phone = 'mine' where sfid = '{id}'");
        await world.RunAsync($"update salesforce.account set phone = 'mine 2' where sfid = '{id}'");

        await world.PollWithDeletesAsync("Account");

        (await world.AskAsync($"select id from salesforce.account where sfid = '{id}'")).ShouldBeEmpty();
        (await world.AskAsync("select distinct state, sf_message from salesforce._trigger_log")).ShouldBe(
        [
            "IGNORED|Not sent: the record was deleted in Salesforce, and by the conflict policy that stands; "
            + "tandem.conflicts has the row.",
        ]);
        (await world.AskAsync(Conflicts)).ShouldBe([$"-|{id}|salesforce|salesforce|True"]);
        (await world.AskOneAsync("select local_value::jsonb ->> 'phone', change_id from tandem.conflicts")).ShouldBe("mine 2|1");
        await world.PushAsync();
        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task What_is_on_the_wire_when_the_deletion_is_seen_keeps_its_row_until_it_has_failed()
    {
        await using var world = await StartAsync(ConflictPolicy.Salesforce);
        var id = await DeleteOneAsync(world, isHardDeleted: true);
        await world.RunAsync($"update salesforce.account set phone = 'mine' where sfid = '{id}'");
        await world.RunAsync("update salesforce._trigger_log set state = 'PENDING'");
        await world.RunAsync($"update salesforce.account set phone = 'mine 2' where sfid = '{id}'");

        await world.PollWithDeletesAsync("Account");
        (await world.AskAsync(States)).ShouldBe(["PENDING|UPDATE", "NEW|UPDATE"]);

        await world.PushAsync();
        (await world.AskAsync(States)).ShouldBe(["FAILED|UPDATE", "FAILED|UPDATE"]);
        world.OrgTime.Advance(TimeSpan.FromMinutes(10));
        await world.PollWithDeletesAsync("Account");
        (await world.AskOneAsync("select local_value::jsonb ->> 'phone', change_id from tandem.conflicts")).ShouldBe("mine 2|2");
        await world.ShouldBeEqualAsync("Account");
    }

    [Theory]
    [InlineData(ConflictPolicy.Local)]
    [InlineData(ConflictPolicy.Salesforce)]
    public async Task Deleted_on_both_sides_is_no_conflict(ConflictPolicy policy)
    {
        await using var world = await StartAsync(policy);
        var id = await DeleteOneAsync(world, isHardDeleted: true);
        await world.RunAsync($"delete from salesforce.account where sfid = '{id}'");

        await world.PollWithDeletesAsync("Account");
        await world.PushAsync();

        (await world.AskAsync(States)).ShouldBe(["SUCCESS|DELETE"]);
        (await world.AskAsync(Conflicts)).ShouldBeEmpty();
        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task A_record_that_was_restored_before_its_change_went_out_is_no_conflict()
    {
        await using var world = await StartAsync(ConflictPolicy.Local);
        var id = await DeleteOneAsync(world, isHardDeleted: false);
        await world.RunAsync($"update salesforce.account set phone = 'mine' where sfid = '{id}'");
        await world.PollWithDeletesAsync("Account");
        world.Org.Undelete(id);

        await world.PushAsync();
        await world.PollWithDeletesAsync("Account");

        (await world.AskAsync(States)).ShouldBe(["SUCCESS|UPDATE"]);
        (await world.AskAsync(Conflicts)).ShouldBeEmpty();
        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task A_row_that_left_the_filter_sends_its_change_whoever_wins()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 5);
        var accounts = SyncWorld.Accounts() with { Conflicts = ConflictPolicy.Salesforce, Filter = "Phone != 'away'" };
        await world.LoadAsync(accounts);
        var id = world.Org.Live("Account")[0].Id;
        world.OrgTime.Advance(TimeSpan.FromMinutes(10));
        await world.Org.UpdateAsync("Account", id, new { Phone = "away" });
        await world.RunAsync($"update salesforce.account set industry = 'Energy' where sfid = '{id}'");

        await world.PollAsync("Account");
        await world.PushAsync();

        (await world.AskAsync(States)).ShouldBe(["SUCCESS|UPDATE"]);
        world.Org.Value("Account", id, "Industry").ShouldBe("Energy");
    }

    private static async Task<SyncWorld> StartAsync(ConflictPolicy policy)
    {
        var world = await SyncWorld.StartAsync(contacts: 5);
        await world.LoadAsync(SyncWorld.Accounts() with { Conflicts = policy });
        return world;
    }

    /// <summary>Long enough ago that the delete log tells it.</summary>
    private static async Task<string> DeleteOneAsync(SyncWorld world, bool isHardDeleted)
    {
        var id = world.Org.DeletableAccounts()[0].Id;
        world.OrgTime.Advance(TimeSpan.FromMinutes(10));
        if (isHardDeleted)
            world.Org.HardDelete(id);
        else
            world.Org.Delete(id);
        world.OrgTime.Advance(TimeSpan.FromMinutes(10));
        await world.AskTheTimeAsync();
        return id;
    }
}
