using System.Net;
using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Api.V1;

/// <summary>A mapping over version 1: read, changed in place, measured.</summary>
public sealed class MappingChangeTests
{
    [Fact]
    public async Task A_mapping_is_changed_in_place_and_the_rest_of_it_stays()
    {
        await using var world = await ApiWorld.StartAsync();
        await world.UntilLoadedAsync();
        var path = await PathAsync(world);
        var before = await world.GetAsync(path);

        var after = await world.AskAsync(
            HttpMethod.Patch, path, HttpStatusCode.OK, """{"sf_polling_seconds": 7, "filter": "LastName != 'x'", "conflicts": "newest"}""");

        after["sf_polling_seconds"]?.GetValue<int>().ShouldBe(7);
        after["filter"]?.GetValue<string>().ShouldBe("LastName != 'x'");
        after["conflicts"]?.GetValue<string>().ShouldBe("newest");
        after["revision"]?.GetValue<int>().ShouldBe(before["revision"]!.GetValue<int>() + 1);
        Names(before["fields"]).ShouldBeSubsetOf(Names(after["fields"]));
        after["connection_id"]?.GetValue<Guid>().ShouldBe(world.Connection.Id);
        (await world.Sync.AskOneAsync("select action || ' ' || subject from tandem.audit where action like 'mapping.%'"))
            .ShouldBe("mapping.change Contact");
        await SyncWorld.UntilAsync(
            () => world.Connection.LiveOf("Contact")?.Asked.PollInterval == TimeSpan.FromSeconds(7), "the next shift works with it");

        var again = await world.AskAsync(
            HttpMethod.Patch,
            path,
            HttpStatusCode.OK,
            """{"sf_polling_seconds": null, "filter": null, "fields": {"LastName": {}, "Fax": {}}}""");
        again["sf_polling_seconds"]?.GetValue<int>().ShouldBe(600);
        again["filter"].ShouldBeNull();
        Names(again["fields"]).ShouldBe(["LastName", "Fax"]);
    }

