using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;
using Tandem.Sync.Upkeep;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>The way into the archive, out of it and back: heroku-connect.md, sections 6.1 "States" and 6.2 "Rules".</summary>
public sealed class LogUpkeepTests
{
    private const string Live = "select id, state from salesforce._trigger_log order by id";
    private const string Archived = "select id, state from salesforce._trigger_log_archive order by id";
    private const string All = "array['NEW', 'IGNORE', 'PENDING', 'SUCCESS', 'MERGED', 'IGNORED', 'FAILED', 'READONLY', 'REQUEUED']";

    [Fact]
    public async Task What_is_processed_for_a_day_is_archived_as_it_is()
    {
        await using var world = await StartAsync();
        await AddAsync(world, All, "25 hours");
        await AddAsync(world, All, "23 hours");
        var before = await world.AskAsync("select * from salesforce._trigger_log where id in (4, 5, 6, 7, 8, 9) order by id");

        (await LookAfterAsync(world)).ShouldBe(new UpkeepResult { Requeued = 0, Archived = 6, Purged = 0, PurgedConflicts = 0 });

        (await world.AskAsync("select * from salesforce._trigger_log_archive order by id")).ShouldBe(before);
        (await world.AskAsync("select string_agg(state, ',' order by id) from salesforce._trigger_log")).ShouldBe(
            ["NEW,IGNORE,PENDING,NEW,IGNORE,PENDING,SUCCESS,MERGED,IGNORED,FAILED,READONLY,REQUEUED"]);
    }

    [Fact]
    public async Task What_waited_long_and_was_processed_just_now_stays()
    {
        await using var world = await StartAsync();
        await AddAsync(world, "array['SUCCESS', 'FAILED']", "40 days", processed: "1 hour");

        (await LookAfterAsync(world)).Archived.ShouldBe(0);
    }

    [Fact]
    public async Task Many_entries_go_in_batches_past_those_that_stay()
    {
        await using var world = await StartAsync();
        await AddAsync(world, "array(select case when n % 3 = 0 then 'NEW' else 'SUCCESS' end from generate_series(1, 30) n)", "2 days");

        (await LookAfterAsync(world, new UpkeepOptions { BatchEntries = 4 })).Archived.ShouldBe(20);

        (await world.AskAsync("select count(*) from salesforce._trigger_log where state = 'NEW'")).ShouldBe(["10"]);
        (await LookAfterAsync(world)).ShouldBe(new UpkeepResult { Requeued = 0, Archived = 0, Purged = 0, PurgedConflicts = 0 });
    }

    [Fact]
    public async Task More_than_a_batch_that_was_processed_late_does_not_keep_what_is_behind_it()
    {
        await using var world = await StartAsync();
        await AddAsync(world, "array_fill('FAILED'::text, array[7])", "5 days", processed: "1 hour");
        await AddAsync(world, "array['NEW', 'SUCCESS', 'FAILED', 'SUCCESS']", "2 days");
        await AddAsync(world, "array_fill('SUCCESS'::text, array[3])", "1 hour");

        (await LookAfterAsync(world, new UpkeepOptions { BatchEntries = 2 })).Archived.ShouldBe(3);

        (await world.AskAsync(Archived)).ShouldBe(["9|SUCCESS", "10|FAILED", "11|SUCCESS"]);
    }

    [Fact]
    public async Task When_the_log_is_crowded_what_did_not_fail_goes_sooner()
    {
        await using var world = await StartAsync();
        await AddAsync(world, All, "1 minute");
        await AddAsync(world, "array['SUCCESS', 'FAILED', 'SUCCESS', 'SUCCESS']", "1 minute");

        (await LookAfterAsync(world, new UpkeepOptions { LiveEntries = 2, BatchEntries = 2 })).Archived.ShouldBe(6);

        (await world.AskAsync(Live)).ShouldBe(["1|NEW", "2|IGNORE", "3|PENDING", "7|FAILED", "11|FAILED", "12|SUCCESS", "13|SUCCESS"]);
    }

