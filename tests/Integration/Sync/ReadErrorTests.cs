using System.Globalization;
using System.Text.Json;
using Shouldly;
using Tandem.Simulator.Control;
using Tandem.Sync.Catalog;
using Tandem.Sync.Running;
using Tandem.Sync.States;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// A value that does not fit never stops a load or a poll: the column is widened, or the row is held where a person sees it.
/// heroku-connect.md, section 4 (increased lengths are applied); salesforce-api.md, section 8.2 (NUL).
/// </summary>
public sealed class ReadErrorTests
{
    private const string Errors = "select column_name, sentence from tandem.read_error order by column_name";

    private static readonly string Long = string.Concat(Enumerable.Repeat("\U0001F600é", 60));

    [Fact]
    public async Task A_field_that_became_longer_after_its_describe_is_widened_and_the_row_follows()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        await world.LoadAsync(Accounts());
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        await ChangeFieldAsync(world, "Site", """{"length":200}""");
        var id = world.Org.Live("Account")[0].Id;
        await world.Org.UpdateAsync("Account", id, new { Site = Long, Phone = "12" });
        var neighbour = await world.Org.CreateAsync("Account", new { Name = "neighbour" });

        (await world.PollAsync("Account")).ShouldBe(1);
        (await world.AskOneAsync(Errors))
            .ShouldBe("site|Account.Site: Salesforce sent a text of 120 characters; the column site holds 80.");
        (await world.AskOneAsync($"select name from salesforce.account where sfid = '{neighbour}'")).ShouldBe("neighbour");