    [Fact]
    public async Task A_change_of_a_revision_that_is_no_more_is_refused()
    {
        await using var world = await ApiWorld.StartAsync();
        await world.UntilLoadedAsync();
        var path = await PathAsync(world);
        var revision = (await world.GetAsync(path))["revision"]!.GetValue<int>();
        await world.AskAsync(
            HttpMethod.Patch, path, HttpStatusCode.OK, $$"""{"sf_polling_seconds": 30, "revision": {{revision}}}""");

        var refused = await world.RefuseAsync(
            HttpMethod.Patch, path, HttpStatusCode.Conflict, $$"""{"sf_polling_seconds": 40, "revision": {{revision}}}""");

        refused["detail"]?.GetValue<string>().ShouldContain($"revision {revision + 1}");
        (await world.GetAsync(path))["sf_polling_seconds"]?.GetValue<int>().ShouldBe(30);
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_a_change_is_named_at_once()
    {
        await using var world = await ApiWorld.StartAsync();
        await world.UntilLoadedAsync();
        const string Wrong = """
            {"colour": "red", "access": "sometimes", "sf_polling_seconds": 0, "on_drift": 7, "filter": "a; b = (", "upsert_field": [],
            "fields": {"Name": {"exclud": true}, "Email": 5}, "sf_max_daily_api_calls": "9"}
            """;

        var errors = (await world.RefuseAsync(HttpMethod.Patch, await PathAsync(world), HttpStatusCode.BadRequest, Wrong))["errors"];

        Names(errors).ShouldBe(
            [
                "access", "colour", "fields.Email", "fields.Name.exclud", "filter", "on_drift", "sf_max_daily_api_calls",
                "sf_polling_seconds", "upsert_field",
            ],
            ignoreOrder: true);
        (errors?["colour"]?[0]?.GetValue<string>()).ShouldNotBeNull().ShouldContain("There is no such member; known are revision, access");
        errors?["access"]?[0]?.GetValue<string>().ShouldBe("Expected read_only or read_write, found a text that is none.");
        (await world.Sync.AskOneAsync("select poll_seconds from tandem.mapping")).ShouldBe("600");
    }

    [Theory]
    [InlineData("""{"fields": {"Nothing__c": {}, "LastName": {}}}""", "Nothing__c")]
    [InlineData("""{"fields": {"x'; drop table tandem.mapping;--": {}}}""", "drop table")]
    [InlineData("""{"filter": "Name = 'x' OR Nothing__c != ''"}""", "Nothing__c")]
    [InlineData("""{"upsert_field": "' OR Name != '"}""", "' OR Name != '")]
    [InlineData("""{"conflict_columns": {"' OR '1'='1": "local"}}""", "' OR '1'='1")]
    public async Task What_the_org_does_not_have_is_refused_by_its_name(string change, string name)
    {
        await using var world = await ApiWorld.StartAsync();
        await world.UntilLoadedAsync();

        var refused = await world.RefuseAsync(HttpMethod.Patch, await PathAsync(world), HttpStatusCode.BadRequest, change);

        refused["errors"].ShouldNotBeNull().ToJsonString(Readable).ShouldContain(name);
        (await world.Sync.AskOneAsync("select revision from tandem.mapping")).ShouldBe("1");
    }

    [Fact]
    public async Task Sql_in_the_name_of_an_index_is_a_name()
    {
        await using var world = await ApiWorld.StartAsync();
        await world.UntilLoadedAsync();

        var changed = await world.AskAsync(HttpMethod.Patch, await PathAsync(world), HttpStatusCode.OK, """
            {"indexes": {"\"); drop table tandem.mapping;--": {"unique": true}, "Email": {"unique": false}}}
            """);

        changed["indexes"]?["Email"]?["unique"]?.GetValue<bool>().ShouldBeFalse();
        (await world.Sync.AskOneAsync("select count(*) from tandem.mapping")).ShouldBe("1");
    }

    [Fact]
    public async Task The_table_gets_the_indexes_that_are_asked_for_and_loses_those_that_no_longer_are()
    {
        await using var world = await ApiWorld.StartAsync();
        await world.UntilLoadedAsync();
        var path = await PathAsync(world);

        await world.AskAsync(
            HttpMethod.Patch, path, HttpStatusCode.OK, """{"indexes": {"Email": {"unique": false}, "LastName": {"unique": false}}}""");
        await IndexesAsync("hc_idx_contact_email hc_idx_contact_lastname hc_idx_contact_systemmodstamp hcu_idx_contact_sfid");
        await world.AskAsync(HttpMethod.Patch, path, HttpStatusCode.OK, """{"indexes": {"Email": {"unique": true}}}""");
        await IndexesAsync("hc_idx_contact_systemmodstamp hcu_idx_contact_email hcu_idx_contact_sfid");

        Task IndexesAsync(string expected) => SyncWorld.UntilAsync(
            async () => await world.Sync.AskOneAsync(
                "select string_agg(indexname, ' ' order by indexname collate \"C\") from pg_indexes "
                + "where schemaname = 'salesforce' and tablename = 'contact' and indexname like 'hc%'") == expected,
            $"the indexes are {expected}");
    }

    [Fact]
    public async Task Readers_and_strangers_change_nothing()
    {
        await using var world = await ApiWorld.StartAsync();
        var path = await PathAsync(world);

        await world.GetAsync(path, world.Reader);
        await world.RefuseAsync(HttpMethod.Patch, path, HttpStatusCode.Forbidden, """{"sf_polling_seconds": 7}""", world.Reader);
        await world.RefuseAsync(HttpMethod.Patch, path, HttpStatusCode.NotFound, """{"sf_polling_seconds": 7}""", world.Stranger);
        await world.RefuseAsync(HttpMethod.Get, path, HttpStatusCode.NotFound, token: world.Stranger);
        await world.RefuseAsync(HttpMethod.Get, $"{path}/metrics", HttpStatusCode.NotFound, token: world.Stranger);
        await world.RefuseAsync(HttpMethod.Get, path, HttpStatusCode.Unauthorized, token: null);
        (await world.Sync.AskOneAsync("select revision from tandem.mapping")).ShouldBe("1");
    }

    [Fact]
    public async Task Metrics_tell_what_a_mapping_holds_and_moves()
    {
        await using var world = await ApiWorld.StartAsync(contacts: 5);
        await world.UntilLoadedAsync();
        await world.Sync.RunAsync("insert into salesforce.contact (lastname) values ('counted')");
        await SyncWorld.UntilAsync(() => world.Connection.LiveOf("Contact")?.Flow.Written == 1, "the insert is sent");

        var metrics = await world.GetAsync($"{await PathAsync(world)}/metrics", world.Reader);

        metrics["postgres_rows"]?.GetValue<long>().ShouldBe(6);
        metrics["salesforce_rows"]?.GetValue<long>().ShouldBe(6);
        metrics["queued"]?.GetValue<long>().ShouldBe(0);
        metrics["failed"]?.GetValue<long>().ShouldBe(0);
        metrics["rows_written"]?.GetValue<long>().ShouldBe(1);
        metrics["rows_read"].ShouldNotBeNull().GetValue<long>().ShouldBeGreaterThanOrEqualTo(5);
        metrics["api_calls"].ShouldNotBeNull().GetValue<long>().ShouldBeGreaterThan(0);
        metrics["cursor"].ShouldNotBeNull().GetValue<DateTimeOffset>().ShouldBeGreaterThan(DateTimeOffset.UnixEpoch);
        metrics["cursor_lag_seconds"].ShouldNotBeNull().GetValue<double>().ShouldBeGreaterThanOrEqualTo(0);
        metrics["last_push_at"].ShouldNotBeNull();
    }

    private static readonly System.Text.Json.JsonSerializerOptions Readable =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static List<string> Names(JsonNode? node) => [.. node.ShouldNotBeNull().AsObject().Select(member => member.Key)];

    private static async Task<string> PathAsync(ApiWorld world) =>
        $"/api/v1/mappings/{await world.Sync.AskOneAsync("select id from tandem.mapping")}";
}
