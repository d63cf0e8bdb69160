using System.Net;
using Shouldly;
using Tandem.Server.Hosting;
using Tandem.Simulator;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Api;

/// <summary>heroku-connect.md, section 12.3: what a connection can be asked to do.</summary>
public sealed class ActionTests
{
    private static readonly string UserName = new SimulatorOptions().UserName;

    private const string WithAccounts =
        """{"mappings": [{"object_name": "Account", "config": {"access": "read_write", "fields": {"Id": {}, "Name": {}}}}]}""";

    [Fact]
    public async Task A_paused_connection_rests_until_it_is_resumed_and_then_catches_up()
    {
        await using var world = await ApiWorld.StartAsync();
        await world.UntilLoadedAsync();

        await world.AskAsync(HttpMethod.Post, $"{world.Path}/actions/pause", HttpStatusCode.Accepted);
        await world.UntilAsync(ConnectionState.Paused);
        await world.Sync.RunAsync("insert into salesforce.contact (lastname) values ('while paused')");
        (await world.GetAsync(world.Path))["state"]?.GetValue<string>().ShouldBe("PAUSED");
        (await world.Sync.AskOneAsync("select is_paused::text from tandem.connection")).ShouldBe("true");
        (await world.Sync.AskOneAsync("select state from salesforce._trigger_log")).ShouldBe("NEW");

        await world.AskAsync(HttpMethod.Post, $"{world.Path}/actions/resume", HttpStatusCode.Accepted);
        await SyncWorld.UntilAsync(() => world.Sync.Org.Find("Contact", "LastName", "while paused").Count == 1, "the insert is sent");
        (await world.Sync.AskAsync(
            "select action || ' by ' || actor_name || ' of ' || subject from tandem.audit where action like 'connection.%' order by id"))
            .ShouldBe(["connection.pause by given at the start of salesforce", "connection.resume by given at the start of salesforce"]);
        await world.UntilAsync(ConnectionState.Idle);
    }

    [Fact]
    public async Task A_refused_sign_in_shows_and_a_restart_tries_again()
    {
        await using var world = await ApiWorld.StartAsync();
        await world.UntilLoadedAsync();
        await world.Sync.Server.Control.SetActiveAsync(UserName, false, SyncWorld.Token);
        await world.AskAsync(HttpMethod.Post, $"{world.Path}/actions/restart", HttpStatusCode.Accepted);
        await world.UntilAsync(ConnectionState.Unauthorized);
        (await world.GetAsync(world.Path))["state_description"]?.GetValue<string>().ShouldNotBeNullOrEmpty();

        // Told as the work noticed it, and perhaps in other words as the restart did.
        await SyncWorld.UntilAsync(
            async () => (await world.GetAsync($"{world.Path}/notifications?event_type=salesforce-auth"))["results"]?.AsArray().Count
                is 1 or 2,
            "it is told");

        await world.Sync.Server.Control.SetActiveAsync(UserName, true, SyncWorld.Token);
        await world.AskAsync(HttpMethod.Post, $"{world.Path}/actions/restart", HttpStatusCode.Accepted);

        await world.UntilAsync(ConnectionState.Idle);
    }

    [Fact]
    public async Task An_import_is_taken_on_and_exported_again()
    {
        await using var world = await ApiWorld.StartAsync();

        var accepted = await world.AskAsync(HttpMethod.Post, $"{world.Path}/actions/import", HttpStatusCode.Accepted, WithAccounts);

        new[] { "IMPORT_CONFIGURATION", "IDLE" }.ShouldContain(accepted["state"]?.GetValue<string>());
        await SyncWorld.UntilAsync(
            () => world.Connection.Host is { } host && host.Mappings.All.Count == 2 && host.Mappings.All.All(mapping => mapping.IsLoaded),
            "the accounts are loaded");
        var exported = await world.GetAsync($"{world.Path}/actions/export");
        exported["mappings"]?.AsArray().Select(mapping => mapping?["object_name"]?.GetValue<string>()).ShouldBe(["Account", "Contact"]);
        await world.UntilAsync(ConnectionState.Idle);
    }

    [Fact]
    public async Task A_file_that_is_none_is_refused_at_once_with_every_problem()
    {
        await using var world = await ApiWorld.StartAsync();

        var refused = await world.AskAsync(HttpMethod.Post, $"{world.Path}/actions/import", HttpStatusCode.BadRequest, """
            {"mappings": [{"object_name": "Account", "config": {"access": "sometimes", "fields": []}}]}
            """);

        refused["code"]?.GetValue<string>().ShouldBe("badconfig");
        refused["message"]?.GetValue<string>().Split('\n').Length.ShouldBe(2);
    }

    [Fact]
    public async Task What_the_org_does_not_serve_is_told_by_a_notification()
    {
        await using var world = await ApiWorld.StartAsync();
        const string Unknown =
            """{"mappings": [{"object_name": "Nothing__c", "config": {"access": "read_only", "fields": {"Id": {}}}}]}""";

        await world.AskAsync(HttpMethod.Post, $"{world.Path}/actions/import", HttpStatusCode.Accepted, Unknown);

        await SyncWorld.UntilAsync(
            async () => (await world.GetAsync($"{world.Path}/notifications"))["results"]?.AsArray().Count == 1, "it is told");
        var told = (await world.GetAsync($"{world.Path}/notifications?event_type=import-failed&page_size=10"))["results"]?[0];
        told?["message"]?.GetValue<string>().ShouldContain("Nothing__c: the org has no such object");
        (await world.GetAsync($"{world.Path}/notifications?event_type=x'%20or%20true--"))["results"]?.AsArray().Count.ShouldBe(0);
        (await world.GetAsync($"{world.Path}/notifications?before=2020-01-01"))["results"]?.AsArray().Count.ShouldBe(0);
        await world.AskAsync(HttpMethod.Get, $"{world.Path}/notifications?after=yesterday", HttpStatusCode.BadRequest);
        await world.AskAsync(HttpMethod.Post, $"{world.Path}/notifications/acknowledge?before=2020-01-01", HttpStatusCode.NoContent);
        (await world.GetAsync($"{world.Path}/notifications"))["results"]?.AsArray().Count.ShouldBe(1);

        await world.AskAsync(HttpMethod.Post, $"{world.Path}/notifications/acknowledge", HttpStatusCode.NoContent);

        (await world.GetAsync($"{world.Path}/notifications"))["results"]?.AsArray().Count.ShouldBe(0);
    }
}
