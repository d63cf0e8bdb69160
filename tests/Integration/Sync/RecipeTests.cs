using Shouldly;
using Tandem.Simulator.Records;
using Tandem.Sync.Running;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// The statements of docs/guide/recipes as users run them: contract, section 6.3 "Retry recipes". The push sleeps for an hour when nothing
/// is queued, so what goes out was called for by the recipe itself (decision 0025).
/// </summary>
public sealed class RecipeTests
{
    private const string States = "select id, state, action from salesforce._trigger_log order by id";
    private const string Archived = "select id, state from salesforce._trigger_log_archive order by id";

    private static readonly SyncOptions Sleeper = new() { PushFallback = TimeSpan.FromHours(1) };

    [Theory]
    [InlineData("send_again.sql")]
    [InlineData("send_all_again.sql")]
    public async Task A_failed_change_goes_again_at_once(string recipe)
    {
        await using var world = await StartAsync();
        await using var push = world.StartPush();
        await FailAsync(world, push, "update salesforce.contact set firstname = 'New' where id = 1");

        await world.RunRecipeAsync(recipe, "1");
        await world.QuiesceAsync(push);

        (await world.AskAsync(States)).ShouldBe(["1|SUCCESS|UPDATE"]);
        (await world.AskAsync("select sf_message from salesforce._trigger_log")).ShouldBe(["-"]);
        world.Org.Find("Contact", "FirstName", "New").ShouldHaveSingleItem();
        await world.ShouldBeEqualAsync("Contact");
    }

    [Theory]
    [InlineData("send_archived_again.sql")]
    [InlineData("copy_archived_back.sql")]
    public async Task An_archived_change_goes_again_at_once_under_a_new_id(string recipe)
    {
        await using var world = await StartAsync();
        await using var push = world.StartPush();
        await FailAsync(world, push, "update salesforce.contact set firstname = 'New' where id = 1");
        await ArchiveAsync(world);

        await world.RunRecipeAsync(recipe, "1");
        await SyncWorld.UntilAsync(
            async () => await world.AskOneAsync("select count(*) from salesforce._trigger_log where state = 'SUCCESS'") is "1",
            "the copy has gone");

        (await world.AskAsync(States)).ShouldBe(["2|SUCCESS|UPDATE"]);
        (await world.AskAsync(Archived)).ShouldBe(["1|REQUEUED"]);
        world.Org.Find("Contact", "FirstName", "New").ShouldHaveSingleItem();
        await push.ThrowIfEndedAsync();
    }

