using Shouldly;
using Tandem.Sync.Faults;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>Small objects, and those that Bulk does not serve: heroku-connect.md, section 8; salesforce-api.md, section 3.2.</summary>
public sealed class RestLoadTests
{
    [Fact]
    public async Task Small_objects_come_without_a_bulk_job()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 300, restLoadRows: 60);

        await world.LoadAsync(SyncWorld.Accounts(), SyncWorld.Contacts());

        world.Proxy.Requests.Count(request => request.StartsWith("POST", StringComparison.Ordinal)
            && request.EndsWith("/jobs/query", StringComparison.Ordinal)).ShouldBe(1);
        await FirstLoadTests.ShouldHaveLastingFormAsync(world);
        await world.ShouldBeEqualAsync("Account", "Contact");
    }

    [Fact]
    public async Task What_changes_while_a_small_object_comes_is_seen_by_the_first_poll()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 100, restLoadRows: 10_000);
        await world.PrepareAsync(SyncWorld.Accounts());
        var accounts = world.Org.DeletableAccounts();
        var hold = world.Proxy.Plan(FaultPlace.HoldAnswer, "GET", "LIMIT%202000");
        var loading = world.LoadAsync("Account");
        await hold.Reached;
        await world.Org.UpdateAsync("Account", accounts[0].Id, new { Name = "meanwhile" });
        world.Org.Delete(accounts[1].Id);
        hold.Release();
        await loading;

        (await world.PollAsync("Account")).ShouldBe(2);
        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task An_object_without_records_is_loaded_and_followed()
    {
        await using var world = await SyncWorld.StartAsync(restLoadRows: 10_000);
        await world.LoadAsync(SyncWorld.Accounts());
        await world.ShouldBeEqualAsync("Account");

        await world.Org.CreateAsync("Account", new { Name = "the first" });
        (await world.PollAsync("Account")).ShouldBe(1);

        await world.ShouldBeEqualAsync("Account");
    }

    [Theory]
    [InlineData("load.begun")]
    [InlineData("load.rest.written")]
    [InlineData("load.rest.committed")]
    public async Task After_a_crash_it_goes_on_behind_the_last_committed_record(string step)
    {
        await using var world = await SyncWorld.StartAsync(contacts: 10_250, restLoadRows: 10_000);
        await world.PrepareAsync(SyncWorld.Accounts());

        await FirstLoadTests.CrashAsync(world, step, 1);
        var committed = await world.AskOneAsync("select count(*) from salesforce.account");
        committed.ShouldBe(step == "load.rest.committed" ? "2000" : "0");
        await world.PrepareAsync(SyncWorld.Accounts());
        (await world.LoadAsync("Account")).RowsLoaded.ShouldBe(2_050);

        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task An_object_that_bulk_refuses_comes_by_rest_whatever_its_size()
    {
        using var folder = new TemporaryFolder();
        var metadata = folder.Combine("metadata.json");
        await File.WriteAllTextAsync(
            metadata,
            """
            { "objects": [{ "name": "Note_Card__c", "bulk": false, "rows": 30,
              "fields": [{ "name": "Text__c", "type": "string", "length": 80 }] }] }
            """,
            SyncWorld.Token);
        await using var world = await SyncWorld.StartAsync(metadataFile: metadata);

        await world.LoadAsync(SyncWorld.ReadWrite("Note_Card__c", null, "Name", "Text__c"));

        world.Proxy.Requests.ShouldContain(request => request == "POST /services/data/v67.0/jobs/query");
        await world.ShouldBeEqualAsync("Note_Card__c");
    }

    [Fact]
    public async Task A_table_that_held_rows_is_merged_into_by_rest_too()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 100, restLoadRows: 10_000);
        var known = world.Org.Live("Account")[0].Id;
        await world.RunAsync(
            "create schema salesforce; create table salesforce.account (id serial primary key, sfid varchar(18), name varchar(255), "
            + $"mine text); insert into salesforce.account (id, sfid, name, mine) values (701, '{known}', 'old', 'm')");

        await world.LoadAsync(SyncWorld.Accounts());

        (await world.AskOneAsync($"select id, mine from salesforce.account where sfid = '{known}'")).ShouldBe("701|m");
        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public void A_lost_query_locator_begins_anew_from_what_is_stored() =>
        FaultPolicy.Judge(new Tandem.Salesforce.SalesforceException("INVALID_QUERY_LOCATOR", "gone")).Action.ShouldBe(FaultAction.Restart);
}
