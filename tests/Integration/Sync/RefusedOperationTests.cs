using Shouldly;
using Tandem.Simulator.Data;
using Tandem.Simulator.Records;
using Tandem.Sync.Faults;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// What a push does about each code of <see cref="Refusal"/> when it refuses an insert, an upsert, an update or a delete: with the change,
/// the row, later changes of the record, other records and the mapping.
/// </summary>
public sealed class RefusedOperationTests
{
    private const string Victim = "victim";

    private static readonly RecordAction[] Ending = [RecordAction.Fail, RecordAction.AskTheOrg];

    /// <summary>What the org does not have is deleted.</summary>
    private static readonly string[] Gone = ["ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY", "NOT_FOUND"];

    public static TheoryData<string> Operations => ["insert", "upsert", "update", "delete"];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task What_is_the_records_own_matter_fails_the_change_and_lets_the_others_go_on(string operation)
    {
        await using var world = await StartAsync(operation);
        foreach (var refusal in Refusal.All.Where(refusal => Ending.Contains(refusal.Action)))
        {
            Refuse(world, refusal);
            await ChangeAsync(world, operation);
            await ChangeAnotherAsync(world);

            await world.PushAsync();

            var isGone = operation == "delete" && Gone.Contains(refusal.Code, StringComparer.Ordinal);
            var words = $"{refusal.Code}: {refusal.Message}";
            (await EntriesAsync(world)).ShouldBe(
                [isGone ? "SUCCESS|-" : $"FAILED|{words}", "SUCCESS|-"], $"{refusal.Code} by {operation}");
            if (operation != "delete")
            {
                (await RowAsync(world)).ShouldBe($"FAILED|{refusal.Code}|{refusal.Message}|array|True", refusal.Code);
                await ChangeLaterAsync(world);
                await world.PushAsync();
                var later = (await EntriesAsync(world))[2];
                if (operation == "update")
                    later.ShouldBe("SUCCESS|-", refusal.Code);
                else
                    later.ShouldStartWith("FAILED|TANDEM_NEVER_INSERTED: ", Case.Sensitive, refusal.Code);
            }

            world.Find("Account").Fault.ShouldBeNull(refusal.Code);
            await CleanAsync(world, operation);
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task What_may_pass_goes_again_before_what_is_behind_it(string operation)
    {
        await using var world = await StartAsync(operation);
        foreach (var refusal in Refusal.All.Where(refusal => refusal.Action == RecordAction.SendAgain))
        {
            Refuse(world, refusal);
            await ChangeAsync(world, operation);
            if (operation != "delete")
                await ChangeLaterAsync(world);
            await ChangeAnotherAsync(world);

            await world.PushAsync();

            world.Server.Saver.Faults.List()[^1].Hits.ShouldBe(1);
            await ShouldHaveArrivedAsync(world, operation, refusal);
            await CleanAsync(world, operation);
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task What_the_org_takes_from_nobody_waits(string operation)
    {
        await using var world = await StartAsync(operation);
        foreach (var refusal in Refusal.All.Where(refusal => refusal.Action == RecordAction.Wait))
        {
            var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
            var began = time.GetUtcNow();
            Refuse(world, refusal);
            await ChangeAsync(world, operation);
            await ChangeAnotherAsync(world);

            await using (world.StartPush(time: time))
            {
                await SyncWorld.UntilAsync(
                    async () =>
                    {
                        time.Advance(TimeSpan.FromSeconds(5));
                        return await world.AskOneAsync("select count(*) from salesforce._trigger_log where state <> 'SUCCESS'") == "0";
                    },
                    $"{refusal.Code} is over");
            }

            (time.GetUtcNow() - began).ShouldBeGreaterThan(TimeSpan.FromMinutes(5));
            await ShouldHaveArrivedAsync(world, operation, refusal);
            await CleanAsync(world, operation);
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task What_the_mapping_is_at_fault_for_pauses_it_alone_and_loses_nothing(string operation)
    {
        await using var world = await StartAsync(operation);
        foreach (var refusal in Refusal.All.Where(refusal => refusal.Action == RecordAction.Pause))
        {
            Refuse(world, refusal);
            await ChangeAsync(world, operation);
            await ShouldBeHeldUntilRecoveredAsync(world, operation, refusal.Code, () => { });
            await ShouldHaveArrivedAsync(world, operation, refusal);
            await CleanAsync(world, operation);
        }
    }

    [Theory]
    [InlineData("insert", "create")]
    [InlineData("upsert", "make and edit")]
    [InlineData("update", "edit")]
    [InlineData("delete", "delete")]
    public async Task A_right_that_the_user_lost_for_the_whole_object_pauses_the_mapping(string operation, string right)
    {
        await using var world = await StartAsync(operation);
        var user = world.Server.Org.AdminUserId;
        world.Server.Org.SetAccess(user, new UserAccess([], ["Account"]));
        await ChangeAsync(world, operation);

        await ShouldBeHeldUntilRecoveredAsync(
            world,
            operation,
            $"Account: the integration user may not {right} its records any more; give the user that permission, then recover it.",
            () => world.Server.Org.SetAccess(user, UserAccess.Full));
    }

    private static async Task ShouldBeHeldUntilRecoveredAsync(SyncWorld world, string operation, string words, Action mend)
    {
        await using var push = world.StartPush();
        var mapping = world.Find("Account");
        await SyncWorld.UntilAsync(() => mapping.Fault is not null, "the mapping is held");
        mapping.Fault.ShouldNotBeNull().Action.ShouldBe(FaultAction.PauseMapping);
        mapping.Fault.Sentence.ShouldContain(words);

        // What comes now waits too, but not that of another mapping.
        await ChangeAnotherAsync(world);
        await world.RunAsync("update salesforce.contact set description = gen_random_uuid()::text");
        await SyncWorld.UntilAsync(
            async () => await world.AskOneAsync(
                "select string_agg(distinct table_name || state, ' ' order by table_name || state) from salesforce._trigger_log")
                is "accountNEW contactSUCCESS",
            "another mapping goes on, and this one waits");
        if (operation != "delete")
            (await world.AskOneAsync($"select _hc_lastop, _hc_err from salesforce.account where name = '{Victim}'")).ShouldBe("PENDING|-");

        mend();
        mapping.Recover().ShouldBeTrue();
        await world.QuiesceAsync(push);
        (await world.AskAsync("select distinct state from salesforce._trigger_log")).ShouldBe(["SUCCESS"]);
    }

    /// <summary>The org and the row have what was asked for in the end.</summary>
    private static async Task ShouldHaveArrivedAsync(SyncWorld world, string operation, Refusal refusal)
    {
        (await world.AskAsync("select distinct state, sf_message from salesforce._trigger_log")).ShouldBe(["SUCCESS|-"], refusal.Code);
        world.Org.Find("Account", "Name", Victim).Count.ShouldBe(operation == "delete" ? 0 : 1, refusal.Code);
        if (operation != "delete")
        {
            (await world.AskOneAsync($"select _hc_lastop, _hc_err from salesforce.account where name = '{Victim}'"))
                .ShouldBe("SYNCED|-", refusal.Code);
        }
    }

    private static void Refuse(SyncWorld world, Refusal refusal) => world.Server.Saver.Faults.Add(
        new SaveFault { ObjectName = "Account", StatusCode = refusal.Code, Message = refusal.Message, Count = 1 });

    private static Task ChangeAsync(SyncWorld world, string operation) => world.RunAsync(operation switch
    {
        "insert" => $"insert into salesforce.account (name) values ('{Victim}')",
        "upsert" => $"insert into salesforce.account (name, ext_id__c) values ('{Victim}', gen_random_uuid()::text)",
        "update" => $"update salesforce.account set phone = gen_random_uuid()::text where name = '{Victim}'",
        _ => $"delete from salesforce.account where name = '{Victim}'",
    });

    private static Task ChangeLaterAsync(SyncWorld world) =>
        world.RunAsync($"update salesforce.account set description = gen_random_uuid()::text where name = '{Victim}'");

    private static Task ChangeAnotherAsync(SyncWorld world) =>
        world.RunAsync("update salesforce.account set phone = gen_random_uuid()::text where name = 'another'");

    /// <summary>In the order in which they were made.</summary>
    private static Task<IReadOnlyList<string>> EntriesAsync(SyncWorld world) =>
        world.AskAsync("select state, sf_message from salesforce._trigger_log order by id");

    private static Task<string> RowAsync(SyncWorld world) => world.AskOneAsync(
        "select _hc_lastop, _hc_err::json ->> 'code', _hc_err::json ->> 'message', json_typeof(_hc_err::json -> 'fields'), "
        + "(_hc_err::json ->> 'at')::timestamptz > now() - interval '1 hour' "
        + $"from salesforce.account where name = '{Victim}'");

    /// <summary>Forgets what one code has left, and gives an update or a delete its record for the next.</summary>
    private static async Task CleanAsync(SyncWorld world, string operation)
    {
        await world.RunAsync($"""
            begin; set local xmlbinary = 'hex';
            delete from salesforce.account where name = '{Victim}';
            delete from salesforce._trigger_log; commit
            """);
        foreach (var record in world.Org.Find("Account", "Name", Victim))
            world.Org.Delete(record.Id);
        await MakeVictimAsync(world, operation);
        await world.PollWithDeletesAsync("Account");
    }

    private static async Task MakeVictimAsync(SyncWorld world, string operation)
    {
        if (operation is "update" or "delete")
            await world.Org.CreateAsync("Account", new { Name = Victim });
    }

    private static async Task<SyncWorld> StartAsync(string operation)
    {
        var world = await SyncWorld.StartAsync(contacts: 1);
        await world.Org.CreateAsync("Account", new { Name = "another" });
        await MakeVictimAsync(world, operation);
        await world.LoadAsync(SyncWorld.Accounts(operation == "upsert" ? "Ext_Id__c" : null), SyncWorld.Contacts());
        return world;
    }
}