        (await world.HeldRowsPassAsync("Account")).ShouldBe(1);
        (await world.AskAsync(Errors)).ShouldBeEmpty();
        (await world.AskOneAsync($"select site = '{Long}', phone from salesforce.account where sfid = '{id}'")).ShouldBe("True|12");
        (await world.AskOneAsync(
            "select format_type(atttypid, atttypmod) from pg_attribute "
            + "where attrelid = 'salesforce.account'::regclass and attname = 'site'"))
            .ShouldBe("character varying(200)");
        await world.ShouldBeEqualAsync("Account");
        (await world.HeldRowsPassAsync("Account")).ShouldBe(0);
    }

    [Fact]
    public async Task What_a_load_holds_because_a_field_became_longer_comes_at_the_next_tick_for_two_calls()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 300, sync: new SyncOptions { LoadPageRecords = 20 });
        await world.PrepareAsync(Accounts());
        await ChangeFieldAsync(world, "Site", """{"length":200}""");
        var accounts = world.Org.Live("Account");
        foreach (var account in accounts.Skip(5))
            await world.Org.UpdateAsync("Account", account.Id, new { Site = Long });

        await world.LoadAsync("Account");

        (await world.AskOneAsync("select count(*) from salesforce.account")).ShouldBe("5");
        var calls = world.Server.Control.Calls.Cost;
        (await world.HeldRowsPassAsync("Account")).ShouldBe(accounts.Count - 5);
        (world.Server.Control.Calls.Cost - calls).ShouldBe(2, "the fields' lengths, and the rows");
        (await world.AskAsync(Errors)).ShouldBeEmpty();
        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task A_column_that_a_view_uses_is_not_widened_and_its_row_waits()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        await world.LoadAsync(Accounts());
        await world.RunAsync("create view public.sites as select site from salesforce.account");
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        await ChangeFieldAsync(world, "Site", """{"length":200}""");
        await world.Org.UpdateAsync("Account", world.Org.Live("Account")[0].Id, new { Site = Long });

        (await world.PollAsync("Account")).ShouldBe(0);
        (await world.HeldRowsPassAsync("Account")).ShouldBe(0);
        (await world.AskAsync(Errors)).ShouldHaveSingleItem();

        await world.RunAsync("drop view public.sites");
        (await world.HeldRowsPassAsync("Account")).ShouldBe(1);
        await world.ShouldBeEqualAsync("Account");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_text_with_NUL_is_held_until_it_is_corrected(bool isPolled)
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        await (isPolled ? world.LoadAsync(Accounts()) : world.PrepareAsync(Accounts()));
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        var id = await world.Org.CreateAsync("Account", new { Name = "a\0b", Description = "c\0d", Phone = "1" });

        if (isPolled)
            await world.PollAsync("Account");
        else
            await world.LoadAsync("Account");

        (await world.AskOneAsync("select count(*) from salesforce.account"))
            .ShouldBe((world.Org.Live("Account").Count - 1).ToString(CultureInfo.InvariantCulture));
        (await world.ReadProgressAsync("Account")).State.ShouldBe(MappingState.DataSynced);
        (await world.AskAsync(Errors)).ShouldBe(
        [
            "description|Account.Description: the text has the character U+0000, which PostgreSQL cannot store; remove it in Salesforce.",
            "name|Account.Name: the text has the character U+0000, which PostgreSQL cannot store; remove it in Salesforce.",
        ]);
        (await world.HeldRowsPassAsync("Account")).ShouldBe(0);

        await world.Org.UpdateAsync("Account", id, new { Name = "a b" });
        (await world.HeldRowsPassAsync("Account")).ShouldBe(0);
        (await world.AskAsync("select column_name from tandem.read_error")).ShouldBe(["description"]);
        await world.Org.UpdateAsync("Account", id, new { Description = (string?)null });
        (await world.HeldRowsPassAsync("Account")).ShouldBe(1);
        (await world.AskAsync(Errors)).ShouldBeEmpty();
        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task A_field_that_was_retyped_holds_only_the_rows_that_do_not_fit()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        await world.PrepareAsync(Accounts());
        await ChangeFieldAsync(world, "NumberOfEmployees", """{"type":"text","length":20}""");
        await world.Org.UpdateAsync("Account", world.Org.Live("Account")[0].Id, new { NumberOfEmployees = "many" });
        await world.Org.UpdateAsync("Account", world.Org.Live("Account")[1].Id, new { NumberOfEmployees = "3000000000" });

        await world.LoadAsync("Account");

        (await world.AskAsync(Errors)).ShouldBe(
        [
            "numberofemployees|Account.NumberOfEmployees: Salesforce sent a number that the column numberofemployees of type integer "
            + "cannot hold.",
            "numberofemployees|Account.NumberOfEmployees: Salesforce sent a value that is no whole number.",
        ], ignoreOrder: true);
        (await world.AskOneAsync("select count(*) from salesforce.account"))
            .ShouldBe((world.Org.Live("Account").Count - 2).ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_held_record_that_is_deleted_leaves_the_list()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        await world.LoadAsync(Accounts());
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        var id = await world.Org.CreateAsync("Account", new { Name = "a\0b" });
        await world.PollAsync("Account");
        (await world.AskAsync(Errors)).ShouldHaveSingleItem();

        world.Org.Delete(id);

        (await world.HeldRowsPassAsync("Account")).ShouldBe(0);
        (await world.AskAsync(Errors)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_status_counts_held_rows_and_a_shift_reads_them_again_at_each_tick()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        await world.LoadAsync(Accounts());
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        var id = await world.Org.CreateAsync("Account", new { Name = "a\0b" });
        await using var shift = world.NewShift();
        await shift.PrepareAsync([Accounts() with { PollInterval = TimeSpan.FromMilliseconds(100) }], SyncWorld.Token);
        await using var run = new BackgroundRun(shift.RunAsync);
        var status = new StatusReader(shift.Mappings.ShouldNotBeNull(), world.Database.DataSource, world.Salesforce);

        await SyncWorld.UntilAsync(
            async () =>
            {
                await run.ThrowIfEndedAsync();
                return (await status.ReadAsync(SyncWorld.Token)).Single().ReadErrors == 1;
            },
            "the status shows the held row");
        await world.Org.UpdateAsync("Account", id, new { Name = "fits" });

        await SyncWorld.UntilAsync(
            async () => (await world.AskAsync($"select name from salesforce.account where sfid = '{id}'")) is ["fits"]
                && (await status.ReadAsync(SyncWorld.Token)).Single().ReadErrors == 0,
            "the corrected row is there");
    }

    private static Mapping Accounts() => SyncWorld.ReadWrite(
        "Account", null, "Name", "Phone", "Site", "Description", "NumberOfEmployees", "CreatedDate");

    private static Task ChangeFieldAsync(SyncWorld world, string field, string definition) => world.Server.Control.Schema.ApplyAsync(
        new SchemaEdit
        {
            Operation = SchemaOperation.ChangeField,
            Object = "Account",
            Field = field,
            Definition = JsonDocument.Parse(definition).RootElement,
        },
        SyncWorld.Token);
}
