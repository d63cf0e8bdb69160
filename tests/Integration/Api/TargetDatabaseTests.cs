using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;
using Tandem.Server.Hosting;
using Tandem.Simulator;
using Tandem.Sync.Catalog;
using Tandem.Tests.Integration.Sync;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Api;

/// <summary>Connections whose tables are in another database than the catalogue: docs/decisions/0053.</summary>
public sealed class TargetDatabaseTests
{
    private const string Connections = "/api/v1/connections";

    private const string Contacts = """
        {"object_name": "Contact", "config": {"access": "read_write", "fields": {"LastName": {}, "Email": {}}}}
        """;

    private static readonly SimulatorOptions Org = new();

    [Fact]
    public async Task A_connection_lives_in_a_database_of_its_own_beside_one_of_the_same_schema()
    {
        await using var other = await TestDatabase.CreateAsync();
        await using var world = await ApiWorld.StartAsync();
        await world.UntilLoadedAsync();

        var life = await MakeAsync(world, $"\"database_url\": \"{UrlOf(other)}\"");
        var path = $"/api/v3/connections/{life.Id}";
        await MapAsync(world, life);

        (await AskAsync(other, "select count(*) from salesforce.contact where sfid is not null")).ShouldBe("2");
        (await AskAsync(other, "select state from tandem.progress")).ShouldBe("DATA_SYNCED");
        (await AskAsync(other, "select count(*) from tandem.connection")).ShouldBe("0");
        (await world.Sync.AskOneAsync("select count(*) from tandem.progress")).ShouldBe("1");
        (await world.Sync.AskOneAsync("select string_agg(db_key, ' ' order by number) from tandem.connection"))
            .ShouldBe($"DATABASE_URL {PlaceOf(other)}");

        await AskAsync(other, "insert into salesforce.contact (lastname) values ('From another database')");
        await SyncWorld.UntilAsync(
            () => world.Sync.Org.Find("Contact", "LastName", "From another database").Count == 1, "the insert is sent");
        await AskAsync(other, "insert into salesforce.contact (email) values ('nameless@example.com')");
        await SyncWorld.UntilAsync(
            async () => (await world.GetAsync($"{path}/errors"))["count"]?.GetValue<int>() == 1, "a refused insert is listed");

        var begun = await world.AskAsync(
            HttpMethod.Post, $"{Connections}/{life.Id}/verifications", HttpStatusCode.Accepted, """{"level": "values"}""");
        await SyncWorld.UntilAsync(
            async () => await world.StatusAsync(begun["result_url"]!.GetValue<string>()) == HttpStatusCode.OK, "both sides are compared");
        (await world.GetAsync(begun["result_url"]!.GetValue<string>()))["succeeded"]?.GetValue<bool>().ShouldBe(true);
        (await world.GetAsync($"{Connections}/{life.Id}/conflicts"))["items"]?.AsArray().Count.ShouldBe(0);
        await PauseAsync(world, path, life);
        (await world.GetAsync($"{Connections}/{life.Id}/activity"))["items"]!.AsArray()
            .Select(item => item?["kind"]?.GetValue<string>()).ShouldContain("pause");
        await world.AskAsync(HttpMethod.Post, $"{path}/actions/resume", HttpStatusCode.Accepted);
        await UntilAsync(life, ConnectionState.Idle);

        (await world.GetAsync($"{path}/actions/export"))["mappings"]?[0]?["object_name"]?.GetValue<string>().ShouldBe("Contact");
        (await world.GetTextAsync("/metrics")).ShouldContain("tandem_mapping_stopped{connection=\"second\",object=\"Contact\"} 0");
        await SyncWorld.UntilAsync(
            async () => (await world.GetTextAsync("/metrics"))
                .Contains("tandem_postgres_rows{connection=\"second\",object=\"Contact\"}", StringComparison.Ordinal),
            "its rows are counted");
        var shown = await world.GetAsync(path);
        (shown["db_key"]?.GetValue<string>(), shown["database"]?["database"]?.GetValue<string>()).ShouldBe((PlaceOf(other), NameOf(other)));
        foreach (var address in new[] { path, $"{Connections}/{life.Id}", Connections, "/api/v1/audit", $"{path}/actions/export" })
            (await world.GetTextAsync(address)).ShouldNotContain(PasswordOf(other));
        (await world.Sync.AskOneAsync($"select count(*) from tandem.audit a where a::text like '%{PasswordOf(other)}%'")).ShouldBe("0");

        await world.AskAsync(HttpMethod.Delete, $"{Connections}/{life.Id}?with_mappings=true", HttpStatusCode.NoContent);
        (await AskAsync(other, "select count(*) from salesforce.contact where sfid is not null")).ShouldBe("3");
        (await AskAsync(other, "select count(*) from tandem.progress")).ShouldBe("0");
        await AskAsync(other, "update salesforce.contact set email = 'late@example.com'");
        (await AskAsync(other, "select count(*) from salesforce._trigger_log where state = 'NEW'")).ShouldBe("0");
        (await world.Sync.AskAsync("select name from tandem.mapping m join tandem.connection c on c.id = m.connection_id"))
            .ShouldBe(["salesforce"]);
        const string captured = "select count(*) from pg_trigger where tgname = 'hc_contact_logtrigger'";
        (await AskAsync(other, captured)).ShouldBe("0");
        (await world.Sync.AskOneAsync(captured)).ShouldBe("1", "the connection of the same schema goes on");
    }

