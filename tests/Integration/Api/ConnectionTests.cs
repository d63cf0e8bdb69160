using System.Net;
using System.Text;
using Shouldly;
using Tandem.Server.Hosting;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Api;

/// <summary>heroku-connect.md, sections 12.3 and 12.4.</summary>
public sealed class ConnectionTests
{
    private static readonly string[] Members =
    [
        "id", "_id", "name", "internal_name", "addon_id", "resource_name", "app_name", "app_id", "team_name", "enterprise_account_name",
        "schema_name", "db_key", "database", "organization_id", "state", "mappings_summary_state", "detail_url", "notifications_url",
        "tags", "sf_info", "sf_instance", "sf_region", "created_at", "auth_updated", "plan", "free_edition", "dogwood", "user_info",
        "metrics", "api_usage", "logplex_log_enabled", "deletable", "large_query_threshold", "bulk_page_size", "soap_batch_size",
        "features", "odata",
    ];

    private static readonly string[] MappingMembers =
    [
        "id", "_id", "object_name", "state", "state_description", "config", "access", "sf_notify_enabled", "sf_polling_seconds",
        "upsert_field", "counts", "db_count_date", "salesforce_count_date", "times", "load", "api_calls_today", "actively_writing",
        "is_polling", "has_hc_columns", "sync_flags", "detail_url", "errors_url", "schema_url", "created_at", "updated_at", "connection",
    ];

