using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Files;
using Tandem.Tests.Integration.Lives;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>A mapping file taken over by a running server, and given back: heroku-connect.md, section 11.</summary>
public sealed class ImportTests
{
    private const string WithAccounts = """
        {"version": 1, "connection": {"app_name": "elsewhere", "features": {"poll_db_no_merge": false, "mtls_shield_connection": true}},
         "mappings": [{"object_name": "Account", "config": {"access": "read_write", "fields": {"Id": {}, "Name": {}},
           "sf_polling_seconds": 1, "colour": "red"}}]}
        """;

    [Fact]
    public async Task A_running_server_takes_on_what_a_file_asks_and_keeps_what_it_does_not_name()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 3);
        await using var host = await StartAsync(world);
        await using var run = new BackgroundRun(host.RunAsync);
        await SyncWorld.UntilAsync(async () => await CountAsync(world, "contact") is "3", "the contacts are loaded");
        var ids = await world.AskAsync("select id::text from salesforce.contact order by sfid");

        var outcome = await ImportAsync(world, WithAccounts);

        outcome.Succeeded.ShouldBeTrue(outcome.Sentence);
        Changes(outcome).Select(change => change.Path).ShouldContain("Account.config.fields.Name");
        await SyncWorld.UntilAsync(
            async () => host.Mappings.All.Count == 2 && await CountAsync(world, "account") == AccountsOf(world), "the accounts are loaded");
        (await world.AskAsync("select id::text from salesforce.contact order by sfid")).ShouldBe(ids);
        (await world.AskOneAsync("select writes from tandem.connection")).ShouldBe("merged");

        await world.RunAsync("insert into salesforce.account (name) values ('after the import')");
        await SyncWorld.UntilAsync(() => world.Org.Find("Account", "Name", "after the import").Count == 1, "the insert is sent");
    }

    [Fact]
    public async Task A_preview_tells_what_would_change_and_changes_nothing()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 1);
        await using var host = await StartAsync(world);
        await using var run = new BackgroundRun(host.RunAsync);
        var before = await ExportAsync(world);

        var outcome = await ImportAsync(world, WithAccounts, isPreview: true);

        outcome.Succeeded.ShouldBeTrue(outcome.Sentence);
        outcome.Sentence.ShouldEndWith("would change; nothing was changed.");
        Changes(outcome).ShouldContain(new MappingFileChange("connection.features.poll_db_no_merge", "true", "false"));
        WithoutMoment(await ExportAsync(world)).ShouldBe(WithoutMoment(before));
        host.Mappings.All.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_file_that_the_org_cannot_serve_is_refused_with_every_problem_and_nothing_is_stored()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 1);
        await using var host = await StartAsync(world);
        await using var run = new BackgroundRun(host.RunAsync);

        var outcome = await ImportAsync(world, """
            {"mappings": [
              {"object_name": "Account", "config": {"access": "read_only", "fields": {"Nonsense__c": {}}}},
              {"object_name": "Nothing__c", "config": {"access": "read_only", "fields": {"Id": {}}}}]}
            """);

        outcome.Succeeded.ShouldBeFalse();
        outcome.Sentence.Split('\n').Length.ShouldBe(2);
        outcome.Sentence.ShouldContain("Nonsense__c");
        outcome.Sentence.ShouldContain("Nothing__c: the org has no such object");
        (await world.AskAsync("select object_name from tandem.mapping")).ShouldBe(["Contact"]);
        run.Ended.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Other_column_types_than_the_tables_have_are_refused()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 1);
        await using var host = await StartAsync(world);
        await using var run = new BackgroundRun(host.RunAsync);

        var outcome = await ImportAsync(world, """
            {"connection": {"types": "exact"},
             "mappings": [{"object_name": "Account", "config": {"access": "read_only", "fields": {"Id": {}}}}]}
            """);

        outcome.Succeeded.ShouldBeFalse();
        outcome.Sentence.ShouldStartWith("The tables of the schema salesforce have the types heroku");
    }

    [Fact]
    public async Task What_was_imported_is_exported_and_changes_nothing_when_it_comes_back()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 1);
        await using var host = await StartAsync(world);
        await using var run = new BackgroundRun(host.RunAsync);
        (await ImportAsync(world, WithAccounts)).Succeeded.ShouldBeTrue();

        var text = await ExportAsync(world);

        text.ShouldContain("\"colour\": \"red\"");
        text.ShouldContain("\"mtls_shield_connection\": true");
        MappingFile.Parse(text).Mappings.Select(mapping => mapping.ObjectName).ShouldBe(["Account", "Contact"]);
        var again = await ImportAsync(world, text);
        again.ShouldBe(new RequestOutcome(true, "Nothing changes: the connection is as the file asks.") { Detail = "[]" });
    }

    [Fact]
    public async Task A_server_that_waited_for_another_begins_with_what_the_other_has_imported()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 1);
        using var journal = new Journal();
        using var loggers = LoggerFactory.Create(builder => builder.AddProvider(journal));
        Task<SyncHost> waiting;
        await using (var first = await StartAsync(world))
        {
            waiting = StartAsync(world, loggers);
            await using var run = new BackgroundRun(first.RunAsync);
            await SyncWorld.UntilAsync(
                () => journal.Lines.Any(line => line.Contains("waiting until it ends", StringComparison.Ordinal)), "the second waits");
            (await ImportAsync(world, WithAccounts)).Succeeded.ShouldBeTrue();
            await SyncWorld.UntilAsync(() => first.Mappings.All.Count == 2, "the first has taken the file on");
        }

        await using var second = await waiting;

        second.Mappings.All.Select(mapping => mapping.Mapped.Name).ShouldBe(["Contact", "Account"], ignoreOrder: true);
        (await world.AskOneAsync("select writes from tandem.connection")).ShouldBe("merged");
    }

    private static Task<SyncHost> StartAsync(SyncWorld world, ILoggerFactory? loggers = null) => SyncHost.StartAsync(
        new SyncHostOptions
        {
            DatabaseUrl = world.Database.ConnectionString,
            OrgUrl = world.Proxy.Address,
            Grant = SyncWorld.Password(),
            Mappings = [SyncWorld.Contacts()],
        },
        TimeProvider.System,
        loggers ?? NullLoggerFactory.Instance,
        SyncWorld.Token);

    /// <summary>While one shift ends and the next begins, nobody takes a request.</summary>
    private static RequestDesk Desk(SyncWorld world, string options) =>
        new(world.Database.ConnectionString, world.Schema, TimeProvider.System)
        {
            Options = options, TakenWithin = TimeSpan.FromMinutes(1),
        };

    private static Task<RequestOutcome> ImportAsync(SyncWorld world, string file, bool isPreview = false) =>
        Desk(world, new ImportRequest(file, isPreview).ToJson()).AskAsync(RequestKind.Import, objectName: null, SyncWorld.Token);

    private static Task<string> ExportAsync(SyncWorld world) => Desk(world, "{}").ExportAsync(SyncWorld.Token);

    private static List<MappingFileChange> Changes(RequestOutcome outcome) =>
        JsonSerializer.Deserialize<List<MappingFileChange>>(outcome.Detail.ShouldNotBeNull()).ShouldNotBeNull();

    private static async Task<string?> CountAsync(SyncWorld world, string table) =>
        await world.AskOneAsync($"select to_regclass('salesforce.{table}')::text") is "-"
            ? null
            : await world.AskOneAsync($"select count(*) from salesforce.{table}");

    private static string AccountsOf(SyncWorld world) => FormattableString.Invariant($"{world.Org.Live("Account").Count}");

    private static string WithoutMoment(string export) =>
        string.Join('\n', export.Split('\n').Where(line => !line.Contains("exported_at", StringComparison.Ordinal)));
}
