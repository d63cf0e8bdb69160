using System.Net;
using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Server.Hosting;
using Tandem.Simulator;
using Tandem.Simulator.Auth;
using Tandem.Tests.Integration.SignIn;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Api;

/// <summary>
/// heroku-connect.md, section 12.3, <c>authorize_url</c>: from a client's question over the org's pages back to a working connection.
/// </summary>
public sealed class AuthorizeTests
{
    private const string Next = "http://localhost:18000/";

    [Fact]
    public async Task A_person_signs_in_and_the_connection_begins_to_work()
    {
        await using var world = await ApiWorld.StartAsync(isSignedIn: false);
        await world.UntilAsync(ConnectionState.NeedAuthentication);
        using var person = NewPerson(world);

        var arrived = await person.SignInAsync(await BeginAsync(world), new Uri(Next));

        arrived.Query.ShouldBeEmpty();
        await world.UntilAsync(ConnectionState.Idle);
        await world.UntilLoadedAsync();
        var connection = await world.GetAsync(world.Path);
        connection["sf_info"]?["username"]?.GetValue<string>().ShouldBe(new SimulatorOptions().UserName);
        connection["auth_updated"].ShouldNotBeNull();
        connection["user_info"]?["profile_perms"]?["type"]?.GetValue<string>().ShouldBe("Profile");
        (await world.Sync.AskAsync("select action || ' by ' || actor_name from tandem.audit where action = 'connection.authorize'"))
            .ShouldBe(["connection.authorize by given at the start"]);
        (await world.GetAsync($"{world.Path}?deep=true")).ToJsonString().ShouldNotContain("refresh_token");

        // What was stored signs in again.
        await world.AskAsync(HttpMethod.Post, $"{world.Path}/actions/restart", HttpStatusCode.Accepted);
        await world.UntilAsync(ConnectionState.Idle);
    }

    [Fact]
    public async Task A_working_connection_is_authorized_anew_and_keeps_its_mappings()
    {
        await using var world = await ApiWorld.StartAsync();
        await world.UntilLoadedAsync();
        using var person = NewPerson(world);

        await person.SignInAsync(await BeginAsync(world), new Uri(Next));

        await world.UntilAsync(ConnectionState.Idle);
        (await world.GetAsync($"{world.Path}?deep=true"))["mappings"]?.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_new_sign_in_keeps_the_version_of_the_api()
    {
        await using var world = await ApiWorld.StartAsync(isSignedIn: false);
        await world.Sync.RunAsync("update tandem.connection set api_version = '61.0'");
        using var person = NewPerson(world);

        await person.SignInAsync(await BeginAsync(world), new Uri(Next));

        await world.UntilAsync(ConnectionState.Idle);
        (await world.GetAsync(world.Path))["sf_info"]?["api_version"]?.GetValue<string>().ShouldBe("61.0");
    }

    [Fact]
    public async Task A_refused_consent_stores_nothing_and_tells_the_browser()
    {
        await using var world = await ApiWorld.StartAsync(isSignedIn: false);
        using var person = NewPerson(world);

        var arrived = await person.SignInAsync(await BeginAsync(world), new Uri(Next), decision: "deny");

        arrived.Query.ShouldContain("error=access_denied");
        (await world.Sync.AskOneAsync("select count(*) from tandem.credential")).ShouldBe("0");
        world.Connection.Standing.State.ShouldBe(ConnectionState.NeedAuthentication);
    }

    [Theory]
    [InlineData("https://evil.example.com/")]
    [InlineData("//evil.example.com")]
    [InlineData("http://localhost.evil.example.com:18000/")]
    [InlineData("javascript:alert(1)")]
    public async Task A_browser_is_sent_to_no_strange_place(string next)
    {
        await using var world = await ApiWorld.StartAsync();

        var refused = await world.AskAsync(
            HttpMethod.Post, $"{world.Path}/authorize_url", HttpStatusCode.BadRequest, Ask(world, next).ToJsonString());

        refused["code"]?.GetValue<string>().ShouldBe("badconfig");
    }

    [Fact]
    public async Task An_answer_that_nobody_began_is_shown_and_leads_nowhere()
    {
        await using var world = await ApiWorld.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });

        foreach (var query in new[] { "", "?code=x&state=made-up", "?state=made-up&error=access_denied" })
        {
            using var answer = await http.GetAsync(new Uri(world.Server.Address, $"/auth/callback{query}"), SyncWorld.Token);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            answer.Content.Headers.ContentType?.MediaType.ShouldBe("text/plain");
        }
    }

    [Fact]
    public async Task Without_a_master_key_no_sign_in_begins()
    {
        await using var world = await ApiWorld.StartAsync(hasMasterKey: false);

        var refused = await world.AskAsync(
            HttpMethod.Post, $"{world.Path}/authorize_url", HttpStatusCode.BadRequest, Ask(world, Next).ToJsonString());

        refused["message"]?.GetValue<string>().ShouldContain("TANDEM_KEY_FILE");
    }

    private static async Task<Uri> BeginAsync(ApiWorld world)
    {
        var answer = await world.AskAsync(
            HttpMethod.Post, $"{world.Path}/authorize_url", HttpStatusCode.OK, Ask(world, Next).ToJsonString());
        return new Uri((answer["redirect"]?.GetValue<string>()).ShouldNotBeNull());
    }

    private static JsonObject Ask(ApiWorld world, string next) => new()
    {
        ["environment"] = "custom", ["domain"] = world.Sync.Server.BaseAddress.Authority, ["next"] = next,
    };

    private static Browser NewPerson(ApiWorld world)
    {
        var org = new SimulatorOptions();
        world.Sync.Server.Apps.Register(new ConnectedApp
        {
            ClientId = ApiWorld.ConnectedAppId, RedirectUris = [new Uri(world.Server.Address, "/auth/callback").AbsoluteUri],
        });
        return new Browser(org.UserName, org.Password);
    }
}