    [Fact]
    public async Task A_database_that_is_down_stops_its_own_connections_alone_until_it_is_back()
    {
        await using var other = await TestDatabase.CreateAsync();
        await using var relay = RelayTo(other);
        await using var world = await ApiWorld.StartAsync();
        await world.UntilLoadedAsync();
        var first = world.Connection;
        var life = await MakeAsync(world, $"\"database_url\": \"{UrlOf(other, relay)}\"");
        await MapAsync(world, life);

        await relay.CutAsync();

        await UntilAsync(life, ConnectionState.DbUnavailable);
        (await world.GetAsync($"/api/v3/connections/{life.Id}"))["state_description"]?.GetValue<string>()
            .ShouldContain($"The database 127.0.0.1:{relay.Port}/{NameOf(other)} cannot be reached");
        (await world.AskAsync(HttpMethod.Get, $"{Connections}/{life.Id}/activity", HttpStatusCode.ServiceUnavailable))["detail"]
            .ShouldNotBeNull();
        await SyncWorld.UntilAsync(
            async () => (await world.GetAsync($"/api/v3/connections/{life.Id}/notifications?event_type=postgres-connection"))["results"]
                ?.AsArray().Count > 0,
            "it is told");
        await world.Sync.RunAsync("insert into salesforce.contact (lastname) values ('Meanwhile')");
        await SyncWorld.UntilAsync(() => world.Sync.Org.Find("Contact", "LastName", "Meanwhile").Count == 1, "the other goes on");
        first.Standing.State.ShouldBe(ConnectionState.Idle);
        await PauseAsync(world, $"/api/v3/connections/{life.Id}", life);
        await world.AskAsync(HttpMethod.Post, $"/api/v3/connections/{life.Id}/actions/resume", HttpStatusCode.Accepted);
        await world.RefuseAsync(
            HttpMethod.Delete, $"{Connections}/{life.Id}?with_mappings=true", HttpStatusCode.ServiceUnavailable);
        life = FindSecond(world);

        relay.Restore();

        await UntilAsync(life, ConnectionState.Idle);
        await AskAsync(other, "insert into salesforce.contact (lastname) values ('Back again')");
        await SyncWorld.UntilAsync(() => world.Sync.Org.Find("Contact", "LastName", "Back again").Count == 1, "it works again");

        await relay.CutAsync();
        await world.AskAsync(
            HttpMethod.Delete, $"{Connections}/{life.Id}?with_mappings=true&without_database=true", HttpStatusCode.NoContent);
        world.Fleet.All.ShouldBe([first]);
        (await world.Sync.AskOneAsync("select count(*) from tandem.connection")).ShouldBe("1");
    }

    [Fact]
    public async Task The_catalogue_alone_starts_a_connection_of_another_database_when_that_answers()
    {
        await using var other = await TestDatabase.CreateAsync();
        await using var relay = RelayTo(other);
        await using var world = await ApiWorld.StartAsync();
        await MapAsync(world, await MakeAsync(world, $"\"database_url\": \"{UrlOf(other, relay)}\""));
        await world.StopWorkAsync();
        await relay.CutAsync();

        await using var second = await ConnectionFleet.StartAsync(
            world.Options with { Given = null }, TimeProvider.System, NullLoggerFactory.Instance, SyncWorld.Token);
        await using var run = new BackgroundRun(second.RunAsync);

        var life = second.All.Single(each => each.Connection.Name == "second");
        await UntilAsync(life, ConnectionState.DbUnavailable);
        relay.Restore();
        await UntilAsync(life, ConnectionState.Idle);
        await AskAsync(other, "insert into salesforce.contact (lastname) values ('After the start')");
        await SyncWorld.UntilAsync(() => world.Sync.Org.Find("Contact", "LastName", "After the start").Count == 1, "it works");
    }

