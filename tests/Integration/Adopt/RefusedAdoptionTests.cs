using Npgsql;
using Shouldly;
using Tandem.Sync.Adopt;
using Tandem.Sync.Catalog;
using Tandem.Testing.Heroku;
using Xunit;

namespace Tandem.Tests.Integration.Adopt;

/// <summary>What cannot be taken over is refused with a sentence that says what to do, all of it at once, and nothing is changed.</summary>
public sealed class RefusedAdoptionTests
{
    [Fact]
    public async Task Every_problem_is_told_at_once_and_nothing_is_changed()
    {
        await using var world = await AdoptWorld.StartAsync();
        await world.RunAsync(
            """
            create table salesforce.ghost__c (like salesforce.widget__c including all);
            create trigger hc_ghost__c_logtrigger after insert on salesforce.ghost__c
              for each row execute function salesforce.hc_widget__c_logger();
            alter table salesforce.account alter annualrevenue type text;
            alter table salesforce.account add column must text not null default 'x';
            alter table salesforce.account alter must drop default;
            create function public.mine() returns trigger language plpgsql as
              $$ begin insert into salesforce._trigger_log (state) values ('NEW'); return new; end $$;
            create trigger mine after update on salesforce.account for each row execute function public.mine();
            drop index salesforce.hcu_idx_contact_sfid;
            alter table salesforce.contact drop constraint contact_pkey;
            alter table salesforce.contact alter id drop default;
            drop index salesforce.hc_idx_widget__c_systemmodstamp;
            create index hc_idx_widget__c_systemmodstamp on salesforce.widget__c (systemmodstamp, name);
            insert into salesforce._hcmeta (hcver, org_id) values (1, '00D0000000000AB');
            alter table salesforce._trigger_log drop column record_id;
            """);
        await world.RunAsTheirsAsync("update salesforce.contact set sfid = '003Td0000000001IAA' where id = 1004");
        var catalogue = await world.ReadCatalogueAsync();

        var outcome = await world.AdoptAsync();

        outcome.WasApplied.ShouldBeFalse();
        string[] expected =
        [
            "salesforce._trigger_log: the column \"record_id\" must be integer; found no such column.",
            "The schema salesforce was filled from the org 00D0000000000AB (salesforce._hcmeta); the sign-in leads to ",
            "salesforce.account.annualrevenue: the field needs a column of type double precision; found text. Rename the column",
            "salesforce.account.must must not be null and has no default",
            "salesforce.account: the trigger mine (public.mine) writes into the change log too",
            "salesforce.contact.id has no default",
            "salesforce.contact has no primary key: alter table salesforce.contact add primary key (id).",
            "salesforce.contact: 1 values of sfid stand in more than one row",
            "salesforce.ghost__c: the org has no object of this name",
            "salesforce.widget__c: the index hc_idx_widget__c_systemmodstamp is there, but it is not valid or not one of systemmodstamp",
        ];
        outcome.Problems.Count.ShouldBe(expected.Length, string.Join('\n', outcome.Problems));
        foreach (var (problem, start) in outcome.Problems.Zip(expected))
            problem.ShouldStartWith(start);
        (await world.ReadCatalogueAsync()).ShouldBe(catalogue);
    }

    [Fact]
    public async Task Two_unique_indexes_are_asked_about_and_a_mapping_file_answers()
    {
        var widget = HerokuTable.Widget with { IsReadOnly = false, UpsertField = "Code__c" };
        await using var world = await AdoptWorld.StartAsync(
            HerokuLayout.Present, widget with { Columns = [.. widget.Columns, ("Serial__c", "double precision")] });
        await world.RunAsync("create unique index hcu_idx_widget__c_serial__c on salesforce.widget__c (serial__c)");

        (await world.AdoptAsync(isDryRun: true)).Problems.ShouldHaveSingleItem().ShouldStartWith(
            "salesforce.widget__c: Code__c and Serial__c have unique indexes, and one of them is the unique identifier (upsert_field)");

        var mapping = new Mapping
        {
            ObjectName = "Widget__c", Access = MappingAccess.ReadWrite, Fields = ["Name"], UpsertField = "Serial__c",
        };
        (await world.AdoptAsync(mappings: [mapping])).WasApplied.ShouldBeTrue();
    }

