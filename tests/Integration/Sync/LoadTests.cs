using System.Globalization;
using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Salesforce;
using Tandem.Simulator.Metadata;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;
using Tandem.Sync.States;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// The initial load: heroku-connect.md, sections 4 and 8; salesforce-api.md, sections 3.2 and 8.2; architecture.md, promises 5 and 6.
/// </summary>
public sealed class LoadTests
{
    private const string Rows = "select count(*), count(distinct sfid) from salesforce.account";

    private static readonly SyncOptions OnePageAtATime = new() { LoadPageRecords = 25, ParallelPages = 1 };

    private static readonly string LongText = string.Concat(Enumerable.Range(0, 10_000).Select(at => $"{at:D9}\u00fc"));

    [Fact]
    public async Task Every_value_of_every_field_type_equals_the_orgs()
    {
        using var folder = new TemporaryFolder();
        await using var world = await SyncWorld.StartAsync(contacts: 30, metadataFile: WriteMetadata(folder));

        await world.LoadAsync(AllFields(world, "Widget__c"), AllFields(world, "Widget_Part__c"), AllFields(world, "Account"));

        await world.ShouldBeEqualAsync("Widget__c", "Widget_Part__c", "Account");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Values_arrive_as_section_8_2_of_the_api_and_section_4_of_the_contract_say(bool isPolled)
    {
        using var folder = new TemporaryFolder();
        await using var world = await SyncWorld.StartAsync(contacts: 10, metadataFile: WriteMetadata(folder));
        if (isPolled)
            await world.LoadAsync(AllFields(world, "Widget__c"));
        var account = world.Org.Live("Account")[0].Id;
        var id = await world.Org.CreateAsync("Widget__c", new
        {
            Code__c = "\"quoted\", 'and'",
            Serial__c = 123456789012m,
            Summary__c = "first\r\nsecond\nthird",
            Long__c = LongText,
            Story__c = "<p>a &amp; b</p>",
            Color__c = "Green",
            Tags__c = "Fragile;Heavy",
            Shape__c = "Other",
            Account__c = account,
            Is_Ready__c = false,
            Count__c = -12345678,
            Ticks__c = 9007199254740993,
            Weight__c = 0.125m,
            Price__c = 12345678901234.56m,
            Margin__c = -1.5m,
            Built_On__c = "1700-01-01",
            Tested_At__c = "4000-12-31T23:59:59.000Z",
            Opens_At__c = "23:59:59.999Z",
            Hotline__c = "+1 (0) \U0001F600",
            Manual__c = "https://example.com/?a=b&c=\\d",
            Support__c = "a@example.com",
            Anything__c = "any",
        });
        if (isPolled)
            await world.PollAsync("Widget__c");
        else
            await world.LoadAsync(AllFields(world, "Widget__c"));

        (await world.AskOneAsync(
            "select code__c, serial__c, summary__c, encode(sha256(convert_to(long__c, 'UTF8')), 'hex'), story__c, color__c, "
                + "tags__c, shape__c, account__c, is_ready__c, count__c, "
            + "ticks__c, weight__c, price__c::numeric, margin__c, built_on__c::text, tested_at__c::text, opens_at__c::text, "
            + "hotline__c, manual__c, "
            + "support__c, anything__c, mood__c, legacy_code__c, net_price__c is null, title__c "
            + $"from salesforce.widget__c where sfid = '{id}'"))
            .ShouldBe(
                $"\"quoted\", 'and'|123456789012|first\r\nsecond\nthird|{Hash(LongText)}|<p>a &amp; "
                    + $"b</p>|Green|Fragile;Heavy|Other|{account}|False|"
                + "-12345678|9007199254740993|0.125|12345678901234.6|-1.5|1700-01-01|4000-12-31 23:59:59|23:59:59.999|+1 (0) \U0001F600|"
                + "https://example.com/?a=b&c=\\d|a@example.com|any|-|-|False|Green widget \"quoted\", 'and'");
        (await world.AskOneAsync($"select length(long__c), _hc_lastop, _hc_err from salesforce.widget__c where sfid = '{id}'"))
            .ShouldBe("100000|SYNCED|-");
    }

    [Fact]
    public async Task A_cut_page_leaves_no_row_twice()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 600, sync: OnePageAtATime);
        await world.PrepareAsync(SyncWorld.Accounts());
        var cut = world.Proxy.Plan(FaultPlace.CutAnswerHalfway, "GET", "/results", skip: 2);

