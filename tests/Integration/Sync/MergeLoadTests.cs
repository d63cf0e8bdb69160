using Npgsql;
using Shouldly;
using Tandem.Sync.Pull.Load;
using Tandem.Sync.Running;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>Merging a whole query job into a table in use: architecture.md, promises 4 to 6.</summary>
public sealed class MergeLoadTests
{
    private static readonly SyncOptions Small = new() { LoadPageRecords = 30, MergeRows = 8 };

    [Fact]
    public async Task Every_row_of_the_job_is_merged_and_every_id_is_told()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 350, sync: Small);
        await world.LoadAsync(SyncWorld.Accounts());
        await world.RunAsync("set xmlbinary = 'hex'; update salesforce.account set name = 'stale' where id <= 5; "
            + "delete from salesforce.account where id between 6 and 9; set xmlbinary = 'base64'");
        var ids = await world.AskAsync("select id, sfid from salesforce.account order by id");
        var seen = new List<string>();
        var pages = new List<string?>();
        var changed = 0;

        var rows = await MergeAsync(world, Note);

        rows.ShouldBe(70);
        changed.ShouldBe(9);
        seen.ShouldBe(world.Org.Live("Account").Select(record => record.Id), ignoreOrder: true);
        (pages.Count, pages[^1]).ShouldBe((3, null));
        (await world.AskAsync("select id, sfid from salesforce.account where id <= 70 order by id")).ShouldBe(ids);
        await world.ShouldBeEqualAsync("Account");

        Task Note(MergeStep step, CancellationToken token)
        {
            seen.AddRange(step.Sfids);
            changed += step.Changed;
            step.Sfids.Count.ShouldBeLessThanOrEqualTo(8);
            if (step.EndsPage)
                pages.Add(step.NextLocator);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_page_and_what_is_noted_of_it_are_committed_together()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 350, sync: Small);
        await world.LoadAsync(SyncWorld.Accounts());
        await world.RunAsync("set xmlbinary = 'hex'; delete from salesforce.account; set xmlbinary = 'base64'; "
            + "create table noted (sfid text, next text)");
        var steps = 0;

        await Should.ThrowAsync<InvalidOperationException>(() => MergeAsync(world, NoteAsync));

        (await world.AskOneAsync("select count(*) from salesforce.account")).ShouldBe("30");
        (await world.AskOneAsync("select count(*) from noted")).ShouldBe("30");

        async Task NoteAsync(MergeStep step, CancellationToken token)
        {
            foreach (var sfid in step.Sfids)
            {
                await using var command = new NpgsqlCommand("insert into noted (sfid) values ($1)", step.Connection);
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sfid });
                await command.ExecuteNonQueryAsync(token);
            }

            if (++steps > 5)
                throw new InvalidOperationException("Crashed on the second page.");
        }
    }

    private static async Task<long> MergeAsync(SyncWorld world, Func<MergeStep, CancellationToken, Task> note)
    {
        var mapped = world.Find("Account").Mapped;
        var job = await world.Salesforce.BulkQuery.CreateAsync(mapped.Select(), includeDeleted: false, SyncWorld.Token);
        await world.Salesforce.BulkQuery.WaitAsync(job.Id, SyncWorld.Token);
        await using var connection = await world.Database.DataSource.OpenConnectionAsync(SyncWorld.Token);
        var merge = new MergeLoad(world.Salesforce, new PageSlots(Small), Small);
        return await merge.RunAsync(mapped, connection, new MergeRequest { JobId = job.Id, Note = note }, SyncWorld.Token);
    }
}