    /// <summary>An index of a user's own name says nothing of the mapping.</summary>
    [Fact]
    public async Task A_unique_index_of_the_users_is_no_unique_identifier()
    {
        await using var world = await AdoptWorld.StartAsync(
            HerokuLayout.Present, HerokuTable.Widget with { IsReadOnly = false, UpsertField = null });
        await world.RunAsync("create unique index my_codes on salesforce.widget__c (code__c)");

        var plan = (await world.AdoptAsync(isDryRun: true)).Plan;

        plan.Tables.ShouldHaveSingleItem().Mapping.ShouldNotBeNull().UpsertField.ShouldBeNull();
        plan.Tables[0].Kept.ShouldBe(["index my_codes"]);
        plan.Tables[0].Notes.ShouldBe(["It has no unique identifier: inserts are sent as plain creates."]);
    }

    [Fact]
    public async Task A_logger_that_tells_no_access_is_judged_by_the_log_and_else_asked_about()
    {
        await using var world = await AdoptWorld.StartAsync(HerokuLayout.Present, HerokuTable.Widget);
        await world.RunAsync(
            """
            create or replace function salesforce.hc_widget__c_logger() returns trigger language plpgsql as $fn$
            -- writes 'READONLY' entries
            begin
              insert into salesforce._trigger_log (state) values (tg_argv[0]);
              return null;
            end $fn$
            """);

        (await world.AdoptAsync(isDryRun: true)).Problems.ShouldHaveSingleItem().ShouldStartWith(
            "salesforce.widget__c: neither its log trigger nor the change log tells whether it is read_only or read_write");

        await world.RunAsTheirsAsync("insert into salesforce._trigger_log (state, table_name) values ('READONLY', 'widget__c')");
        var plan = (await world.AdoptAsync(isDryRun: true)).Plan;
        plan.Problems.ShouldBeEmpty();
        plan.Tables[0].Mapping.ShouldNotBeNull().Access.ShouldBe(MappingAccess.ReadOnly);
    }

    [Fact]
    public async Task Nothing_is_changed_unless_a_person_says_that_the_pause_is_on()
    {
        await using var world = await AdoptWorld.StartAsync();
        var catalogue = await world.ReadCatalogueAsync();

        var outcome = await world.AdoptAsync(isConfirmed: false);

        outcome.Problems.ShouldHaveSingleItem().ShouldContain("--confirm-paused");
        (await world.ReadCatalogueAsync()).ShouldBe(catalogue);
    }

    [Fact]
    public async Task A_log_that_is_worked_is_refused_whatever_a_person_says()
    {
        await using var world = await AdoptWorld.StartAsync();
        await world.RunAsync("update salesforce.account set phone = '1' where id = 1001");
        await world.RunAsTheirsAsync("update salesforce._trigger_log set state = 'SUCCESS', processed_at = now()");
        var catalogue = await world.ReadCatalogueAsync();

        (await world.AdoptAsync()).Problems.ShouldHaveSingleItem()
            .ShouldStartWith(
                "A program took or settled an entry of salesforce._trigger_log 0 seconds ago. Heroku Connect seems to be at work.");

        (await world.ReadCatalogueAsync()).ShouldBe(catalogue);
        await world.RunAsTheirsAsync("update salesforce._trigger_log set processed_at = now() - interval '2 minutes'");
        (await world.AdoptAsync()).WasApplied.ShouldBeTrue();
    }

    [Fact]
    public async Task A_session_of_Heroku_Connect_at_work_is_refused_and_a_listener_is_shown()
    {
        await using var world = await AdoptWorld.StartAsync();
        var address = new NpgsqlConnectionStringBuilder(world.Database.ConnectionString) { ApplicationName = "app", Pooling = false };
        await using var listener = new NpgsqlConnection(address.ConnectionString);
        await listener.OpenAsync(AdoptWorld.Token);
        await using (var listen = new NpgsqlCommand("listen \"salesforce.hc_trigger_log\"", listener))
            await listen.ExecuteNonQueryAsync(AdoptWorld.Token);

        var shown = await world.AdoptAsync(isDryRun: true);
        shown.Problems.ShouldBeEmpty();
        shown.Plan.Notes.ShouldHaveSingleItem().ShouldContain("listens for new entries of the change log");

        address.ApplicationName = "Heroku Connect";
        await using (var theirs = new NpgsqlConnection(address.ConnectionString))
        {
            await theirs.OpenAsync(AdoptWorld.Token);
            (await world.AdoptAsync()).Problems.ShouldHaveSingleItem().ShouldContain("calls itself Heroku Connect");
        }

        (await world.AdoptAsync()).WasApplied.ShouldBeTrue();
    }