    [Fact]
    public async Task The_settings_of_a_database_are_changed_until_something_is_mapped()
    {
        await using var other = await TestDatabase.CreateAsync();
        await using var empty = await TestDatabase.CreateAsync();
        await using var world = await WithNamesAsync(other, ("EMPTY_URL", empty));
        var life = await MakeAsync(world, "\"db_key\": \"DATABASE_URL\"", schema: "second");
        var path = $"/api/v3/connections/{life.Id}";
        (await world.GetAsync("/api/v3/apps/an-app")).ToJsonString()
            .ShouldBe(
                """
                {"db_keys":[{"name":"DATABASE_URL","addon":null},{"name":"EMPTY_URL","addon":null},{"name":"OTHER_URL","addon":null}]}
                """);

        var set = await world.AskAsync(
            HttpMethod.Patch, path, HttpStatusCode.OK, """{"schema_name": "salesforce", "db_key": "OTHER_URL"}""");

        (set["schema_name"]?.GetValue<string>(), set["db_key"]?.GetValue<string>()).ShouldBe(("salesforce", "OTHER_URL"));
        (set["database"]?["database"]?.GetValue<string>()).ShouldBe(NameOf(other));
        await MapAsync(world, FindSecond(world));
        (await AskAsync(other, "select count(*) from salesforce.contact")).ShouldBe("2");
        foreach (var (body, part) in new[]
        {
            ("""{"schema_name": "third"}""", "cannot be changed: the connection has mappings"),
            ("""{"db_key": "EMPTY_URL"}""", "cannot be changed: the connection has mappings"),
            ("""{"db_key": "DATABASE_URL"}""", "belongs to another connection already"),
        })
        {
            var refused = await world.AskAsync(HttpMethod.Patch, path, HttpStatusCode.BadRequest, body);
            refused["code"]?.GetValue<string>().ShouldBe("badconfig");
            refused["message"]?.GetValue<string>().ShouldContain(part);
        }

        (await world.Sync.AskOneAsync(
            "select (before->>'schema_name') || ' ' || (after->>'schema_name') || ' ' || (after->>'db_key') from tandem.audit "
            + "where action = 'connection.move'")).ShouldBe("second salesforce OTHER_URL");
    }

    [Fact]
    public async Task A_database_or_a_schema_that_cannot_be_is_refused_and_nothing_is_changed()
    {
        await using var other = await TestDatabase.CreateAsync();
        await using var world = await WithNamesAsync(other);
        var life = await MakeAsync(world, "\"db_key\": \"OTHER_URL\"");
        var path = $"/api/v3/connections/{life.Id}";

        foreach (var (body, part) in new[]
        {
            ("""{"db_key": "PATH"}""", "which here are DATABASE_URL, OTHER_URL"), ("""{"db_key": null}""", "expected a text"),
            ("""{"schema_name": "pg_x"}""", "does not begin with pg_"), ("""{"schema_name": 7}""", "expected a text"),
            ("""{"db_key": "DATABASE_URL"}""", "belongs to another connection already"), ("""{"name": "third"}""", "cannot be changed"),
        })
        {
            (await world.AskAsync(HttpMethod.Patch, path, HttpStatusCode.BadRequest, body))["message"]?.GetValue<string>()
                .ShouldContain(part);
        }

        // By its address, another name of the same database.
        var taken = await world.RefuseAsync(HttpMethod.Post, Connections, HttpStatusCode.Conflict, Body(
            world, "third", "salesforce", $"\"database_url\": \"{UrlOf(other)}\""));
        taken["detail"]?.GetValue<string>().ShouldContain("belongs to the connection second already");
        var both = await world.RefuseAsync(HttpMethod.Post, Connections, HttpStatusCode.BadRequest, Body(
            world, "third", "third", "\"database_url\": \"mysql://user:a-password@host/db\", \"db_key\": \"OTHER_URL\""));
        both.ToJsonString().ShouldNotContain("a-password");
        var wrong = await world.RefuseAsync(HttpMethod.Post, Connections, HttpStatusCode.BadRequest, Body(
            world, "third", "third", "\"database_url\": \"mysql://user:a-password@host/db\""));
        wrong["errors"]?["database_url"].ShouldNotBeNull();
        wrong.ToJsonString().ShouldNotContain("a-password");
        await world.RefuseAsync(HttpMethod.Post, Connections, HttpStatusCode.ServiceUnavailable, Body(
            world, "third", "third", "\"database_url\": \"postgres://user:a-password@127.0.0.1:1/db\""));

        world.Fleet.All.Count.ShouldBe(2);
        FindSecond(world).Connection.ShouldBe(life.Connection);
        await UntilAsync(FindSecond(world), ConnectionState.Idle);
    }