    [Theory]
    [InlineData("true")]
    [InlineData("True")]
    public async Task A_connection_has_the_members_of_the_contract_and_its_mappings_when_asked(string deep)
    {
        await using var world = await ApiWorld.StartAsync();
        await world.UntilLoadedAsync();

        var connection = (await world.GetAsync($"{world.Path}?deep={deep}")).AsObject();

        connection.Select(member => member.Key).Except(["state_description", "mappings"]).ShouldBe(Members, ignoreOrder: true);
        connection["state"]?.GetValue<string>().ShouldBe("IDLE");
        connection["api_usage"]?.AsObject().Select(member => member.Key).ShouldBe(
            ["used", "limit", "share", "slowed", "org_remaining"], ignoreOrder: true);
        connection["detail_url"]?.GetValue<string>().ShouldBe(world.Path);
        connection["sf_info"]?.AsObject().Select(member => member.Key).ShouldBe(
            ["username", "organization_id", "environment", "domain", "api_version"], ignoreOrder: true);
        connection["created_at"]?.GetValue<string>().ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$");
        var mapping = (connection["mappings"]?[0]).ShouldNotBeNull().AsObject();
        mapping.Select(member => member.Key).ShouldBe(MappingMembers, ignoreOrder: true);
        new[] { "DATA_SYNCED", "POLLING_SF_CHANGES" }.ShouldContain(mapping["state"]?.GetValue<string>());
        mapping["counts"]?.ToJsonString().ShouldBe("""{"db":2,"sf":2,"pending":0,"errors":0,"count":2}""");
        mapping["config"]?["revision"]?.GetValue<int>().ShouldBe(1);
        mapping["times"]?["sf_poll"]?.GetValue<string>().ShouldMatch(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\+00:00$");
        (await world.GetAsync(world.Path))["mappings"].ShouldBeNull();
        (await world.GetAsync(mapping["detail_url"]!.GetValue<string>()))["object_name"]?.GetValue<string>().ShouldBe("Contact");
    }

    [Fact]
    public async Task Passwords_and_tokens_are_in_no_answer()
    {
        await using var world = await ApiWorld.StartAsync();
        var password = new Npgsql.NpgsqlConnectionStringBuilder(world.Sync.Database.ConnectionString).Password.ShouldNotBeNull();

        foreach (var path in new[] { "/connections", $"{world.Path}?deep=true", $"{world.Path}/actions/export" })
        {
            var text = (await world.GetAsync(path)).ToJsonString();
            text.ShouldNotContain(password);
            text.ShouldNotContain(ApiWorld.Admin);
        }
    }

    [Fact]
    public async Task What_is_fixed_is_not_changed_and_what_it_is_may_be_said_again()
    {
        await using var world = await ApiWorld.StartAsync();

        await world.AskAsync(
            HttpMethod.Patch, world.Path, HttpStatusCode.OK, """{"schema_name": "salesforce", "db_key": "DATABASE_URL"}""");
        foreach (var (body, part) in new[]
        {
            ("""{"schema_name": "other"}""", "cannot be changed"), ("""{"db_key": "OTHER_URL"}""", "which here are DATABASE_URL;"),
            ("""{"name": "other"}""", "cannot be changed"), ("""{"name": 7}""", "expected a text"),
        })
        {
            var refused = await world.AskAsync(HttpMethod.Patch, world.Path, HttpStatusCode.BadRequest, body);
            refused["code"]?.GetValue<string>().ShouldBe("badconfig");
            refused["message"]?.GetValue<string>().ShouldContain(part);
        }
    }

    [Fact]
    public async Task Objects_of_the_org_are_described_with_what_an_insert_needs()
    {
        await using var world = await ApiWorld.StartAsync();

        var fields = (await world.GetAsync($"{world.Path}/schemas/Contact"))["fields"].ShouldNotBeNull().AsArray();

        fields.Single(field => field?["name"]?.GetValue<string>() == "LastName")?["required"]?.GetValue<bool>().ShouldBeTrue();
        fields.Single(field => field?["name"]?.GetValue<string>() == "Email")?["required"]?.GetValue<bool>().ShouldBeFalse();
        await world.AskAsync(HttpMethod.Get, $"{world.Path}/schemas/Nothing__c", HttpStatusCode.NotFound);
        await world.AskAsync(HttpMethod.Get, $"{world.Path}/schemas/x'%3B%20drop%20table%20contact--", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Refused_changes_are_listed_with_their_entries()
    {
        await using var world = await ApiWorld.StartAsync();
        await world.UntilLoadedAsync();
        await world.Sync.RunAsync("insert into salesforce.contact (firstname) values ('nameless')");
        await SyncWorld.UntilAsync(
            async () => await world.Sync.AskOneAsync("select count(*) from salesforce._trigger_log where state = 'FAILED'") is "1",
            "the insert is refused");

        var errors = await world.GetAsync($"{world.Path}/errors");

        errors["count"]?.GetValue<int>().ShouldBe(1);
        var error = (errors["results"]?[0]).ShouldNotBeNull();
        error["table_name"]?.GetValue<string>().ShouldBe("contact");
        error["message"]?.GetValue<string>().ShouldContain("REQUIRED_FIELD_MISSING");
        var mapping = (await world.GetAsync($"{world.Path}?deep=true"))["mappings"]?[0];
        (await world.GetAsync(mapping!["errors_url"]!.GetValue<string>()))["results"]?[0]?["id"]?.GetValue<int>()
            .ShouldBe(error["id"]!.GetValue<int>());
    }

    [Fact]
    public async Task Bodies_that_are_broken_or_too_large_are_refused()
    {
        await using var world = await ApiWorld.StartAsync();

        (await world.AskAsync(HttpMethod.Patch, world.Path, HttpStatusCode.BadRequest, "{"))["code"]?.GetValue<string>()
            .ShouldBe("badrequest");
        await world.AskAsync(HttpMethod.Patch, world.Path, HttpStatusCode.BadRequest, "[]");
        var large = new StringBuilder("\"").Append('x', 17 * 1024 * 1024).Append('"').ToString();
        await world.AskAsync(HttpMethod.Post, $"{world.Path}/actions/import", HttpStatusCode.RequestEntityTooLarge, large);
        (await world.AskAsync(HttpMethod.Delete, world.Path, HttpStatusCode.MethodNotAllowed))["code"].ShouldNotBeNull();
        await world.AskAsync(HttpMethod.Get, "/api/v3/connections/7", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_connection_that_nobody_signed_in_for_says_so()
    {
        await using var world = await ApiWorld.StartAsync(isSignedIn: false);
        await world.UntilAsync(ConnectionState.NeedAuthentication);

        var connection = await world.GetAsync($"{world.Path}?deep=true");

        connection["state"]?.GetValue<string>().ShouldBe("NEED_AUTHENTICATION");
        connection["mappings"]?.AsArray().Count.ShouldBe(1);
        var refused = await world.AskAsync(HttpMethod.Get, $"{world.Path}/errors", HttpStatusCode.Conflict);
        refused["message"]?.GetValue<string>().ShouldContain("signed in");
    }
}
