using Shouldly;
using Tandem.Simulator.Control;
using Tandem.Simulator.Data;
using Tandem.Simulator.Records;
using Tandem.Sync.Faults;
using Tandem.Sync.Push;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// What a push does about each code that refuses a record, by each way: salesforce-api.md, section 9.1, as <see cref="Refusal"/> cites it.
/// </summary>
public sealed class RefusalTests
{
    private static readonly RecordAction[] Ending = [RecordAction.Fail, RecordAction.AskTheOrg];

    public static TheoryData<Transport> AllWays => [.. Enum.GetValues<Transport>()];

    [Fact]
    public void Each_code_is_judged_as_the_table_has_it()
    {
        foreach (var refusal in Refusal.All)
            FaultPolicy.JudgeRecord(refusal.Code, refusal.Message).ShouldBe(refusal.Action, refusal.Code);
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public async Task What_is_the_records_own_matter_fails_it_alone_with_Salesforces_words(Transport transport)
    {
        await using var world = await StartAsync(transport);
        foreach (var refusal in Refusal.All.Where(refusal => Ending.Contains(refusal.Action)))
        {
            world.Server.Saver.Faults.Add(
                new SaveFault { StatusCode = refusal.Code, Message = refusal.Message, Count = Once(transport, refusal) });
            await ChangeAsync(world);

            await world.PushAsync(RuledWorld.By(transport, new PushOptions()));

            var failed = await world.AskOneAsync(
                "select l.sf_message, a._hc_lastop, a._hc_err::json ->> 'code', a._hc_err::json ->> 'message', "
                + "json_typeof(a._hc_err::json -> 'fields'), (a._hc_err::json ->> 'at')::timestamptz > now() - interval '1 hour' "
                + "from salesforce._trigger_log l join salesforce.account a on a.id = l.record_id where l.state = 'FAILED'");
            failed.ShouldBe($"{refusal.Code}: {refusal.Message}|FAILED|{refusal.Code}|{refusal.Message}|array|True");
            (await world.AskOneAsync("select count(*) from salesforce._trigger_log where state = 'SUCCESS'"))
                .ShouldBe($"{Rows(transport) - 1}", refusal.Code);
            await world.RunAsync("delete from salesforce._trigger_log");
        }
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public async Task What_may_pass_goes_again(Transport transport)
    {
        await using var world = await StartAsync(transport);
        foreach (var refusal in Refusal.All.Where(refusal => refusal.Action == RecordAction.SendAgain))
        {
            world.Server.Saver.Faults.Add(new SaveFault { StatusCode = refusal.Code, Message = refusal.Message, Count = 1 });
            await ChangeAsync(world);

            await world.PushAsync(RuledWorld.By(transport, new PushOptions()));

            world.Server.Saver.Faults.List()[^1].Hits.ShouldBe(1);
            (await world.AskAsync("select distinct state from salesforce._trigger_log")).ShouldBe(["SUCCESS"], refusal.Code);
        }
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public async Task What_the_org_takes_from_nobody_waits_for_minutes_and_not_in_vain(Transport transport)
    {
        await using var world = await StartAsync(transport);
        foreach (var refusal in Refusal.All.Where(refusal => refusal.Action == RecordAction.Wait))
        {
            var count = Once(transport, refusal);
            var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
            world.Server.Saver.Faults.Add(new SaveFault { StatusCode = refusal.Code, Message = refusal.Message, Count = count });
            await ChangeAsync(world);
            var began = time.GetUtcNow();

            await using (world.StartPush(RuledWorld.By(transport, new PushOptions()), time))
            {
                await SyncWorld.UntilAsync(
                    async () =>
                    {
                        time.Advance(TimeSpan.FromSeconds(5));
                        return await world.AskOneAsync("select count(*) from salesforce._trigger_log where state <> 'SUCCESS'") == "0";
                    },
                    $"{refusal.Code} is over");
            }

            world.Server.Saver.Faults.List()[^1].Hits.ShouldBe(count);
            (time.GetUtcNow() - began).ShouldBeGreaterThan(TimeSpan.FromMinutes(5));
        }
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public async Task What_the_mapping_is_at_fault_for_pauses_it_and_loses_nothing(Transport transport)
    {
        await using var world = await StartAsync(transport);
        foreach (var refusal in Refusal.All.Where(refusal => refusal.Action == RecordAction.Pause))
        {
            world.Server.Saver.Faults.Add(
                new SaveFault { StatusCode = refusal.Code, Message = refusal.Message, Count = Once(transport, refusal) });
            await ChangeAsync(world);
            await using var push = world.StartPush(RuledWorld.By(transport, new PushOptions()));
            var mapping = world.Find("Account");
            await SyncWorld.UntilAsync(() => mapping.Fault is not null, "the mapping is held");

            mapping.Fault.ShouldNotBeNull().Action.ShouldBe(FaultAction.PauseMapping);
            mapping.Fault.Sentence.ShouldContain(refusal.Code);
            await SyncWorld.UntilAsync(
                async () => await world.AskOneAsync(
                    "select count(*) filter (where state = 'NEW'), count(*) filter (where state <> 'SUCCESS') "
                    + "from salesforce._trigger_log") == "1|1",
                "the refused change alone waits");

            mapping.Recover().ShouldBeTrue();
            await world.QuiesceAsync(push);
            (await world.AskAsync("select distinct state from salesforce._trigger_log")).ShouldBe(["SUCCESS"]);
        }
    }

    [Fact]
    public async Task A_permission_that_the_user_lost_for_the_whole_object_pauses_the_mapping()
    {
        await using var world = await StartAsync(Transport.Collections);
        var user = world.Server.Org.AdminUserId;
        world.Server.Org.SetAccess(user, new UserAccess([], ["Account"]));
        await ChangeAsync(world);
        await using var push = world.StartPush();
        var mapping = world.Find("Account");
        await SyncWorld.UntilAsync(() => mapping.Fault is not null, "the mapping is held");

        mapping.Fault.ShouldNotBeNull().Sentence.ShouldBe(
            "Account: the integration user may not edit its records any more; give the user that permission, then recover it.");
        (await world.AskAsync("select distinct state from salesforce._trigger_log")).ShouldBe(["NEW"]);
        (await world.AskAsync("select distinct _hc_lastop from salesforce.account")).ShouldBe(["PENDING"]);
        world.Server.Org.SetAccess(user, UserAccess.Full);
        mapping.Recover().ShouldBeTrue();
        await world.QuiesceAsync(push);
        (await world.AskAsync("select distinct state from salesforce._trigger_log")).ShouldBe(["SUCCESS"]);
    }

    [Theory]
    [InlineData(Transport.Collections, "*/composite/sobjects*", 2, 1)]
    [InlineData(Transport.Composite, "*/composite", 1, 0)]
    public async Task A_call_that_one_record_spoils_is_split_until_that_one_is_found(
        Transport transport, string path, int times, int failed)
    {
        await using var world = await StartAsync(transport);
        world.Server.Control.Faults.Add(new FaultRule
        {
            Path = path,
            Method = transport == Transport.Collections ? "PATCH" : "POST",
            Kind = FaultKind.RestError,
            Status = 400,
            ErrorCode = "JSON_PARSER_ERROR",
            Message = "Cannot deserialize instance of date",
            Times = times,
        });
        await world.RunAsync("update salesforce.account set phone = '1'" + (failed > 0 ? " where id <= 2" : ""));

        await world.PushAsync(RuledWorld.By(transport, new PushOptions()));

        (await world.AskOneAsync(
            "select count(*) filter (where state = 'FAILED'), count(*) filter (where state not in ('FAILED', 'SUCCESS')) "
            + "from salesforce._trigger_log")).ShouldBe($"{failed}|0");
        (await world.AskAsync("select sf_message from salesforce._trigger_log where state = 'FAILED'"))
            .ShouldAllBe(message => message == "JSON_PARSER_ERROR: Cannot deserialize instance of date");
    }

    [Fact]
    public async Task An_ignored_change_gives_a_failed_row_its_error_back()
    {
        await using var world = await StartAsync(Transport.Collections);
        world.Server.Saver.Faults.Add(
            new SaveFault { StatusCode = "FIELD_CUSTOM_VALIDATION_EXCEPTION", Message = "Not: so", Count = 1 });
        await world.RunAsync("update salesforce.account set phone = '1' where id = 1");
        await world.PushAsync();

        await world.RunAsync("update salesforce.account set phone = phone where id = 1");
        await world.PushAsync();

        (await world.AskOneAsync(
            "select _hc_lastop, _hc_err::json ->> 'code', _hc_err::json ->> 'message', _hc_err::json ->> 'fields', "
            + "(_hc_err::json ->> 'at')::timestamptz = (select processed_at from salesforce._trigger_log where state = 'FAILED') "
            + "from salesforce.account where id = 1")).ShouldBe("FAILED|FIELD_CUSTOM_VALIDATION_EXCEPTION|Not: so|[]|True");
    }

    /// <summary>One for a job, so that the call behind it meets the second refusal.</summary>
    private static int Rows(Transport transport) => transport == Transport.Bulk ? 1 : RuledWorld.Rows(transport);

    /// <summary>A job's refusal that is not of the record comes a second time by a call.</summary>
    private static int Once(Transport transport, Refusal refusal) =>
        transport == Transport.Bulk && refusal.Action != RecordAction.Fail ? 2 : 1;

    private static Task ChangeAsync(SyncWorld world) => world.RunAsync("update salesforce.account set phone = gen_random_uuid()::text");

    private static async Task<SyncWorld> StartAsync(Transport transport)
    {
        var world = await SyncWorld.StartAsync();
        for (var at = 0; at < Rows(transport); at++)
            await world.Org.CreateAsync("Account", new { Name = $"A{at}" });
        await world.LoadAsync(SyncWorld.Accounts());
        return world;
    }
}