    [Fact]
    public async Task Who_is_limited_to_an_app_chooses_no_database()
    {
        await using var other = await TestDatabase.CreateAsync();
        await using var world = await WithNamesAsync(other);

        var named = await world.RefuseAsync(
            HttpMethod.Post, Connections, HttpStatusCode.BadRequest, StrangersBody("\"db_key\": \"OTHER_URL\""), world.Stranger);
        named["errors"]?["db_key"]?[0]?.GetValue<string>().ShouldNotContain("OTHER_URL");
        await world.RefuseAsync(
            HttpMethod.Post, Connections, HttpStatusCode.Forbidden, StrangersBody($"\"database_url\": \"{UrlOf(other)}\""), world.Stranger);

        string StrangersBody(string database) =>
            Body(world, "third", "third", database).Replace("an-app", "another-app", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_that_its_own_database_has_mappings_for_goes_on_where_it_was()
    {
        await using var other = await TestDatabase.CreateAsync();
        await using var world = await WithNamesAsync(other);
        var alone = new SyncHostOptions
        {
            DatabaseUrl = other.ConnectionString,
            OrgUrl = world.Sync.Proxy.Address,
            Grant = SyncWorld.Password(),
            Mappings = [SyncWorld.Contacts()],
            Settings = new ConnectionSettings { Writes = WriteAlgorithm.Merged },
        };
        await using (var host = await SyncHost.StartAsync(alone, TimeProvider.System, NullLoggerFactory.Instance, SyncWorld.Token))
        {
            await using var run = new BackgroundRun(host.RunAsync);
            await SyncWorld.UntilAsync(() => host.Mappings.All.Single().IsLoaded, "the contacts are loaded");
        }

        await AskAsync(other, "insert into salesforce.contact (lastname) values ('Late')");
        const string Ids = "select string_agg(id || sfid, ' ' order by id) from salesforce.contact where lastname <> 'Late'";
        var before = await AskAsync(other, Ids);

        var life = await MakeAsync(world, "\"db_key\": \"OTHER_URL\"");

        await SyncWorld.UntilAsync(() => world.Sync.Org.Find("Contact", "LastName", "Late").Count == 1, "what waited is sent");
        (await AskAsync(other, Ids)).ShouldBe(before);
        var org = await AskAsync(other, "select organization_id from tandem.connection");
        (await world.Sync.AskOneAsync("select writes || organization_id from tandem.connection where name = 'second'"))
            .ShouldBe($"merged{org}");
        (await AskAsync(other, "select is_paused::text from tandem.connection")).ShouldBe("true");
        (await AskAsync(other, "select count(*) from tandem.activity where kind = 'load'")).ShouldBe("1");

        await world.AskAsync(HttpMethod.Delete, $"{Connections}/{life.Id}?with_mappings=true", HttpStatusCode.NoContent);
        (await AskAsync(other, "select count(*) from tandem.connection")).ShouldBe("0");
    }

    [Fact]
    public async Task A_database_that_was_moved_is_known_again_by_its_tables()
    {
        await using var other = await TestDatabase.CreateAsync();
        await using var empty = await TestDatabase.CreateAsync();
        await using var relay = RelayTo(other);
        await using var world = await ApiWorld.StartAsync();
        var life = await MakeAsync(world, $"\"database_url\": \"{UrlOf(other)}\"");
        await MapAsync(world, life);

        var refused = await world.RefuseAsync(
            HttpMethod.Patch, $"{Connections}/{life.Id}", HttpStatusCode.BadRequest, $$"""{"database_url": "{{UrlOf(empty)}}"}""");
        refused["detail"]?.GetValue<string>().ShouldContain("cannot be changed: the connection has mappings");
        (await AskAsync(empty, "select count(*) from pg_namespace where nspname = 'tandem'")).ShouldBe("0");
        var moved = await world.AskAsync(
            HttpMethod.Patch, $"{Connections}/{life.Id}", HttpStatusCode.OK, $$"""{"database_url": "{{UrlOf(other, relay)}}"}""");

        moved["db_key"]?.GetValue<string>().ShouldBe($"127.0.0.1:{relay.Port}/{NameOf(other)}");
        life = FindSecond(world);
        await UntilAsync(life, ConnectionState.Idle);
        await AskAsync(other, "insert into salesforce.contact (lastname) values ('By the new address')");
        await SyncWorld.UntilAsync(() => world.Sync.Org.Find("Contact", "LastName", "By the new address").Count == 1, "it works");
    }

    private static Task<ApiWorld> WithNamesAsync(TestDatabase other, params (string Name, TestDatabase Database)[] more) =>
        ApiWorld.StartAsync(change: options => options with
        {
            Databases = more.Append((Name: "OTHER_URL", Database: other))
                .ToDictionary(named => named.Name, named => UrlOf(named.Database), StringComparer.Ordinal),
        });

    /// <summary>A connection named second that works.</summary>
    private static async Task<ConnectionLife> MakeAsync(ApiWorld world, string database, string schema = "salesforce")
    {
        await world.AskAsync(HttpMethod.Post, Connections, HttpStatusCode.Created, Body(world, "second", schema, database));
        var life = FindSecond(world);
        await UntilAsync(life, ConnectionState.Idle);
        return life;
    }

    private static async Task MapAsync(ApiWorld world, ConnectionLife life)
    {
        await UntilAsync(life, ConnectionState.Idle);
        await world.AskAsync(HttpMethod.Post, $"/api/v3/connections/{life.Id}/mappings", HttpStatusCode.Created, Contacts);
        await SyncWorld.UntilAsync(() => life.LiveOf("Contact")?.IsLoaded is true, "the contacts are loaded");
    }

    private static async Task PauseAsync(ApiWorld world, string path, ConnectionLife life)
    {
        await world.AskAsync(HttpMethod.Post, $"{path}/actions/pause", HttpStatusCode.Accepted);
        await UntilAsync(life, ConnectionState.Paused);
    }

    private static string Body(ApiWorld world, string name, string schema, string database) => $$$"""
        {"name": "{{{name}}}", "app_name": "an-app", "schema_name": "{{{schema}}}", "login_url": "{{{world.Sync.Proxy.Address}}}",
        "sign_in": {"kind": "client_credentials", "client_id": "{{{Org.ClientId}}}", "client_secret": "{{{Org.ClientSecret}}}"},
        {{{database}}}
        }
        """;

    private static ConnectionLife FindSecond(ApiWorld world) => world.Fleet.All.Single(life => life.Connection.Name == "second");

    private static Task UntilAsync(ConnectionLife life, ConnectionState state) =>
        SyncWorld.UntilAsync(() => life.Standing.State == state, $"it is {state}");

    private static NetworkRelay RelayTo(TestDatabase database)
    {
        var builder = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        var relay = new NetworkRelay(builder.Host.ShouldNotBeNull(), builder.Port);
        relay.Restore();
        return relay;
    }

    private static string UrlOf(TestDatabase database, NetworkRelay? relay = null)
    {
        var builder = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        var place = relay is null ? $"{builder.Host}:{builder.Port}" : $"127.0.0.1:{relay.Port}";
        return $"postgres://{builder.Username}:{Uri.EscapeDataString(builder.Password ?? "")}@{place}/{builder.Database}";
    }

    private static string PlaceOf(TestDatabase database)
    {
        var builder = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        return $"{builder.Host}:{builder.Port}/{builder.Database}";
    }

    private static string NameOf(TestDatabase database) => new NpgsqlConnectionStringBuilder(database.ConnectionString).Database ?? "";

    private static string PasswordOf(TestDatabase database) =>
        new NpgsqlConnectionStringBuilder(database.ConnectionString).Password.ShouldNotBeNull();

    private static async Task<string?> AskAsync(TestDatabase database, string sql)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        return (await command.ExecuteScalarAsync(SyncWorld.Token))?.ToString();
    }
}