    [Fact]
    public async Task A_lock_that_others_hold_is_waited_for_and_nothing_is_changed_while_it_is_held()
    {
        await using var world = await AdoptWorld.StartAsync();
        await new CatalogDatabase(world.Database.DataSource).MigrateAsync(AdoptWorld.Token);
        IReadOnlyList<string> catalogue;
        await using (var other = await world.Database.DataSource.OpenConnectionAsync(AdoptWorld.Token))
        {
            await using var transaction = await other.BeginTransactionAsync(AdoptWorld.Token);
            await using var write = new NpgsqlCommand(
                "update salesforce.widget__c set color__c = 'Red' where id = 1001", other, transaction);
            await write.ExecuteNonQueryAsync(AdoptWorld.Token);
            catalogue = await world.ReadCatalogueAsync();
            var impatient = new AdoptionOptions { LockAttempts = 2, LockPause = TimeSpan.FromMilliseconds(1) };

            (await Should.ThrowAsync<ConfigurationException>(() => world.AdoptAsync(adoption: impatient)))
                .Message.ShouldStartWith("Nothing was changed: others hold locks on tables of the schema salesforce");

            await transaction.RollbackAsync(AdoptWorld.Token);
        }

        (await world.ReadCatalogueAsync()).ShouldBe(catalogue);
        (await world.AdoptAsync()).WasApplied.ShouldBeTrue();
    }

    [Fact]
    public async Task A_schema_without_a_change_log_is_none_of_Heroku_Connects()
    {
        await using var world = await AdoptWorld.StartAsync();
        await world.RunAsync("drop schema salesforce cascade");

        (await Should.ThrowAsync<ConfigurationException>(() => world.AdoptAsync(isDryRun: true)))
            .Message.ShouldStartWith("The schema salesforce has no change log (_trigger_log), so Heroku Connect did not fill it");
    }

    [Fact]
    public async Task What_another_role_owns_is_told_before_anything_is_tried()
    {
        await using var world = await AdoptWorld.StartAsync(HerokuLayout.Present, HerokuTable.Account);
        var role = $"owner_{Guid.NewGuid():N}";
        await world.RunAsync($"create role {role} login password 'p'; grant all on schema salesforce to {role}; "
            + $"grant all on all tables in schema salesforce to {role}; grant all on all sequences in schema salesforce to {role}");
        try
        {
            var address = new NpgsqlConnectionStringBuilder(world.Database.ConnectionString) { Username = role, Password = "p" };
            var outcome = await world.AdoptAsync(isDryRun: true, databaseUrl: address.ConnectionString);

            outcome.Problems.ShouldContain(problem => problem.StartsWith(
                "The table salesforce.account belongs to ", StringComparison.Ordinal));
            outcome.Problems.ShouldContain(problem => problem.StartsWith(
                "The function salesforce.hc_account_logger belongs to ", StringComparison.Ordinal));
        }
        finally
        {
            await world.RunAsync($"drop owned by {role}; drop role {role}");
        }
    }

    [Fact]
    public async Task Sequences_that_stand_behind_their_rows_are_set_forward()
    {
        await using var world = await AdoptWorld.StartAsync(HerokuLayout.Present, HerokuTable.Account);
        await world.RunAsTheirsAsync(
            "insert into salesforce._trigger_log_archive (id, state) values (9000, 'SUCCESS'); "
            + "update salesforce.account set id = 20000 where id = 1001");

        var outcome = await world.AdoptAsync();

        outcome.Plan.Replaced.ShouldContain("the sequence of _trigger_log: set behind the last entry");
        outcome.Plan.Tables[0].Replaced.ShouldContain("the sequence account_id_seq: set behind the last row");
        await world.RunAsync("insert into salesforce.account (name) values ('next')");
        (await world.AskOneAsync("select id > 20000 from salesforce.account where name = 'next'")).ShouldBe("True");
        (await world.AskOneAsync("select min(id) > 9000 from salesforce._trigger_log")).ShouldBe("True");
    }
}
