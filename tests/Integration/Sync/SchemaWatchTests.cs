using System.Text.Json;
using Npgsql;
using Shouldly;
using Tandem.Simulator;
using Tandem.Simulator.Control;
using Tandem.Simulator.Data;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.States;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// Changes of the org's schema under a running shift, and the user's additions to a table: heroku-connect.md, section 9;
/// salesforce-api.md, section 2.2.
/// </summary>
public sealed class SchemaWatchTests
{
    private const string Open = "select field_name, kind from tandem.schema_change where settled_at is null order by 1, 2";

    private static Mapping Accounts => SyncWorld.Accounts() with { PollInterval = TimeSpan.FromMilliseconds(50) };

    [Theory]
    [InlineData(DriftPolicy.Follow)]
    [InlineData(DriftPolicy.Ask)]
    public async Task A_longer_field_widens_its_column_under_both_policies(DriftPolicy policy)
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        await using var run = await LoadedAsync(world, Accounts with { OnDrift = policy });

        await ChangeFieldAsync(world, "Phone", new { length = 200 });

        await UntilAsync(world, TypeOf("phone"), "character varying(200)");
        await UntilAsync(
            world,
            "select kind, settled_at is not null from tandem.schema_change where field_name = 'Phone'",
            "FIELD_WIDENED|True");
        var id = world.Org.Live("Account")[0].Id;
        await world.Org.UpdateAsync("Account", id, new { Phone = new string('7', 180) });
        await UntilAsync(world, $"select length(phone) from salesforce.account where sfid = '{id}'", "180");
        await world.RunAsync($"update salesforce.account set phone = repeat('8', 190) where sfid = '{id}'");
        await SyncWorld.UntilAsync(() => world.Org.Value("Account", id, "Phone") is string { Length: 190 }, "a longer value is pushed");
    }

    [Fact]
    public async Task A_lost_field_keeps_its_column_while_the_others_go_on_and_is_filled_when_it_returns()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        await using var run = await LoadedAsync(world, Accounts);
        var id = world.Org.Live("Account")[0].Id;
        var phone = (string?)world.Org.Value("Account", id, "Phone");

        world.Server.Control.SetAccess(new SimulatorOptions().UserName, new UserAccess(["Account.Phone"], []));
        await UntilAsync(world, Open, "Phone|FIELD_LOST");
        await world.Org.UpdateAsync("Account", id, new { Name = "goes on", Phone = "+99" });
        await UntilAsync(world, $"select name from salesforce.account where sfid = '{id}'", "goes on");
        (await world.AskOneAsync($"select phone from salesforce.account where sfid = '{id}'")).ShouldBe(phone);
        await world.RunAsync($"update salesforce.account set phone = 'mine', industry = 'Energy' where sfid = '{id}'");
        await SyncWorld.UntilAsync(() => world.Org.Value("Account", id, "Industry") is "Energy", "other columns are pushed");
        (await world.AskOneAsync("select \"values\" from salesforce._trigger_log")).ShouldNotContain("phone");
        run.Only.Fault.ShouldBeNull();

        world.Server.Control.SetAccess(new SimulatorOptions().UserName, UserAccess.Full);
        await UntilAsync(world, $"select phone from salesforce.account where sfid = '{id}'", "+99");
        await UntilAsync(world, "select count(*) from tandem.schema_change where settled_at is null", "0");
        await world.ForgetAsync(Accounts);
        await SyncWorld.UntilAsync(
            async () => await world.AskOneAsync("select count(*) from tandem.refresh") is "0", "the column is filled again");
        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task A_field_that_is_lost_between_reading_back_and_settling_loses_no_outcome()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        ShiftRun? running = null;
        var isFirst = true;
        using var listening = Failpoints.Listen(name =>
        {
            if (name != "push.read" || !isFirst)
                return;
            isFirst = false;
            var model = running.ShouldNotBeNull().Only.Mapped;
            world.Server.Control.SetAccess(new SimulatorOptions().UserName, new UserAccess(["Account.Phone"], []));
            Task.Run(() => SyncWorld.UntilAsync(() => !ReferenceEquals(model, running.Only.Mapped), "the model changes"), SyncWorld.Token)
                .Wait();
        });
        await using var run = await LoadedAsync(world, Accounts);
        running = run;
        var id = world.Org.Live("Account")[0].Id;

        await world.RunAsync($"update salesforce.account set industry = 'Energy' where sfid = '{id}'");

        await UntilAsync(world, "select state from salesforce._trigger_log", "SUCCESS");
        isFirst.ShouldBeFalse();
        run.Ended.IsCompleted.ShouldBeFalse();
        world.Org.Value("Account", id, "Industry").ShouldBe("Energy");
    }

    [Fact]
    public async Task A_field_that_was_lost_while_nobody_looked_does_not_keep_a_shift_from_starting()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        await using (await LoadedAsync(world, Accounts))
            await RemoveFieldAsync(world, "Phone");

        var run = await ShiftRun.StartAsync(world, Accounts);

        (await world.AskOneAsync(Open)).ShouldBe("Phone|FIELD_LOST");
        run.Only.SchemaChanges.ShouldHaveSingleItem().Message.ShouldContain("Account.Phone: the org no longer has this field");
        await run.DisposeAsync();
        var refused = await Should.ThrowAsync<ConfigurationException>(
            () => ShiftRun.StartAsync(world, Accounts with { Fields = ["Name", "Never__c"] }));
        refused.Message.ShouldContain("Account.Never__c");
    }

    [Fact]
    public async Task A_retyped_field_leaves_its_column_alone_until_a_person_makes_room()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        await using var run = await LoadedAsync(world, Accounts);
        await ChangeFieldAsync(world, "NumberOfEmployees", new { type = "string", length = 40 });
        await UntilAsync(world, Open, "NumberOfEmployees|FIELD_RETYPED");
        (await world.AskOneAsync("select message from tandem.schema_change where settled_at is null"))
            .ShouldContain("needs a column of type varchar(40); salesforce.account.numberofemployees is integer");
        var id = world.Org.Live("Account")[0].Id;
        await world.Org.UpdateAsync("Account", id, new { Name = "goes on", NumberOfEmployees = "many" });
        await UntilAsync(world, $"select name from salesforce.account where sfid = '{id}'", "goes on");

        await world.RunAsync("alter table salesforce.account rename column numberofemployees to employees_before");

        await UntilAsync(world, TypeOf("numberofemployees"), "character varying(40)");
        await UntilAsync(world, $"select numberofemployees from salesforce.account where sfid = '{id}'", "many");
        await UntilAsync(world, "select count(*) from tandem.schema_change where settled_at is null", "0");
    }

    [Fact]
    public async Task A_view_on_a_column_that_should_widen_is_named_and_stays()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        await using var run = await LoadedAsync(world, Accounts);
        await world.RunAsync("create view salesforce.phones as select phone from salesforce.account");

        await ChangeFieldAsync(world, "Phone", new { length = 200 });

        await UntilAsync(world, Open, "Phone|COLUMN_BLOCKED");
        (await world.AskOneAsync("select message from tandem.schema_change where settled_at is null")).ShouldContain("phones");
        var id = world.Org.Live("Account")[0].Id;
        await world.Org.UpdateAsync("Account", id, new { Phone = "+1 fits" });
        await UntilAsync(world, $"select phone from salesforce.phones where phone = '+1 fits'", "+1 fits");

        await world.RunAsync("drop view salesforce.phones");
        await UntilAsync(world, TypeOf("phone"), "character varying(200)");
    }

    /// <summary>Whether the look at the schema finds it first, while the worker rests, or the worker's refused query.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Under_ask_a_lost_field_stops_the_mapping_with_a_sentence_until_it_returns(bool isWorkerAtRest)
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        var accounts = Accounts with { OnDrift = DriftPolicy.Ask };
        if (isWorkerAtRest)
            accounts = accounts with { PollInterval = TimeSpan.FromHours(1) };
        var often = SyncWorld.Contacts() with { PollInterval = TimeSpan.FromMilliseconds(50) };
        await using var run = await ShiftRun.StartAsync(world, accounts, often);
        await UntilAsync(world, "select count(*) from tandem.progress where state = 'DATA_SYNCED'", "2");

        world.Server.Control.SetAccess(new SimulatorOptions().UserName, new UserAccess(["Account.Phone"], []));
        await SyncWorld.UntilAsync(
            async () => (await world.ReadProgressAsync("Account")) is { State: MappingState.SystemError, Description: { } text }
                && text.Contains("Account.Phone", StringComparison.Ordinal)
                && text.Contains("set on_drift to follow", StringComparison.Ordinal),
            "the mapping stops");

        world.Server.Control.SetAccess(new SimulatorOptions().UserName, UserAccess.Full);
        await SyncWorld.UntilAsync(
            async () => (await world.ReadProgressAsync("Account")).State == MappingState.DataSynced, "it goes on by itself");
    }

    [Fact]
    public async Task An_object_out_of_sight_stops_its_mapping_and_no_other()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        var contacts = SyncWorld.Contacts() with { PollInterval = TimeSpan.FromMilliseconds(50) };
        await using var run = await ShiftRun.StartAsync(world, Accounts, contacts);
        await UntilAsync(world, "select count(*) from tandem.progress where state = 'DATA_SYNCED'", "2");

        world.Server.Control.SetAccess(new SimulatorOptions().UserName, new UserAccess(["Account"], []));

        await UntilAsync(world, "select object_name, kind from tandem.schema_change where settled_at is null", "Account|OBJECT_GONE");
        var id = world.Org.Live("Contact")[0].Id;
        await world.Org.UpdateAsync("Contact", id, new { LastName = "goes on" });
        await UntilAsync(world, $"select lastname from salesforce.contact where sfid = '{id}'", "goes on");
        await SyncWorld.UntilAsync(
            async () => (await world.ReadProgressAsync("Account")).State == MappingState.SystemError, "the mapping stops");
        (await world.AskOneAsync("select count(*) from salesforce.account")).ShouldBe($"{world.Org.Live("Account").Count}");

        world.Server.Control.SetAccess(new SimulatorOptions().UserName, UserAccess.Full);
        await SyncWorld.UntilAsync(
            async () => (await world.ReadProgressAsync("Account")).State == MappingState.DataSynced, "it goes on by itself");
        run.Ended.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_schema_that_did_not_change_costs_one_call_a_look()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 5);
        await using var run = await LoadedAsync(world, Accounts);
        world.Server.Control.Calls.Reset();

        await SyncWorld.UntilAsync(
            () => world.Server.Control.Calls.Counts.Any(
                count => count.Route.EndsWith("/sobjects", StringComparison.Ordinal) && count.Calls > 3),
            "it has looked four times");

        world.Server.Control.Calls.Counts.ShouldNotContain(count => count.Route.EndsWith("/describe", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reader_that_holds_the_table_is_not_queued_behind_and_the_column_comes_later()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        var before = await LoadedAsync(world, Accounts with { Fields = ["Name", "Ext_Id__c"] });
        await before.DisposeAsync();
        await using var holder = await world.Database.DataSource.OpenConnectionAsync(SyncWorld.Token);
        await using var reading = await holder.BeginTransactionAsync(SyncWorld.Token);
        await ExecuteAsync(holder, "select count(*) from salesforce.account");

        var starting = ShiftRun.StartAsync(world, Accounts);
        await UntilAsync(
            world,
            "select count(*) > 0 from pg_locks where not granted and relation = 'salesforce.account'::regclass",
            "True");
        await using (var other = await world.Database.DataSource.OpenConnectionAsync(SyncWorld.Token))
            await ExecuteAsync(other, "set statement_timeout = '5s'; select count(*) from salesforce.account");
        starting.IsCompleted.ShouldBeFalse();
        await reading.RollbackAsync(SyncWorld.Token);

        await using var run = await starting;
        await UntilAsync(world, "select count(*) from tandem.refresh", "0");
        await world.ForgetAsync(Accounts);
        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task The_users_additions_survive_and_one_that_refuses_every_new_row_is_named()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        await using (await LoadedAsync(world, Accounts))
        {
            await world.RunAsync("""
                alter table salesforce.account add column mine integer not null default 7;
                create table salesforce.favourite (
                  sfid varchar(18) references salesforce.account (sfid) on delete cascade deferrable initially deferred);
                insert into salesforce.favourite select sfid from salesforce.account limit 3;
                create function salesforce.shout() returns trigger language plpgsql as $$
                  begin new.mine := coalesce(new.mine, 0) + 1; return new; end $$;
                create trigger shout before update on salesforce.account for each row execute function salesforce.shout();
                """);
            var id = world.Org.Live("Account")[0].Id;
            await world.Org.UpdateAsync("Account", id, new { Name = "changed" });
            await UntilAsync(world, $"select name, mine from salesforce.account where sfid = '{id}'", "changed|8");
            await ChangeFieldAsync(world, "Phone", new { length = 200 });
            await UntilAsync(world, TypeOf("phone"), "character varying(200)");
            (await ShiftRun.AskAsync(world, RequestKind.Reload, "Account")).Succeeded.ShouldBeTrue();
            (await world.AskOneAsync("select count(*) from salesforce.favourite")).ShouldBe("3");
            (await world.AskOneAsync($"select mine from salesforce.account where sfid = '{id}'")).ShouldBe("8");
        }

        await world.RunAsync("alter table salesforce.account add column needed integer; update salesforce.account set needed = 1");
        await world.RunAsync("alter table salesforce.account alter column needed set not null");
        var refused = await Should.ThrowAsync<ConfigurationException>(() => ShiftRun.StartAsync(world, Accounts));
        refused.Message.ShouldContain("salesforce.account has the column \"needed\" that must not be null and has no default");
    }

    private static async Task<ShiftRun> LoadedAsync(SyncWorld world, Mapping mapping)
    {
        var run = await ShiftRun.StartAsync(world, mapping);
        await UntilAsync(world, "select count(*) from tandem.progress where state = 'DATA_SYNCED'", "1");
        return run;
    }

    private static string TypeOf(string column) =>
        "select format_type(atttypid, atttypmod) from pg_attribute "
        + $"where attrelid = 'salesforce.account'::regclass and attname = '{column}' and not attisdropped";

    private static Task UntilAsync(SyncWorld world, string question, string answer) => SyncWorld.UntilAsync(
        async () => await world.AskAsync(question) is [var only] && only == answer, $"{question} gives {answer}");

    private static Task ChangeFieldAsync(SyncWorld world, string field, object definition) => world.Server.Control.Schema.ApplyAsync(
        new SchemaEdit
        {
            Operation = SchemaOperation.ChangeField,
            Object = "Account",
            Field = field,
            Definition = JsonSerializer.SerializeToElement(definition),
        },
        SyncWorld.Token);

    private static Task RemoveFieldAsync(SyncWorld world, string field) => world.Server.Control.Schema.ApplyAsync(
        new SchemaEdit { Operation = SchemaOperation.RemoveField, Object = "Account", Field = field }, SyncWorld.Token);

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(SyncWorld.Token);
    }
}