    [Fact]
    public async Task Archived_changes_that_are_asked_for_together_go_in_their_order()
    {
        await using var world = await StartAsync();
        await using var push = world.StartPush();
        await FailAsync(
            world,
            push,
            "update salesforce.contact set firstname = 'First' where id = 1; "
            + "update salesforce.contact set firstname = 'Last' where id = 1");
        await ArchiveAsync(world);

        await world.RunAsync(SyncWorld.ReadRecipe("send_archived_again.sql").Replace("id = :entry and", "", StringComparison.Ordinal));
        await SyncWorld.UntilAsync(
            async () => await world.AskOneAsync("select count(*) from salesforce._trigger_log where state = 'SUCCESS'") is "2",
            "both have gone");

        (await world.AskAsync("select \"values\"::hstore -> 'firstname' from salesforce._trigger_log order by id"))
            .ShouldBe(["First", "Last"]);
        world.Org.Find("Contact", "FirstName", "Last").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_failed_insert_is_captured_again_as_the_row_is_now()
    {
        await using var world = await StartAsync();
        await using var push = world.StartPush();
        await FailAsync(
            world,
            push,
            "insert into salesforce.contact (lastname, email) values ('Again', 'no address'); "
            + "update salesforce.contact set firstname = 'Ada' where lastname = 'Again'",
            isRefused: false);
        (await world.AskAsync(States)).ShouldBe(["1|FAILED|INSERT", "2|FAILED|UPDATE"]);
        await world.RunAsync("alter table salesforce.contact disable trigger user; "
            + "update salesforce.contact set email = 'ada@example.com' where lastname = 'Again'; "
            + "alter table salesforce.contact enable trigger user");

        await world.RunRecipeAsync("capture_insert_again.sql", "1");
        await world.QuiesceAsync(push);

        (await world.AskAsync(States)).ShouldBe(["1|REQUEUED|INSERT", "2|REQUEUED|UPDATE", "3|SUCCESS|INSERT"]);
        var record = world.Org.Find("Contact", "LastName", "Again").ShouldHaveSingleItem();
        world.Org.Value("Contact", record.Id, "FirstName").ShouldBe("Ada");
        world.Org.Value("Contact", record.Id, "Email").ShouldBe("ada@example.com");
        await world.ShouldBeEqualAsync("Contact");
    }

    [Fact]
    public async Task A_failed_update_is_captured_again_as_the_row_is_now()
    {
        await using var world = await StartAsync();
        await using var push = world.StartPush();
        await FailAsync(world, push, "update salesforce.contact set firstname = 'Old', email = 'o@example.com' where id = 1");
        await world.RunAsync("update salesforce.contact set firstname = 'Newer' where id = 1");
        await world.QuiesceAsync(push);

        await world.RunRecipeAsync("capture_update_again.sql", "1");
        await world.QuiesceAsync(push);

        (await world.AskAsync(States)).ShouldBe(["1|REQUEUED|UPDATE", "2|SUCCESS|UPDATE", "3|SUCCESS|UPDATE"]);
        (await world.AskAsync("select akeys(\"values\"::hstore)::text from salesforce._trigger_log where id = 3"))
            .ShouldBe(["{email,firstname}"]);
        world.Org.Find("Contact", "FirstName", "Newer").ShouldHaveSingleItem();
        await world.ShouldBeEqualAsync("Contact");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_dismissed_change_is_found_no_more_and_never_goes(bool isArchived)
    {
        await using var world = await StartAsync();
        await using var push = world.StartPush();
        await FailAsync(world, push, "update salesforce.contact set firstname = 'New' where id = 1");
        if (isArchived)
            await ArchiveAsync(world);
        (await FindAsync(world)).ShouldHaveSingleItem()
            .ShouldBe($"{(isArchived ? "archive" : "live")}|UPDATE|contact|1|FIELD_CUSTOM_VALIDATION_EXCEPTION: no");

        await world.RunRecipeAsync("dismiss.sql", "1");
        await world.RunAsync("update salesforce.contact set email = 'after@example.com' where id = 1");
        await world.QuiesceAsync(push);

        (await FindAsync(world)).ShouldBeEmpty();
        (await world.AskAsync(isArchived ? Archived : "select id, state from salesforce._trigger_log where id = 1"))
            .ShouldBe(["1|IGNORED"]);
        world.Org.Find("Contact", "FirstName", "New").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_change_of_a_read_only_table_is_not_sent_from_the_archive_either()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 3, sync: Sleeper);
        await world.LoadAsync(SyncWorld.Contacts() with { Access = Tandem.Sync.Catalog.MappingAccess.ReadOnly });
        await world.RunAsync("update salesforce.contact set firstname = 'New' where id = 1");
        await ArchiveAsync(world);
        await world.RunAsync("update salesforce._trigger_log_archive set state = 'REQUEUE'");

        await world.PushAsync();

        (await world.AskAsync(Archived)).ShouldBe(["1|REQUEUE"]);
        (await world.AskAsync(States)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_recipe_is_run()
    {
        var tests = string.Concat(new[] { "RecipeTests.cs", "LostInsertTests.cs" }.Select(
            file => File.ReadAllText(RepositoryRoot.Combine("tests", "Integration", "Sync", file))));
        var recipes = Directory.GetFiles(RepositoryRoot.Combine("docs", "guide", "recipes")).Select(Path.GetFileName).ToList();

        recipes.ShouldNotBeEmpty();
        recipes.Where(recipe => !tests.Contains($"\"{recipe}\"", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static async Task<SyncWorld> StartAsync()
    {
        var world = await SyncWorld.StartAsync(contacts: 3, sync: Sleeper);
        await world.LoadAsync(SyncWorld.Contacts());
        return world;
    }

    /// <summary>Until the change has failed and the push sleeps.</summary>
    private static async Task FailAsync(SyncWorld world, BackgroundRun push, string change, bool isRefused = true)
    {
        var refusal = new SaveFault { StatusCode = "FIELD_CUSTOM_VALIDATION_EXCEPTION", Message = "no" };
        if (isRefused)
            world.Server.Saver.Faults.Add(refusal);
        await world.RunAsync(change);
        await world.QuiesceAsync(push);
        world.Server.Saver.Faults.Remove(refusal.Id);
        await SyncWorld.UntilAsync(
            async () => await world.AskOneAsync(
                "select count(*) from pg_locks where locktype = 'advisory' and mode = 'ExclusiveLock' and granted and "
                + "database = (select oid from pg_database where datname = current_database())") is "1",
            "the push sleeps");
    }

    /// <summary>As a day later.</summary>
    private static Task ArchiveAsync(SyncWorld world) => world.RunAsync(
        "with moved as (delete from salesforce._trigger_log returning *) insert into salesforce._trigger_log_archive select * from moved");

    private static async Task<IReadOnlyList<string>> FindAsync(SyncWorld world)
    {
        var found = SyncWorld.ReadRecipe("find_failed.sql").TrimEnd().TrimEnd(';');
        return await world.AskAsync($"select place, action, table_name, record_id, sf_message from ({found}) f");
    }
}
