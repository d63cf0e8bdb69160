using System.Net;
using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Server.Hosting;
using Tandem.Simulator.Control;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Api;

/// <summary>heroku-connect.md, section 12.9: what another version of the API changes, and the change to it.</summary>
public sealed class ApiVersionTests
{
    private const string Target = "61.0";

    [Fact]
    public async Task Equal_descriptions_need_no_action()
    {
        await using var world = await ApiWorld.StartAsync();

        var answer = await DiffAsync(world);

        Text(answer, "current_api_version").ShouldBe("67.0");
        Text(answer, "target_api_version").ShouldBe(Target);
        Guid.TryParse(Text(answer, "guid"), out _).ShouldBeTrue();
        var mapping = Single(answer);
        Text(mapping, "name").ShouldBe("Contact");
        Text(mapping, "result_message").ShouldBe("Nothing differs.");
        (Flag(mapping, "fields_have_changed"), Flag(mapping, "has_unsafe_changes"), Flag(mapping, "action_undetermined"))
            .ShouldBe((false, false, false));
    }

    [Fact]
    public async Task Only_longer_text_is_safe()
    {
        await using var world = await ApiWorld.StartAsync();
        await DescribeAtTargetAsync(world, fields => Field(fields, "LastName")["length"] = 120);
        var longer = Single(await DiffAsync(world));
        (Flag(longer, "fields_have_changed"), Flag(longer, "has_unsafe_changes")).ShouldBe((true, false));
        Text(longer, "result_message").ShouldBe("LastName: length 80 becomes 120.");

        await DescribeAtTargetAsync(world, fields => Field(fields, "LastName")["length"] = 40);
        Text(await UnsafeAsync(world), "result_message").ShouldBe("LastName: length 80 becomes 40.");

        await DescribeAtTargetAsync(world, fields => Field(fields, "LastName")["type"] = "double");
        Text(await UnsafeAsync(world), "result_message").ShouldBe("LastName: type string becomes double.");

        await DescribeAtTargetAsync(world, fields => fields.Remove(Field(fields, "LastName")));
        var lost = await UnsafeAsync(world);
        Text(lost, "result_message").ShouldBe("LastName: no longer there.");
        (lost["fields"]?.ToJsonString()).ShouldBe(
            """[{"name":"LastName","change":"lost","before":"string","after":null,"safe":false}]""");
    }

    [Fact]
    public async Task An_object_that_the_target_lacks_needs_a_person_and_one_that_cannot_be_described_is_undetermined()
    {
        await using var world = await ApiWorld.StartAsync();
        Arm(world, new FaultRule { Kind = FaultKind.RestError, Status = 404, ErrorCode = "NOT_FOUND" });
        Text(await UnsafeAsync(world), "result_message").ShouldBe(
            "Version 61.0 has no object Contact, or the integration user may not see it there.");

        Arm(world, new FaultRule { Kind = FaultKind.RestError, Status = 403, ErrorCode = "API_DISABLED_FOR_ORG" });
        var unknown = Single(await DiffAsync(world));
        Flag(unknown, "action_undetermined").ShouldBeTrue();
        Text(unknown, "result_message").ShouldStartWith("It could not be described: ");
    }

    [Fact]
    public async Task A_paused_connection_changes_and_its_tables_follow_when_it_is_resumed()
    {
        await using var world = await ApiWorld.StartAsync();
        await world.UntilLoadedAsync();
        await DescribeAtTargetAsync(world, fields => Field(fields, "LastName")["length"] = 120);
        await PauseAsync(world);

        var changed = await ChangeAsync(world, HttpStatusCode.Accepted);

        Text(changed, "target_version").ShouldBe(Target);
        Text(Single(changed), "result_message").ShouldBe("LastName: length 80 becomes 120.");
        Text((await world.GetAsync(world.Path))["sf_info"], "api_version").ShouldBe(Target);
        (await LengthAsync(world)).ShouldBe("80");
        world.Sync.Server.Control.Calls.Reset();

        await world.AskAsync(HttpMethod.Post, $"{world.Path}/actions/resume", HttpStatusCode.Accepted);
        await world.UntilAsync(ConnectionState.Idle);
        await SyncWorld.UntilAsync(async () => await LengthAsync(world) == "120", "the column is wider");
        world.Sync.Server.Control.Calls.Entries.ShouldContain(call => call.Path.StartsWith("/services/data/v61.0/", StringComparison.Ordinal));
        world.Sync.Server.Control.Calls.Entries.ShouldNotContain(
            call => call.Path.StartsWith("/services/data/v67.0/", StringComparison.Ordinal));
        (await world.Sync.AskOneAsync(
            "select (before ->> 'api_version') || ' ' || (after ->> 'api_version') from tandem.audit "
            + "where action = 'connection.change-api-version'"))
            .ShouldBe("67.0 61.0");
    }

