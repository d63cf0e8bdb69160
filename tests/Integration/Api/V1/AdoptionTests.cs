using System.Net;
using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Server.Hosting;
using Tandem.Simulator;
using Tandem.Testing.Heroku;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Api.V1;

/// <summary>A running server takes over a schema that Heroku Connect filled: heroku-connect.md, section 19, point 3.</summary>
public sealed class AdoptionTests
{
    private static readonly SimulatorOptions Org = new();

    [Fact]
    public async Task A_plan_is_told_and_then_carried_out_and_what_had_waited_is_sent()
    {
        await using var world = await ApiWorld.StartAsync();
        var life = await MakeAsync(world);
        await world.Sync.RunAsync("insert into theirs.contact (lastname) values ('waited')");
        var triggers = await TriggersAsync(world);

        var plan = await AdoptAsync(world, life, """{"dry_run": true}""");

        plan["succeeded"]?.GetValue<bool>().ShouldBeTrue(plan.ToJsonString());
        plan["sentence"]?.GetValue<string>().ShouldBe("The schema theirs can be taken over; nothing was changed.");
        var told = plan["adoption"].ShouldNotBeNull();
        (told["dry_run"]?.GetValue<bool>(), told["applied"]?.GetValue<bool>()).ShouldBe((true, false));
        told["tables"]!.AsArray().Select(table => $"{table?["object_name"]} {table?["action"]} {table?["queued"]}")
            .ShouldBe(["Account adopt 0", "Contact adopt 1"]);
        told["mapping_file"]?["mappings"]?.AsArray().Count.ShouldBe(2);
        (await TriggersAsync(world)).ShouldBe(triggers);

        var refused = await AdoptAsync(world, life, "{}");
        refused["succeeded"]?.GetValue<bool>().ShouldBeFalse();
        refused["adoption"]?["problems"]?[0]?.GetValue<string>().ShouldContain("--confirm-paused");
        (await TriggersAsync(world)).ShouldBe(triggers);

        var done = await AdoptAsync(world, life, """{"confirm_paused": true, "verify": "values"}""");

        done["succeeded"]?.GetValue<bool>().ShouldBeTrue(done.ToJsonString());
        done["adoption"]?["applied"]?.GetValue<bool>().ShouldBeTrue();
        done["adoption"]?["reports"]!.AsArray().Select(report => report?["differences"]?.GetValue<long>()).ShouldBe([0, 0]);
        await SyncWorld.UntilAsync(() => world.Sync.Org.Find("Contact", "LastName", "waited").Count == 1, "what had waited is sent");
        life.Standing.State.ShouldBe(ConnectionState.Idle);
        (await world.Sync.AskOneAsync("select action from tandem.audit where connection_id = '" + life.Id + "' order by id desc limit 1"))
            .ShouldBe("connection.adopt");

        var again = await AdoptAsync(world, life, """{"confirm_paused": true}""");
        again["sentence"]?.GetValue<string>().ShouldBe("Nothing is to be done: the schema theirs is taken over already.");
    }

    [Fact]
    public async Task A_connection_over_a_schema_that_is_not_taken_over_leaves_it_alone_and_says_so()
    {
        await using var world = await ApiWorld.StartAsync();
        var (triggers, functions) = ("", "");
        var life = await MakeAsync(
            world, async () => (triggers, functions) = (await TriggersAsync(world), await FunctionsAsync(world)));

        await SyncWorld.UntilAsync(() => life.Standing.State == ConnectionState.SystemError, "it does not begin");
        life.Standing.Sentence.ShouldBe(
            "The schema theirs has a change log of another program, such as Heroku Connect, and two programs must not work it: take it "
            + "over with tandem adopt.");
        (await TriggersAsync(world)).ShouldBe(triggers);
        (await FunctionsAsync(world)).ShouldBe(functions);
    }

    [Fact]
    public async Task A_paused_connection_is_paused_afterwards_and_sends_when_it_is_resumed()
    {
        await using var world = await ApiWorld.StartAsync();
        var life = await MakeAsync(world);
        await world.Sync.RunAsync("insert into theirs.contact (lastname) values ('waited')");
        await world.AskAsync(HttpMethod.Post, $"/api/v3/connections/{life.Id}/actions/pause", HttpStatusCode.Accepted);

        var done = await AdoptAsync(world, life, """{"confirm_paused": true, "verify": "off"}""");

        done["adoption"]?["applied"]?.GetValue<bool>().ShouldBeTrue(done.ToJsonString());
        await SyncWorld.UntilAsync(() => life.Standing.State == ConnectionState.Paused, "it is paused");
        world.Sync.Org.Find("Contact", "LastName", "waited").ShouldBeEmpty();
        await world.AskAsync(HttpMethod.Post, $"/api/v3/connections/{life.Id}/actions/resume", HttpStatusCode.Accepted);
        await SyncWorld.UntilAsync(() => world.Sync.Org.Find("Contact", "LastName", "waited").Count == 1, "what had waited is sent");
    }

