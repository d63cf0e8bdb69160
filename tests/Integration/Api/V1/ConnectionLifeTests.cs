using System.Net;
using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Server.Hosting;
using Tandem.Simulator;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Api.V1;

/// <summary>Connections over version 1: made, signed in, changed, previewed, removed; and what is refused of it.</summary>
public sealed class ConnectionLifeTests
{
    private const string Connections = "/api/v1/connections";

    private static readonly SimulatorOptions Org = new();

    [Fact]
    public async Task A_connection_is_made_works_and_is_removed_while_its_rows_stay()
    {
        await using var world = await ApiWorld.StartAsync();
        await world.UntilLoadedAsync();

        var made = await world.AskAsync(HttpMethod.Post, Connections, HttpStatusCode.Created, $$"""
            {"name": "second", "app_name": "an-app", "schema_name": "second", "login_url": "{{world.Sync.Proxy.Address}}",
            "writes": "merged", "archive_after_days": 2, "long_text": "cut", "sign_in": {{SignIn()}}}
            """);

        var path = $"{Connections}/{made["id"]}";
        made["writes"]?.GetValue<string>().ShouldBe("merged");
        made.ToJsonString().ShouldNotContain(Org.ClientSecret);
        var life = world.Fleet.All.Single(each => each.Connection.Name == "second");
        await SyncWorld.UntilAsync(() => life.Standing.State == ConnectionState.Idle, "it is at work");
        await world.AskAsync(HttpMethod.Post, $"/api/v3/connections/{life.Id}/mappings", HttpStatusCode.Created, """
            {"object_name": "Contact", "config": {"access": "read_only", "fields": {"Name": {}}}}
            """);
        await SyncWorld.UntilAsync(() => life.LiveOf("Contact")?.IsLoaded is true, "the contacts are loaded");
        var changed = await world.AskAsync(
            HttpMethod.Patch, path, HttpStatusCode.OK, """{"duplicates": "save", "assignment_rules": "on"}""");
        (changed["duplicates"]?.GetValue<string>(), changed["writes"]?.GetValue<string>()).ShouldBe(("save", "merged"));
        (changed["assignment_rules"]?.GetValue<string>()).ShouldBe("on");
        changed["organization_id"].ShouldNotBeNull();
        foreach (var address in new[] { path, Connections, $"/api/v3/connections/{life.Id}?deep=true", "/api/v1/audit" })
            (await world.GetTextAsync(address)).ShouldNotContain(Org.ClientSecret);

        var refused = await world.RefuseAsync(HttpMethod.Delete, path, HttpStatusCode.Conflict);
        refused["detail"]?.GetValue<string>().ShouldContain("with_mappings=true");
        await world.AskAsync(HttpMethod.Delete, $"{path}?with_mappings=true", HttpStatusCode.NoContent);

        await world.RefuseAsync(HttpMethod.Get, path, HttpStatusCode.NotFound);
        (await world.Sync.AskOneAsync("select count(*) from second.contact")).ShouldBe("2");
        (await world.Sync.AskAsync("select name from tandem.connection")).ShouldBe(["salesforce"]);
        (await world.Sync.AskAsync("select action from tandem.audit where subject = 'second' order by id"))
            .ShouldBe(["connection.create", "connection.change", "connection.remove"]);
        (await world.Sync.AskOneAsync($"select count(*) from tandem.audit a where a::text like '%{Org.ClientSecret}%'")).ShouldBe("0");
    }