    [Fact]
    public async Task A_connection_at_work_is_not_changed()
    {
        await using var world = await ApiWorld.StartAsync();
        await world.UntilLoadedAsync();

        var refused = await ChangeAsync(world, HttpStatusCode.Conflict);

        Text(refused, "message").ShouldBe("The connection salesforce is not paused; pause it first.");
        refused["syncing_mappings"]?.AsArray().Count.ShouldBe(0);
        Text((await world.GetAsync(world.Path))["sf_info"], "api_version").ShouldBe("67.0");
    }

    [Fact]
    public async Task A_bulk_job_under_way_keeps_its_version()
    {
        await using var world = await ApiWorld.StartAsync();
        await world.UntilLoadedAsync();
        await PauseAsync(world);
        await world.Sync.RunAsync("update tandem.progress set job_id = '750000000000001AAA', state = 'LOADING_BULK_JOB'");

        var refused = await ChangeAsync(world, HttpStatusCode.Conflict);

        Text(refused, "message").ShouldStartWith("Contact: a Bulk job is under way, which only version 67.0 can end.");
        (refused["syncing_mappings"]?.ToJsonString()).ShouldBe("""["Contact"]""");
    }

    [Fact]
    public async Task Only_versions_that_the_org_serves_are_taken()
    {
        await using var world = await ApiWorld.StartAsync();

        Text(await AskAsync(world, "99.0"), "message").ShouldBe(
            "target_version: the org does not serve version 99.0 of its API; it serves 30.0 to 67.0.");
        Text(await AskAsync(world, "v61"), "message").ShouldBe(
            "target_version: expected a version of Salesforce's API such as 61.0, found v61.");
        Text(await AskAsync(world, ""), "message").ShouldBe(
            "target_version: expected a version of Salesforce's API such as 61.0, found none.");
        Text(await world.GetAsync($"{world.Path}/schema-diff?target_version=61"), "target_api_version").ShouldBe(Target);
    }

    private static Task<JsonNode> DiffAsync(ApiWorld world) => world.GetAsync($"{world.Path}/schema-diff?target_version={Target}");

    private static Task<JsonNode> AskAsync(ApiWorld world, string version) => world.AskAsync(
        HttpMethod.Get, $"{world.Path}/schema-diff?target_version={version}", HttpStatusCode.BadRequest);

    private static Task<JsonNode> ChangeAsync(ApiWorld world, HttpStatusCode expected) => world.AskAsync(
        HttpMethod.Post, $"{world.Path}/actions/change-sf-api-version", expected, $$"""{"target_version": "{{Target}}"}""");

    private static async Task<JsonNode> UnsafeAsync(ApiWorld world)
    {
        var mapping = Single(await DiffAsync(world));
        (Flag(mapping, "fields_have_changed"), Flag(mapping, "has_unsafe_changes")).ShouldBe((true, true));
        return mapping;
    }

    private static async Task PauseAsync(ApiWorld world)
    {
        await world.AskAsync(HttpMethod.Post, $"{world.Path}/actions/pause", HttpStatusCode.Accepted);
        await world.UntilAsync(ConnectionState.Paused);
    }

    private static Task<string> LengthAsync(ApiWorld world) => world.Sync.AskOneAsync(
        "select character_maximum_length::text from information_schema.columns "
        + "where table_schema = 'salesforce' and table_name = 'contact' and column_name = 'lastname'");

    /// <summary>The org describes contacts in the target as it does in the newest version, but for an edit of the fields.</summary>
    private static async Task DescribeAtTargetAsync(ApiWorld world, Action<JsonArray> edit)
    {
        using var client = new HttpClient();
        var session = world.Sync.Server.Sessions.Issue(world.Sync.Server.Org.AdminUserId).AccessToken;
        client.DefaultRequestHeaders.Authorization = new("Bearer", session);
        var text = await client.GetStringAsync(
            new Uri(world.Sync.Server.BaseAddress, "/services/data/v67.0/sobjects/Contact/describe"), SyncWorld.Token);
        var described = JsonNode.Parse(text).ShouldNotBeNull();
        edit(described["fields"].ShouldNotBeNull().AsArray());
        Arm(world, new FaultRule
        {
            Kind = FaultKind.Answer, Status = 200, ContentType = "application/json", Body = described.ToJsonString(),
        });
    }

    private static void Arm(ApiWorld world, FaultRule rule) => world.Sync.Server.Control.Faults.Add(
        rule with { Id = "target", Method = "GET", Path = "/services/data/v61.0/sobjects/Contact/describe*" });

    private static JsonObject Field(JsonArray fields, string name) =>
        fields.OfType<JsonObject>().Single(field => field["name"]?.GetValue<string>() == name);

    private static JsonNode Single(JsonNode answer) =>
        answer["mappings"].ShouldNotBeNull().AsArray().ShouldHaveSingleItem().ShouldNotBeNull();

    private static string Text(JsonNode? node, string member) => node?[member]?.GetValue<string>() ?? "";

    private static bool Flag(JsonNode node, string member) => node[member].ShouldNotBeNull().GetValue<bool>();
}
