using Shouldly;
using Tandem.Simulator.Records;
using Tandem.Sync.Catalog;
using Tandem.Sync.Running;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// Polls and delete passes: salesforce-api.md, sections 2.7 and 10; heroku-connect.md, section 8; architecture.md, promise 1.
/// </summary>
public sealed class PollTests
{
    private const string Versions = "select sfid, xmin from salesforce.account order by sfid";

    [Fact]
    public async Task Created_updated_deleted_restored_and_purged_records_arrive()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 50);
        await world.LoadAsync(SyncWorld.Accounts());
        var ids = world.Org.DeletableAccounts().Select(record => record.Id).ToList();
        world.OrgTime.Advance(TimeSpan.FromHours(1));

        var created = await world.Org.CreateAsync("Account", new { Name = "new", Ext_Id__c = "x-1" });
        await world.Org.UpdateAsync("Account", ids[0], new { Name = "changed", Phone = (string?)null });
        world.Org.Delete(ids[1]);
        world.Org.Delete(ids[2]);
        world.Org.HardDelete(ids[3]);
        (await world.PollAsync("Account")).ShouldBe(4);
        (await world.AskAsync($"select name, ext_id__c from salesforce.account where sfid = '{created}'")).ShouldBe(["new|x-1"]);
        (await world.AskAsync($"select name, phone from salesforce.account where sfid = '{ids[0]}'")).ShouldBe(["changed|-"]);
        (await world.AskOneAsync($"select count(*) from salesforce.account where sfid = '{ids[3]}'")).ShouldBe("1");

        world.OrgTime.Advance(TimeSpan.FromMinutes(5));
        world.Org.Undelete(ids[2]);
        (await world.PollAsync("Account")).ShouldBe(1);
        world.OrgTime.Advance(TimeSpan.FromMinutes(5));
        (await world.PollWithDeletesAsync("Account")).ShouldBe(1);

        await world.ShouldBeEqualAsync("Account");
        (await world.AskOneAsync("select count(*) from salesforce._trigger_log")).ShouldBe("0");
    }

    [Fact]
    public async Task A_delete_pass_spares_what_was_restored_before_it()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 10);
        await world.LoadAsync(SyncWorld.Accounts());
        var id = world.Org.Live("Account")[0].Id;
        world.OrgTime.Advance(TimeSpan.FromMinutes(10));
        world.Org.Delete(id);
        world.Org.Undelete(id);
        world.OrgTime.Advance(TimeSpan.FromMinutes(10));

        (await world.PollWithDeletesAsync("Account")).ShouldBe(1);

        world.Find("Account").Progress.DeletesCoveredTo.ShouldNotBeNull()
            .ShouldBeGreaterThan(world.OrgTime.GetUtcNow().UtcDateTime.AddMinutes(-2));
        (await world.AskOneAsync($"select count(*) from salesforce.account where sfid = '{id}'")).ShouldBe("1");
        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task A_record_that_is_committed_late_under_an_older_stamp_is_not_lost()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        await world.LoadAsync(SyncWorld.Accounts());
        var accounts = world.Org.Live("Account");
        var slow = new RecordSaver(world.Server.Org, TimeSpan.FromMinutes(5));
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        var late = world.Org.UpdateAsync(slow, "Account", accounts[0].Id, new { Name = "late" });
        world.OrgTime.Advance(TimeSpan.FromMinutes(4));
        await world.Org.UpdateAsync("Account", accounts[1].Id, new { Name = "quick" });

        (await world.PollAsync("Account")).ShouldBe(1);
        var cursor = (await world.ReadProgressAsync("Account")).CursorStamp.ShouldNotBeNull();
        world.OrgTime.Advance(TimeSpan.FromMinutes(1));
        await late;

        ((DateTime)world.Org.Value("Account", accounts[0].Id, "SystemModstamp").ShouldNotBeNull()).ShouldBeLessThan(cursor);
        (await world.PollAsync("Account")).ShouldBe(1);
        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task Rows_that_are_as_they_should_be_cost_no_write()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 50);
        await world.LoadAsync(SyncWorld.Accounts());
        var ids = world.Org.Live("Account").Select(record => record.Id).ToList();
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        foreach (var id in ids)
            await world.Org.UpdateAsync("Account", id, new { Phone = "1" });
        (await world.PollAsync("Account")).ShouldBe(ids.Count);
        var before = await world.AskAsync(Versions);

        (await world.PollAsync("Account")).ShouldBe(0);

        (await world.AskAsync(Versions)).ShouldBe(before);
    }

    [Fact]
    public async Task Many_records_with_one_stamp_cross_the_borders_of_pages()
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Contacts());
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        for (var at = 0; at < 4_500; at++)
            await world.Org.CreateAsync("Contact", new { LastName = "same stamp", FirstName = $"{at}" });

        (await world.PollAsync("Contact")).ShouldBe(4_500);

        await world.ShouldBeEqualAsync("Contact");
        (await world.PollAsync("Contact")).ShouldBe(0);
    }

    [Fact]
    public async Task The_cursor_commits_with_the_rows_of_its_batch()
    {
        await using var world = await SyncWorld.StartAsync(sync: new SyncOptions { MergeRows = 2_000 });
        await world.LoadAsync(SyncWorld.Contacts());
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        for (var at = 0; at < 2_500; at++)
        {
            await world.Org.CreateAsync("Contact", new { LastName = "c", FirstName = $"{at}" });
            if (at == 1_999)
                world.OrgTime.Advance(TimeSpan.FromHours(1));
        }

        var firstBatch = world.OrgTime.GetUtcNow().UtcDateTime.AddHours(-1);
        await world.RunAsync("alter table salesforce.contact add constraint no_last check (firstname <> '2400')");
        await Should.ThrowAsync<Npgsql.PostgresException>(() => world.PollAsync("Contact"));
        (await world.AskOneAsync("select count(*) from salesforce.contact")).ShouldBe("2000");
        var cursor = (await world.ReadProgressAsync("Contact")).CursorStamp.ShouldNotBeNull();
        cursor.ShouldBe(firstBatch, TimeSpan.FromSeconds(1));

        await world.RunAsync("alter table salesforce.contact drop constraint no_last");
        (await world.PollAsync("Contact")).ShouldBe(500);
        await world.ShouldBeEqualAsync("Contact");
    }

    [Fact]
    public async Task A_record_made_anew_with_the_same_external_id_replaces_the_deleted_one()
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Accounts());
        var first = await world.Org.CreateAsync("Account", new { Name = "first", Ext_Id__c = "same" });
        await world.PollAsync("Account");
        world.OrgTime.Advance(TimeSpan.FromMinutes(1));
        world.Org.Delete(first);
        var second = await world.Org.CreateAsync("Account", new { Name = "second", Ext_Id__c = "same" });

        (await world.PollAsync("Account")).ShouldBe(2);

        (await world.AskAsync("select sfid, name from salesforce.account")).ShouldBe([$"{second}|second"]);
    }

    [Fact]
    public async Task An_object_without_recycle_bin_is_polled_without_deletes()
    {
        await using var world = await SyncWorld.StartAsync();
        var users = new Mapping
        {
            ObjectName = "User",
            Access = MappingAccess.ReadOnly,
            Fields = ["Username", "LastName", "IsActive", "IsDeleted"],
        };
        await world.LoadAsync(users);
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        var id = world.Org.Live("User")[0].Id;
        await world.Org.UpdateAsync("User", id, new { LastName = "Renamed" });

        (await world.PollAsync("User")).ShouldBe(1);

        await world.ShouldBeEqualAsync("User");
        (await world.AskOneAsync("select count(*) from information_schema.columns where table_name = 'user' and column_name = "
            + "'isdeleted'")).ShouldBe("0");
    }
}