    [Fact]
    public async Task Lists_go_by_pages()
    {
        await using var world = await ApiWorld.StartAsync();
        foreach (var name in new[] { "b", "c", "a" })
            await MakeAsync(world, name);

        var first = await world.GetAsync($"{Connections}?limit=3");
        var second = await world.GetAsync($"{Connections}?limit=3&after={first["next"]!.GetValue<string>()}");

        first["items"]!.AsArray().Concat(second["items"]!.AsArray()).Select(item => item?["name"]?.GetValue<string>())
            .ShouldBe(["salesforce", "b", "c", "a"]);
        second["next"].ShouldBeNull();
        (await world.GetAsync(Connections, world.Stranger))["items"]?.AsArray().Count.ShouldBe(0);
        foreach (var wrong in new[]
        {
            "limit=0", "limit=1001", "limit=ten", "after=%27%20or%20true--", "limit=5&limit=6", "Limit=5", "x=1",
        })
            await world.RefuseAsync(HttpMethod.Get, $"{Connections}?{wrong}", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_a_connection_is_named_at_once_and_no_secret()
    {
        await using var world = await ApiWorld.StartAsync();

        var refused = await world.RefuseAsync(HttpMethod.Post, Connections, HttpStatusCode.BadRequest, """
            {"name": " ", "schema_name": "pg_mine", "login_url": "http://example.com/", "api_version": "newest", "archive_for_days": -1,
            "assignment_rules": "Case=1", "types": "loose", "app": 1,
            "sign_in": {"kind": "jwt_bearer", "client_id": "x", "user_name": 5, "private_key": "a-very-secret-key", "pasword": "hush"}}
            """);

        refused["errors"].ShouldNotBeNull().AsObject().Select(member => member.Key).ShouldBe(
            [
                "api_version", "app", "archive_for_days", "assignment_rules", "login_url", "name", "schema_name", "sign_in.pasword",
                "sign_in.private_key", "sign_in.user_name", "types",
            ],
            ignoreOrder: true);
        refused.ToJsonString().ShouldNotContain("secret-key");
        refused.ToJsonString().ShouldNotContain("hush");
        var missing = await world.RefuseAsync(HttpMethod.Post, Connections, HttpStatusCode.BadRequest, "{}");
        missing["errors"].ShouldNotBeNull().AsObject().Select(member => member.Key).ShouldBe(["login_url", "name", "schema_name"]);
        (await world.Sync.AskOneAsync("select count(*) from tandem.connection")).ShouldBe("1");
    }

    [Fact]
    public async Task Names_that_are_taken_or_that_others_may_not_take_are_refused()
    {
        await using var world = await ApiWorld.StartAsync();

        await MakeAsync(world, "salesforce", HttpStatusCode.Conflict);
        await world.RefuseAsync(HttpMethod.Post, Connections, HttpStatusCode.BadRequest, Body("mine"), world.Stranger);
        await world.RefuseAsync(HttpMethod.Post, Connections, HttpStatusCode.Forbidden, Body("mine"), world.Reader);
        await world.RefuseAsync(HttpMethod.Delete, $"{Connections}/{world.Connection.Id}", HttpStatusCode.NotFound, token: world.Stranger);
        await world.RefuseAsync(HttpMethod.Delete, $"{Connections}/{world.Connection.Id}", HttpStatusCode.Forbidden, token: world.Reader);
        await world.RefuseAsync(
            HttpMethod.Patch, $"{Connections}/{world.Connection.Id}", HttpStatusCode.BadRequest, """{"name": "another"}""");
        var types = await world.RefuseAsync(
            HttpMethod.Patch, $"{Connections}/{world.Connection.Id}", HttpStatusCode.BadRequest, """{"types": "exact"}""");
        types["detail"]?.GetValue<string>().ShouldContain("stay as long as the tables do");

        static string Body(string name) =>
            $$"""{"name": "{{name}}", "app_name": "an-app", "schema_name": "{{name}}", "login_url": "https://acme.my.salesforce.com"}""";
    }

    [Fact]
    public async Task Sql_in_the_names_of_a_connection_is_a_name()
    {
        await using var world = await ApiWorld.StartAsync();

        var made = await world.AskAsync(HttpMethod.Post, Connections, HttpStatusCode.Created, $$"""
            {"name": "x'; drop table tandem.connection;--", "app_name": "' OR Name != '", "schema_name": "y\"; drop schema tandem;--",
            "login_url": "{{world.Sync.Proxy.Address}}", "sign_in": {{SignIn()}}}
            """);

        var life = world.Fleet.All.Single(each => each.Id == made["id"]!.GetValue<Guid>());
        await SyncWorld.UntilAsync(() => life.Standing.State == ConnectionState.Idle, "it is at work");
        (await world.GetAsync($"{Connections}/{life.Id}"))["name"]?.GetValue<string>().ShouldBe("x'; drop table tandem.connection;--");
        await world.AskAsync(HttpMethod.Delete, $"{Connections}/{life.Id}", HttpStatusCode.NoContent);
        (await world.Sync.AskOneAsync("select count(*) from tandem.connection")).ShouldBe("1");
    }

    [Fact]
    public async Task A_sign_in_needs_a_master_key()
    {
        await using var world = await ApiWorld.StartAsync(hasMasterKey: false);

        var refused = await world.RefuseAsync(
            HttpMethod.Patch, $"{Connections}/{world.Connection.Id}", HttpStatusCode.BadRequest, $$"""{"sign_in": {{SignIn()}}}""");

        refused["errors"]?["sign_in"]?[0]?.GetValue<string>().ShouldContain("TANDEM_KEY_FILE");
    }

    [Fact]
    public async Task A_preview_tells_what_an_import_would_change_and_changes_nothing()
    {
        await using var world = await ApiWorld.StartAsync();
        await world.UntilLoadedAsync();
        var path = $"{Connections}/{world.Connection.Id}/import-preview";

        var preview = await world.AskAsync(HttpMethod.Post, path, HttpStatusCode.OK, """
            {"anything": 1, "mappings": [{"object_name": "Account", "config": {"access": "read_only", "fields": {"Name": {}}}}]}
            """);

        var change = preview["changes"]!.AsArray().Single(each => each?["path"]?.GetValue<string>() == "Account.config.access");
        change?["before"].ShouldBeNull();
        change?["after"]?.GetValue<string>().ShouldBe("read_only");
        (await world.Sync.AskAsync("select object_name from tandem.mapping")).ShouldBe(["Contact"]);
        var refused = await world.RefuseAsync(HttpMethod.Post, path, HttpStatusCode.BadRequest, """
            {"mappings": [{"object_name": "Account", "config": {"access": "never", "fields": {"Name": {}}, "sf_polling_seconds": 0}}]}
            """);
        refused["errors"].ShouldNotBeNull().AsObject().Select(member => member.Key)
            .ShouldBe(["mappings[0].config.access", "mappings[0].config.sf_polling_seconds"], ignoreOrder: true);
        await world.RefuseAsync(HttpMethod.Post, path, HttpStatusCode.Forbidden, "{}", world.Reader);
    }

    [Fact]
    public async Task Bodies_that_are_broken_deep_twice_or_too_large_are_refused()
    {
        await using var world = await ApiWorld.StartAsync();
        var path = $"{Connections}/{world.Connection.Id}";

        foreach (var broken in new[]
        {
            "", "{", "[]", "7", "null", """{"writes": "merged", "writes": "ordered"}""", """{"\uD800": 1}""",
            """{"assignment_rules": "\uDC00"}""",
            $$"""{"sign_in": {{new string('[', 5_000)}}{{new string(']', 5_000)}}}""", """{"assignment_rules": "on\u0000"}""",
        })
        {
            await world.RefuseAsync(HttpMethod.Patch, path, HttpStatusCode.BadRequest, broken);
        }

        var large = $$"""{"assignment_rules": "{{new string('x', 17 * 1024 * 1024)}}"}""";
        await world.RefuseAsync(HttpMethod.Patch, path, HttpStatusCode.RequestEntityTooLarge, large);
        await world.RefuseAsync(HttpMethod.Put, path, HttpStatusCode.MethodNotAllowed, "{}");
        await world.RefuseAsync(HttpMethod.Get, $"{Connections}/7", HttpStatusCode.NotFound);
        (await world.Sync.AskOneAsync("select assignment_rules from tandem.connection")).ShouldBe("off");
    }

    private static string SignIn() =>
        $$"""{"kind": "client_credentials", "client_id": "{{Org.ClientId}}", "client_secret": "{{Org.ClientSecret}}"}""";

    private static Task<JsonNode> MakeAsync(ApiWorld world, string name, HttpStatusCode expected = HttpStatusCode.Created) =>
        world.AskAsync(HttpMethod.Post, Connections, expected, $$"""
            {"name": "{{name}}", "schema_name": "{{name}}", "login_url": "{{world.Sync.Proxy.Address}}"}
            """);
}
