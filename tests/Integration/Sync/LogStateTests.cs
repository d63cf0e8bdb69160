using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Tandem.Simulator.Control;
using Tandem.Simulator.Records;
using Tandem.Sync.Catalog;
using Tandem.Sync.Push;
using Tandem.Sync.Running;
using Tandem.Sync.Upkeep;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// The states of log entries: heroku-connect.md, section 6.1. A recorder in the database notes each transition; the table below and what
/// was reached must be the same, so that a transition which is missing fails, and one that nobody wrote down too.
/// </summary>
public sealed class LogStateTests
{
    private static readonly string[] Transitions =
    [
        "- > NEW",
        "- > IGNORE",
        "- > READONLY",
        "NEW > PENDING",
        "NEW > IGNORED",
        "IGNORE > IGNORED",
        "IGNORE > PENDING",
        "IGNORE > NEW",
        "PENDING > SUCCESS",
        "PENDING > FAILED",
        "PENDING > MERGED",
        "PENDING > IGNORED",
        "PENDING > NEW",
        "FAILED > NEW",
        "FAILED > PENDING",
        "FAILED > IGNORED",
        "FAILED > REQUEUED",
        "SUCCESS > archived SUCCESS",
        "MERGED > archived MERGED",
        "IGNORED > archived IGNORED",
        "FAILED > archived FAILED",
        "READONLY > archived READONLY",
        "REQUEUED > archived REQUEUED",
        "archived FAILED > archived REQUEUE",
        "archived REQUEUE > archived REQUEUED",
        "archived FAILED > archived REQUEUED",
        "archived FAILED > archived IGNORED",
        "archived SUCCESS > -",
        "archived MERGED > -",
        "archived IGNORED > -",
        "archived FAILED > -",
        "archived READONLY > -",
        "archived REQUEUED > -",
    ];

    private const string Recorder = """
        create table public.transition (step text unique);
        create function public.record_transition() returns trigger language plpgsql as $$
        declare
          place text := case when tg_table_name like '%archive' then 'archived ' else '' end;
          step text := case tg_op
            when 'INSERT' then case when place = '' then '- > ' || new.state else new.state || ' > ' || place || new.state end
            when 'UPDATE' then place || old.state || ' > ' || place || new.state
            else place || old.state || ' > -' end;
        begin
          insert into public.transition values (step) on conflict do nothing;
          return null;
        end $$;
        create trigger recorder after insert or update of state on salesforce._trigger_log
          for each row execute function public.record_transition();
        create trigger recorder after insert or update of state or delete on salesforce._trigger_log_archive
          for each row execute function public.record_transition();
        """;

    [Fact]
    public async Task Every_transition_of_the_contract_is_reached_and_no_other()
    {
        var reached = (await RunOrderedAsync()).Union(await RunMergedAsync()).Where(step => !IsRest(step)).ToList();

        reached.Except(Transitions).ShouldBeEmpty("reached, and not written down");
        Transitions.Except(reached).ShouldBeEmpty("written down, and not reached");
    }