    [Fact]
    public async Task An_entry_that_somebody_holds_is_left_and_nobody_waits()
    {
        await using var world = await StartAsync();
        await AddAsync(world, "array['FAILED', 'FAILED']", "2 days");
        await using var user = await world.Database.DataSource.OpenConnectionAsync(SyncWorld.Token);
        await using var transaction = await user.BeginTransactionAsync(SyncWorld.Token);
        await using (var rearm = new NpgsqlCommand("update salesforce._trigger_log set state = 'NEW' where id = 1", user))
            await rearm.ExecuteNonQueryAsync(SyncWorld.Token);

        (await LookAfterAsync(world)).Archived.ShouldBe(1);

        await transaction.CommitAsync(SyncWorld.Token);
        (await LookAfterAsync(world)).Archived.ShouldBe(0);
        (await world.AskAsync(Live)).ShouldBe(["1|NEW"]);
    }

    [Fact]
    public async Task An_entry_that_was_copied_back_under_its_old_id_takes_the_place_of_the_archived_one()
    {
        await using var world = await StartAsync();
        await AddAsync(world, "array['FAILED', 'FAILED']", "2 days");
        await LookAfterAsync(world);
        await world.RunAsync(
            "insert into salesforce._trigger_log select * from salesforce._trigger_log_archive; "
            + "update salesforce._trigger_log set state = 'SUCCESS', sf_message = null; "
            + "update salesforce._trigger_log_archive set state = case id when 1 then 'REQUEUED' else 'REQUEUE' end");

        // As long as the mapping is held, nothing is taken back from the archive.
        world.Find("Contact").HoldPush(new Fault(FaultAction.PauseMapping, "held"));

        (await LookAfterAsync(world)).Archived.ShouldBe(2);

        (await world.AskAsync(Live)).ShouldBeEmpty();
        (await world.AskAsync(Archived)).ShouldBe(["1|SUCCESS", "2|REQUEUE"]);
    }

    [Fact]
    public async Task What_is_archived_for_31_days_leaves()
    {
        await using var world = await StartAsync();
        await AddAsync(world, "array['FAILED', 'SUCCESS']", "32 days");
        await AddAsync(world, "array['FAILED', 'SUCCESS']", "30 days");
        await AddAsync(world, "array['SUCCESS']", "40 days", processed: "30 days");

        (await LookAfterAsync(world, new UpkeepOptions { BatchEntries = 1 }))
            .ShouldBe(new UpkeepResult { Requeued = 0, Archived = 5, Purged = 2, PurgedConflicts = 0 });

        (await world.AskAsync(Archived)).ShouldBe(["3|FAILED", "4|SUCCESS", "5|SUCCESS"]);
    }

    [Fact]
    public async Task A_crash_between_two_steps_loses_nothing_and_the_next_look_goes_on()
    {
        await using var world = await StartAsync();
        await AddAsync(world, "array_fill('SUCCESS'::text, array[10])", "2 days");
        using (Failpoints.Listen(name =>
        {
            if (name == "upkeep.stepped")
                throw new TimeoutException(name);
        }))
        {
            await Should.ThrowAsync<TimeoutException>(() => LookAfterAsync(world, new UpkeepOptions { BatchEntries = 3 }));
        }

        (await world.AskAsync("select count(*) from salesforce._trigger_log")).ShouldBe(["7"]);
        (await world.AskAsync("select count(*) from salesforce._trigger_log_archive")).ShouldBe(["3"]);
        (await LookAfterAsync(world)).Archived.ShouldBe(7);
        (await world.AskAsync("select count(*) from salesforce._trigger_log_archive")).ShouldBe(["10"]);
    }

