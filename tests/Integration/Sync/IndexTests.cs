using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Schema;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>The indexes of a table whose mapping has changed since it was loaded: heroku-connect.md, section 3.4.</summary>
public sealed class IndexTests
{
    private static readonly IReadOnlyList<string> Always = ["hc_idx_account_systemmodstamp", "hcu_idx_account_sfid"];

    [Fact]
    public async Task A_changed_mapping_gets_its_indexes_and_loses_those_that_were_made_for_it()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        await using (await RunAsync(world, With(("Phone", false), ("Industry", false))))
            await IndexesAsync(world, "hc_idx_account_industry", "hc_idx_account_phone");

        await using var run = await RunAsync(world, With(("Phone", true), ("Name", false)));

        await IndexesAsync(world, "hc_idx_account_name", "hcu_idx_account_phone");
        await SyncWorld.UntilAsync(
            async () => (await world.AskAsync("select sentence from tandem.activity where kind = 'index' and succeeded")) is
                ["Indexes: built hcu_idx_account_phone, hc_idx_account_name; dropped hc_idx_account_industry, hc_idx_account_phone."],
            "the activity tells of it");
        (await world.AskAsync("select index_name from tandem.table_index order by 1")).ShouldBe(
            [.. Always.Concat(["hc_idx_account_name", "hcu_idx_account_phone"]).Order(StringComparer.Ordinal)]);
    }

    [Fact]
    public async Task Indexes_of_a_user_stay_and_one_that_serves_already_is_not_built_twice()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 5);
        await using (await RunAsync(world, With()))
            await IndexesAsync(world);
        await world.RunAsync(
            """
            create index mine on salesforce.account (name);
            create index hc_idx_account_industry on salesforce.account (industry);
            create index hc_idx_account_phone on salesforce.account (phone) where phone is not null
            """);

        await using (await RunAsync(world, With(("Name", false))))
            await IndexesAsync(world, "hc_idx_account_industry", "hc_idx_account_phone", "mine");
        await using (await RunAsync(world, With(("Description", false))))
            await IndexesAsync(world, "hc_idx_account_description", "hc_idx_account_industry", "hc_idx_account_phone", "mine");
    }

    [Fact]
    public async Task A_unique_index_over_the_same_values_is_told_and_built_once_they_are_mended()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        await using (await RunAsync(world, With(("Industry", false))))
            await IndexesAsync(world, "hc_idx_account_industry");
        await world.RunAsync("update salesforce.account set industry = 'Energy'");

        await using var run = await RunAsync(world, With(("Industry", true), ("Name", false)));

        await SyncWorld.UntilAsync(() => run.Only.IndexProblems.Count == 1, "the refusal is told");
        run.Only.IndexProblems[0].ShouldBe(
            "Account: the index hcu_idx_account_industry on salesforce.account (industry) is not there: rows have the same value there. "
            + "Give each its own, or ask for an index that is not unique. Then run recover; all else goes on meanwhile.");
        await SyncWorld.UntilAsync(
            async () => await world.AskOneAsync("select count(*) from tandem.activity where kind = 'index' and not succeeded") is "1",
            "it is among what happened");
        (await world.AskAsync("select sentence from tandem.activity where kind = 'index' and not succeeded"))
            .ShouldBe([run.Only.IndexProblems[0]]);
        // The one that it was to replace still serves, and nothing half made refuses rows.
        await IndexesAsync(world, "hc_idx_account_industry", "hc_idx_account_name");
        run.Only.Fault.ShouldBeNull();

        await world.RunAsync("update salesforce.account set industry = 'Industry ' || id");
        (await ShiftRun.AskAsync(world, RequestKind.Recover, null)).Sentence.ShouldBe("Started again: Account.");

        await IndexesAsync(world, "hc_idx_account_name", "hcu_idx_account_industry");
        await SyncWorld.UntilAsync(() => run.Only.IndexProblems.Count == 0, "nothing is left to mend");
    }

    [Theory]
    [InlineData("index.built")]
    [InlineData("index.dropped")]
    public async Task A_stop_at_any_step_is_made_up_for_by_the_next_start(string step)
    {
        await using var world = await SyncWorld.StartAsync(contacts: 5);
        await using (await RunAsync(world, With(("Phone", false), ("Industry", false))))
            await IndexesAsync(world, "hc_idx_account_industry", "hc_idx_account_phone");
        var isCut = new TaskCompletionSource();
        using (Failpoints.Listen(name =>
        {
            if (name != step)
                return;
            isCut.TrySetResult();
            throw new IOException($"A crash at {step}.");
        }))
        {
            await using var cut = await RunAsync(world, With(("Name", false), ("Description", false)));
            await isCut.Task.WaitAsync(SyncWorld.Token);
        }

        await using var run = await RunAsync(world, With(("Name", false), ("Description", false)));

        await IndexesAsync(world, "hc_idx_account_description", "hc_idx_account_name");
    }

    [Fact]
    public async Task What_a_crash_left_unfinished_is_built_anew_or_dropped()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 5);
        await using (await RunAsync(world, With(("Phone", false), ("Industry", false))))
            await IndexesAsync(world, "hc_idx_account_industry", "hc_idx_account_phone");

        // What PostgreSQL leaves of an index whose building was cut off.
        await world.RunAsync(
            "update pg_index set indisvalid = false where indexrelid in ("
            + "'salesforce.hc_idx_account_phone'::regclass, 'salesforce.hc_idx_account_industry'::regclass)");

        await using var run = await RunAsync(world, With(("Phone", false)));

        await SyncWorld.UntilAsync(
            async () => (await world.AskAsync(
                "select indexrelid::regclass::text, indisvalid from pg_index where indrelid = 'salesforce.account'::regclass order by 1"))
                .SequenceEqual(Always.Append("account_pkey").Append("hc_idx_account_phone").Order(StringComparer.Ordinal)
                    .Select(name => $"salesforce.{name}|True"), StringComparer.Ordinal),
            "only what is asked for is there, and all of it is valid");
    }

    [Fact]
    public async Task Writers_go_on_while_an_index_is_built()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 5);
        await using (await RunAsync(world, With()))
            await IndexesAsync(world);
        await world.ForgetAsync(With(("Name", false)));
        await using var app = await world.Database.DataSource.OpenConnectionAsync(SyncWorld.Token);
        await using var open = await app.BeginTransactionAsync(SyncWorld.Token);
        await using (var write = new NpgsqlCommand("update salesforce.account set phone = '1' where id = 1", app, open))
            await write.ExecuteNonQueryAsync(SyncWorld.Token);

        await using var session = await world.Database.DataSource.OpenConnectionAsync(SyncWorld.Token);
        var worker = new IndexWorker(world.Mappings, TimeProvider.System, NullLogger<IndexWorker>.Instance);
        var building = worker.FollowAsync(world.Find("Account"), session, SyncWorld.Token);
        await SyncWorld.UntilAsync(
            async () => await world.AskOneAsync(
                "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like 'create index concurrently%'") is "1",
            "the building waits for the open transaction");
        await world.RunAsync("update salesforce.account set phone = '2' where id = 2");
        building.IsCompleted.ShouldBeFalse();

        await open.CommitAsync(SyncWorld.Token);
        await building;
        await IndexesAsync(world, "hc_idx_account_name");
    }

    private static Mapping With(params (string Field, bool IsUnique)[] indexes) => SyncWorld.Accounts(upsertField: null) with
    {
        Indexes = indexes.ToDictionary(index => index.Field, index => index.IsUnique, StringComparer.OrdinalIgnoreCase),
        PollInterval = TimeSpan.FromMilliseconds(50),
    };

    /// <summary>Starts a shift, which loads the table if nobody has yet.</summary>
    private static async Task<ShiftRun> RunAsync(SyncWorld world, Mapping mapping)
    {
        var run = await ShiftRun.StartAsync(world, mapping);
        await SyncWorld.UntilAsync(() => run.Only.PulledAt is not null, "the table is loaded");
        return run;
    }

    private static Task IndexesAsync(SyncWorld world, params string[] names)
    {
        var expected = Always.Concat(names).Append("account_pkey").Order(StringComparer.Ordinal).ToList();
        return SyncWorld.UntilAsync(
            async () => (await world.AskAsync(
                "select indexname::text from pg_indexes where schemaname = 'salesforce' and tablename = 'account' "
                + "order by indexname collate \"C\""))
                .SequenceEqual(expected, StringComparer.Ordinal),
            $"the indexes are {string.Join(", ", expected)}");
    }
}