    /// <summary>Claims of one entry, so that some wait in the log while others are under way.</summary>
    private static async Task<IReadOnlyList<string>> RunOrderedAsync()
    {
        await using var world = await StartAsync(new PushOptions { ClaimRows = 1 });
        await world.RunAsync(
            "insert into salesforce.contact (lastname) values ('brief'); update salesforce.contact set firstname = 'x' where "
            + "lastname = 'brief'; delete from salesforce.contact where lastname = 'brief'; "
            + "update salesforce.contact set firstname = firstname where id = 1; "
            + "update salesforce.account set phone = '1' where id = 1");
        await world.PushAsync();

        var hold = world.Proxy.Plan(FaultPlace.HoldAnswer, "POST", "/composite/sobjects");
        await using (var push = world.StartPush())
        {
            await world.RunAsync("insert into salesforce.contact (lastname) values ('gone meanwhile')");
            await hold.Reached;
            await world.RunAsync("delete from salesforce.contact where lastname = 'gone meanwhile'");
            hold.Release();
            await world.QuiesceAsync(push);
        }

        world.Server.Control.Faults.Add(new FaultRule
        {
            Path = "*/composite/sobjects*",
            Times = 1,
            Kind = FaultKind.Answer,
            Status = 403,
            ContentType = "application/json",
            Body = """[{"errorCode":"INSUFFICIENT_ACCESS","message":"no"}]""",
        });
        await world.RunAsync("update salesforce.contact set firstname = 'held' where id = 1");
        await using (world.StartPush())
            await SyncWorld.UntilAsync(() => !world.Find("Contact").IsPushable, "the mapping is held");
        world.Find("Contact").Recover().ShouldBeTrue();
        await world.PushAsync();

        var refusal = new SaveFault { StatusCode = "FIELD_CUSTOM_VALIDATION_EXCEPTION", Message = "no" };
        world.Server.Saver.Faults.Add(refusal);
        await world.RunAsync("update salesforce.contact set firstname = 'failed'");
        await world.PushAsync();
        world.Server.Saver.Faults.Remove(refusal.Id);
        var failed = new Queue<string>(await world.AskAsync("select id from salesforce._trigger_log where state = 'FAILED' order by id"));
        failed.Count.ShouldBe(8);
        foreach (var recipe in new[] { "send_again.sql", "capture_update_again.sql", "dismiss.sql" })
            await world.RunRecipeAsync(recipe, failed.Dequeue());
        await world.PushAsync();
        await UpkeepAsync(world, archiveAfter: TimeSpan.Zero);
        foreach (var recipe in new[] { "send_archived_again.sql", "copy_archived_back.sql", "dismiss.sql" })
            await world.RunRecipeAsync(recipe, failed.Dequeue());
        await using (var push = world.StartPush())
        {
            // Until then nothing is queued, for the entry stands in the archive.
            await SyncWorld.UntilAsync(
                async () => await world.AskOneAsync("select count(*) from salesforce._trigger_log_archive where state = 'REQUEUE'") is "0",
                "the entry is asked back");
            await world.QuiesceAsync(push);
        }

        await UpkeepAsync(world, archiveAfter: TimeSpan.Zero);
        await UpkeepAsync(world, archiveAfter: TimeSpan.Zero, archiveFor: TimeSpan.Zero);
        return await EndAsync(world);
    }

    private static async Task<IReadOnlyList<string>> RunMergedAsync()
    {
        await using var world = await StartAsync(new PushOptions { MergesWrites = true });
        world.Server.Saver.Faults.Add(new SaveFault { StatusCode = "FIELD_CUSTOM_VALIDATION_EXCEPTION", Message = "no", Count = 1 });
        await world.RunAsync("insert into salesforce.contact (lastname) values ('fails first')");
        await world.PushAsync();
        await world.RunAsync("update salesforce.contact set firstname = 'x' where lastname = 'fails first'");
        await world.PushAsync();
        await UpkeepAsync(world, archiveAfter: TimeSpan.Zero);
        await UpkeepAsync(world, archiveAfter: TimeSpan.Zero, archiveFor: TimeSpan.Zero);
        return await EndAsync(world);
    }

    private static async Task<SyncWorld> StartAsync(PushOptions push)
    {
        var world = await SyncWorld.StartAsync(contacts: 8, sync: new SyncOptions { Push = push });
        await world.LoadAsync(SyncWorld.Contacts(), SyncWorld.Accounts() with { Access = MappingAccess.ReadOnly });
        await world.RunAsync(Recorder);
        return world;
    }

    /// <summary>At the end neither log holds anything that waits or was processed.</summary>
    private static async Task<IReadOnlyList<string>> EndAsync(SyncWorld world)
    {
        (await world.AskAsync("select state from salesforce._trigger_log union all select state from salesforce._trigger_log_archive"))
            .ShouldBeEmpty();
        return await world.AskAsync("select step from public.transition");
    }

    private static async Task UpkeepAsync(SyncWorld world, TimeSpan archiveAfter, TimeSpan? archiveFor = null)
    {
        var options = new UpkeepOptions { ArchiveAfter = archiveAfter, ArchiveFor = archiveFor ?? TimeSpan.FromDays(31) };
        await new LogUpkeep(world.Mappings, options, TimeProvider.System, NullLogger<LogUpkeep>.Instance)
            .LookAfterAsync(world.Database.DataSource, SyncWorld.Token);
    }

    /// <summary>A statement that names the state and leaves it.</summary>
    private static bool IsRest(string step) => step.Split(" > ") is [var from, var to] && from == to;
}