    [Fact]
    public async Task A_shift_keeps_the_ages_of_its_connection()
    {
        await using var world = await SyncWorld.StartAsync(
            contacts: 1, sync: new SyncOptions { Upkeep = new UpkeepOptions { Interval = TimeSpan.FromMilliseconds(50) } });
        await world.LoadAsync(SyncWorld.Contacts());
        var catalog = new CatalogDatabase(world.Database.DataSource);
        var connection = new Connection
        {
            Id = Guid.NewGuid(),
            Name = "test",
            LoginUrl = world.Proxy.Address,
            ApiVersion = "67.0",
            Schema = world.Schema,
            Writes = WriteAlgorithm.Merged,
            ArchiveAfter = TimeSpan.FromHours(2),
            ArchiveFor = TimeSpan.FromDays(7),
        };
        await catalog.SaveAsync(connection, [], SyncWorld.Token);
        var stored = (await catalog.FindConnectionAsync(world.Schema, SyncWorld.Token)).ShouldNotBeNull();
        (stored with { Number = connection.Number, CreatedAt = connection.CreatedAt }).ShouldBe(connection);
        await AddAsync(world, "array['SUCCESS']", "1 hour");
        await AddAsync(world, "array['SUCCESS']", "3 hours");
        await AddAsync(world, "array['SUCCESS']", "8 days");
        await using var shift = world.NewShift(connection: connection);
        await shift.PrepareAsync([SyncWorld.Contacts()], SyncWorld.Token);
        await using var run = new BackgroundRun(shift.RunAsync);

        await SyncWorld.UntilAsync(
            async () => await world.AskAsync(Live) is ["1|SUCCESS"] && await world.AskAsync(Archived) is ["2|SUCCESS"],
            "the log is as old as the connection has it");

        await world.RunAsync(
            "insert into salesforce.contact (lastname) values ('merged'); update salesforce.contact set firstname = 'x' where id = 2");
        await world.QuiesceAsync(run);
        await run.ThrowIfEndedAsync();
    }

    [Fact]
    public async Task The_log_is_vacuumed_by_its_small_size_unless_somebody_set_it_otherwise()
    {
        await using var world = await StartAsync();
        const string Options = "select array_to_string(reloptions, ' ') from pg_class where oid = 'salesforce._trigger_log'::regclass";
        (await world.AskOneAsync(Options)).ShouldContain("autovacuum_vacuum_scale_factor=0.02");

        await world.RunAsync("alter table salesforce._trigger_log set (autovacuum_vacuum_scale_factor = 0.5)");
        await world.PrepareAsync(SyncWorld.Contacts());

        (await world.AskOneAsync(Options)).ShouldContain("autovacuum_vacuum_scale_factor=0.5");
    }

    private static async Task<SyncWorld> StartAsync()
    {
        var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Contacts());
        return world;
    }

    /// <summary>Entries with these states, made as long ago and, if they are processed, processed then or later.</summary>
    private static Task AddAsync(SyncWorld world, string states, string made, string? processed = null) => world.RunAsync(
        "insert into salesforce._trigger_log (txid, created_at, updated_at, processed_at, processed_tx, state, action, table_name, "
        + "record_id, sfid, old, \"values\", sf_result, sf_message) "
        + $"select 7, now() - interval '{made}', now(), case when state in ('NEW', 'IGNORE', 'PENDING', 'READONLY') then null "
        + $"else now() - interval '{processed ?? made}' end, 8, state, 'UPDATE', 'contact', 1, '003000000000001AAA', 'a=>b', 'a=>c', "
        + "9, 'm' "
        + $"from unnest({states}) as state");

    private static Task<UpkeepResult> LookAfterAsync(SyncWorld world, UpkeepOptions? options = null) =>
        new LogUpkeep(world.Mappings, options ?? new UpkeepOptions(), TimeProvider.System, NullLogger<LogUpkeep>.Instance)
            .LookAfterAsync(world.Database.DataSource, SyncWorld.Token);
}