        await Should.ThrowAsync<SalesforceException>(() => world.LoadAsync("Account"));
        await cut.Reached;

        (await world.AskOneAsync(Rows)).ShouldBe("50|50");
        await world.ForgetAsync(SyncWorld.Accounts());
        var progress = await world.LoadAsync("Account");
        progress.RowsLoaded.ShouldBe(120);
        progress.State.ShouldBe(MappingState.DataSynced);
        world.Proxy.Requests.Count(request => request == "POST /services/data/v67.0/jobs/query").ShouldBe(1);
        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task A_cancelled_load_goes_on_behind_its_last_committed_page()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 600, sync: OnePageAtATime);
        await world.PrepareAsync(SyncWorld.Accounts());
        using var stop = new CancellationTokenSource();
        var hold = world.Proxy.Plan(FaultPlace.HoldAnswer, "GET", "/results", skip: 3);

        var loading = world.LoadAsync("Account", stop.Token);
        await hold.Reached;
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => loading);

        (await world.ReadProgressAsync("Account")).RowsLoaded.ShouldBe(75);
        await world.ForgetAsync(SyncWorld.Accounts());
        (await world.LoadAsync("Account")).RowsLoaded.ShouldBe(120);
        await world.ShouldBeEqualAsync("Account");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_job_that_vanished_starts_anew_and_merges(int pages)
    {
        await using var world = await SyncWorld.StartAsync(contacts: 300, sync: OnePageAtATime);
        await world.PrepareAsync(SyncWorld.Accounts());
        world.Proxy.Plan(FaultPlace.CutAnswerHalfway, "GET", "/results", skip: pages);
        await Should.ThrowAsync<SalesforceException>(() => world.LoadAsync("Account"));
        (await world.AskOneAsync("select count(*) from salesforce.account"))
            .ShouldBe((25 * pages).ToString(CultureInfo.InvariantCulture));
        var jobId = (await world.ReadProgressAsync("Account")).JobId.ShouldNotBeNull();
        await world.Salesforce.BulkQuery.DeleteAsync(jobId, SyncWorld.Token);
        if (pages > 0)
        {
            var deletable = string.Join(',', world.Org.DeletableAccounts().Select(record => $"'{record.Id}'"));
            world.Org.HardDelete(await world.AskOneAsync(
                $"select sfid from salesforce.account where sfid in ({deletable}) order by id limit 1"));
        }

        world.OrgTime.Advance(TimeSpan.FromMinutes(2));
        var mapping = SyncWorld.Accounts() with { PollInterval = TimeSpan.FromHours(1) };
        await using var shift = world.NewShift();
        await shift.PrepareAsync([mapping], SyncWorld.Token);
        await using var run = new BackgroundRun(shift.RunAsync);
        await SyncWorld.UntilAsync(
            async () =>
            {
                await run.ThrowIfEndedAsync();
                return (await world.ReadProgressAsync("Account")) is { State: MappingState.DataSynced, JobId: null };
            },
            "the account table is loaded");

        await world.ForgetAsync(mapping);
        if (pages > 0)
            await world.PollWithDeletesAsync("Account");
        await world.ShouldBeEqualAsync("Account");
        (await world.AskOneAsync(Rows)).ShouldBe(pages > 0 ? "59|59" : "60|60");
    }

    [Fact]
    public async Task A_job_that_was_aborted_starts_anew()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 50, jobDelay: TimeSpan.FromMinutes(1));
        await world.PrepareAsync(SyncWorld.Accounts());
        using var stop = new CancellationTokenSource();
        var asked = world.Proxy.Plan(FaultPlace.HoldAnswer, "GET", "/jobs/query/");
        var loading = world.LoadAsync("Account", stop.Token);
        await asked.Reached;
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => loading);
        var jobId = (await world.ReadProgressAsync("Account")).JobId;
        await AbortAsync(world, jobId.ShouldNotBeNull());

        var fault = FaultPolicy.Judge(await Should.ThrowAsync<SalesforceException>(() => world.LoadAsync("Account")));

        fault.Action.ShouldBe(FaultAction.Restart);
        fault.Sentence.ShouldContain(jobId);
    }

    [Fact]
    public async Task A_table_that_held_rows_is_merged_into_and_its_ids_stay()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 100);
        var known = world.Org.Live("Account").Select(record => record.Id).Order(StringComparer.Ordinal).Take(3).ToList();
        await world.RunAsync(
            "create schema salesforce; create table salesforce.account (id serial primary key, sfid varchar(18), name "
                + "varchar(255), mine text); "
            + "insert into salesforce.account (id, sfid, name, mine) values "
            + $"(701, '{known[0]}', 'old', 'm'), (702, '{known[1]}', 'old', null), (703, '{known[2]}', null, 'n')");

        await world.LoadAsync(SyncWorld.Accounts());

        await world.ShouldBeEqualAsync("Account");
        (await world.AskAsync("select id, sfid, mine from salesforce.account where id > 700 order by id"))
            .ShouldBe([$"701|{known[0]}|m", $"702|{known[1]}|-", $"703|{known[2]}|n"]);
    }

    [Fact]
    public async Task Rows_that_the_app_inserts_during_the_load_survive_and_are_pushed_afterwards()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 600, sync: new SyncOptions { LoadPageRecords = 50 });
        await world.PrepareAsync(SyncWorld.Accounts());
        await world.RunAsync("insert into salesforce.account (name, ext_id__c) values ('before the load', 'e-0')");
        var hold = world.Proxy.Plan(FaultPlace.HoldAnswer, "GET", "/results", skip: 1);
        await using var push = world.StartPush();
        var loading = world.LoadAsync("Account");
        await hold.Reached;
        await world.RunAsync(
            "insert into salesforce.account (name, ext_id__c) values ('during the load', 'e-1'); "
            + "update salesforce.account set phone = '1' where ext_id__c = 'e-1'");
        world.Org.Find("Account", "Ext_Id__c", "e-0").ShouldBeEmpty();
        hold.Release();
        await loading;
        await world.QuiesceAsync(push);

        world.Org.Find("Account", "Ext_Id__c", "e-0").ShouldHaveSingleItem();
        var record = world.Org.Find("Account", "Ext_Id__c", "e-1").ShouldHaveSingleItem();
        world.Org.Value("Account", record.Id, "Phone").ShouldBe("1");
        (await world.AskAsync("select distinct state from salesforce._trigger_log")).ShouldBe(["SUCCESS"]);
        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task What_changed_in_the_org_during_the_load_comes_with_the_first_poll()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 100);
        await world.PrepareAsync(SyncWorld.Accounts());
        var accounts = world.Org.DeletableAccounts();
        var hold = world.Proxy.Plan(FaultPlace.HoldAnswer, "GET", "/results");
        var loading = world.LoadAsync("Account");
        await hold.Reached;
        await world.Org.UpdateAsync("Account", accounts[0].Id, new { Name = "meanwhile" });
        world.Org.Delete(accounts[1].Id);
        hold.Release();
        await loading;

        (await world.PollAsync("Account")).ShouldBe(2);
        await world.ShouldBeEqualAsync("Account");
    }

    internal static Mapping AllFields(SyncWorld world, string objectName) => SyncWorld.ReadWrite(
        objectName,
        null,
        [
            .. world.Server.Org.FindTable(objectName).ShouldNotBeNull().Type.Fields
                .Where(field => !field.IsCompound && field.Type != FieldType.Base64).Select(field => field.Name),
        ]);

    /// <summary>The sample's objects, and a field for a text of 100,000 characters.</summary>
    private static string WriteMetadata(TemporaryFolder folder)
    {
        var sample = File.ReadAllText(RepositoryRoot.Combine("docs", "examples", "simulator-metadata.json"));
        var metadata = JsonNode.Parse(sample).ShouldNotBeNull();
        metadata["objects"]?[0]?["fields"]?.AsArray()
            .Add(new JsonObject { ["name"] = "Long__c", ["type"] = "textarea", ["length"] = 131_072 });
        var path = folder.Combine("metadata.json");
        File.WriteAllText(path, metadata.ToJsonString());
        return path;
    }

    private static async Task AbortAsync(SyncWorld world, string jobId)
    {
        using var http = new HttpClient { BaseAddress = world.Server.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new("Bearer", world.Server.Sessions.Issue(world.Server.Org.AdminUserId).AccessToken);
        using var content = new StringContent("""{"state":"Aborted"}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await http.PatchAsync($"/services/data/v67.0/jobs/query/{jobId}", content, SyncWorld.Token);
        answer.EnsureSuccessStatusCode();
    }

    private static string Hash(string text) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
}