    [Fact]
    public async Task What_cannot_be_taken_over_is_a_sentence_and_wrong_words_are_named()
    {
        await using var world = await ApiWorld.StartAsync();
        var life = await MakeAsync(world);
        var path = $"/api/v1/connections/{life.Id}/adoption";
        await world.Sync.RunAsync("alter table theirs.account alter phone type integer using null");

        var result = await AdoptAsync(world, life, """{"confirm_paused": true}""");

        result["succeeded"]?.GetValue<bool>().ShouldBeFalse();
        result["adoption"]?["problems"]?[0]?.GetValue<string>().ShouldStartWith("theirs.account.phone: ");
        var problem = await world.RefuseAsync(
            HttpMethod.Post, path, HttpStatusCode.BadRequest, """{"verify": "closely", "mapping_file": {"mappings": 1}, "dry": true}""");
        problem["errors"]!.AsObject().Select(error => error.Key).ShouldBe(["dry", "mapping_file", "verify"]);
        await world.RefuseAsync(HttpMethod.Post, path, HttpStatusCode.Forbidden, "{}", world.Reader);
        await world.RefuseAsync(HttpMethod.Post, path, HttpStatusCode.NotFound, "{}", world.Stranger);
        await world.RefuseAsync(HttpMethod.Get, $"{path}/{Guid.NewGuid()}", HttpStatusCode.NotFound);
        var bare = await world.AskAsync(HttpMethod.Post, "/api/v1/connections", HttpStatusCode.Created, $$"""
            {"name": "bare", "schema_name": "bare", "login_url": "{{world.Sync.Proxy.Address}}"}
            """);
        path = $"/api/v1/connections/{bare["id"]}/adoption";
        (await world.RefuseAsync(HttpMethod.Post, path, HttpStatusCode.Conflict, "{}"))["detail"]?.GetValue<string>()
            .ShouldBe("Nobody has signed in to Salesforce for bare; do that first.");
    }

    /// <summary>A connection over a schema of Heroku Connect, as a person makes it who moves.</summary>
    private static async Task<ConnectionLife> MakeAsync(ApiWorld world, Func<Task>? filled = null)
    {
        // A table without a record of the org would be loaded, and not adopted.
        await world.Sync.Org.CreateAsync("Account", new { Name = "one" });
        await new HerokuSchema(world.Sync.Database.DataSource, HerokuLayout.Present, "theirs").CreateAsync(
            world.Sync.Server.BaseAddress, [HerokuTable.Account, HerokuTable.Contact], SyncWorld.Token);
        if (filled is not null)
            await filled();
        await world.AskAsync(HttpMethod.Post, "/api/v1/connections", HttpStatusCode.Created, $$"""
            {"name": "theirs", "app_name": "an-app", "schema_name": "theirs", "login_url": "{{world.Sync.Proxy.Address}}",
            "sign_in": {"kind": "client_credentials", "client_id": "{{Org.ClientId}}", "client_secret": "{{Org.ClientSecret}}"} }
            """);
        return world.Fleet.All.Single(life => life.Connection.Name == "theirs");
    }

    private static async Task<JsonNode> AdoptAsync(ApiWorld world, ConnectionLife life, string body)
    {
        var begun = await world.AskAsync(
            HttpMethod.Post, $"/api/v1/connections/{life.Id}/adoption", HttpStatusCode.Accepted, body);
        var address = begun["result_url"]!.GetValue<string>();
        await SyncWorld.UntilAsync(async () => await world.StatusAsync(address) == HttpStatusCode.OK, "the outcome is there");
        return await world.GetAsync(address);
    }

    private static Task<string> TriggersAsync(ApiWorld world) => world.Sync.AskOneAsync(
        "select string_agg(pg_get_triggerdef(t.oid), E'\n' order by t.oid) from pg_trigger t join pg_class c on c.oid = t.tgrelid "
        + "where c.relnamespace = 'theirs'::regnamespace and not t.tgisinternal");

    private static Task<string> FunctionsAsync(ApiWorld world) => world.Sync.AskOneAsync(
        "select string_agg(pg_get_functiondef(oid), E'\n' order by oid) from pg_proc where pronamespace = 'theirs'::regnamespace");
}
