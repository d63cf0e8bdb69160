using System.Net;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Integration.Api;

/// <summary>heroku-connect.md, section 12.2, and who may ask at all.</summary>
public sealed class DiscoveryTests
{
    [Fact]
    public async Task Connections_of_an_app_are_found_with_absolute_addresses()
    {
        await using var world = await ApiWorld.StartAsync();

        var found = await world.GetAsync("/connections?app=an-app&resource_name=salesforce&addon_type=1");

        found["count"]?.GetValue<int>().ShouldBe(1);
        var listed = (found["results"]?[0]).ShouldNotBeNull();
        listed.AsObject().Select(member => member.Key).ShouldBe(
            [
                "id", "_id", "resource_name", "display_name", "addon_type", "app_name", "app_id", "region", "region_url", "region_flag",
                "region_label", "cell", "cell_label", "detail_url",
            ],
            ignoreOrder: true);
        new Uri(listed["region_url"]!.GetValue<string>()).ShouldBe(world.Server.Address);
        listed["detail_url"]?.GetValue<string>().ShouldBe(new Uri(world.Server.Address, world.Path).ToString());
        listed["addon_type"]?.GetValue<string>().ShouldBe("Sync");
        (await world.GetAsync("/connections?app=none"))["count"]?.GetValue<int>().ShouldBe(0);
        (await world.GetAsync("/connections?app=an-app&resource_name=none"))["count"]?.GetValue<int>().ShouldBe(0);
        (await world.GetAsync("/api/v3/connections?app=an-app"))["count"]?.GetValue<int>().ShouldBe(1);
        (await world.GetAsync($"/connections?app={listed["app_id"]}"))["count"]?.GetValue<int>().ShouldBe(1);
    }

    [Theory]
    [InlineData("/auth/an-app")]
    [InlineData("/api/v3/users/me/apps/an-app/auth")]
    public async Task Asking_for_access_tells_the_user_and_the_connections(string path)
    {
        await using var world = await ApiWorld.StartAsync();

        var answer = await world.AskAsync(HttpMethod.Post, path, HttpStatusCode.OK);

        answer["user"]?["id"].ShouldNotBeNull();
        answer["user"]?["email"].ShouldNotBeNull();
        answer["connections"]?.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Databases_of_an_app_are_its_one()
    {
        await using var world = await ApiWorld.StartAsync();

        (await world.GetAsync("/api/v3/apps/an-app")).ToJsonString().ShouldBe("""{"db_keys":[{"name":"DATABASE_URL","addon":null}]}""");
        await world.AskAsync(HttpMethod.Get, "/api/v3/apps/none", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Nothing_but_health_is_told_without_a_token()
    {
        await using var world = await ApiWorld.StartAsync();

        foreach (var path in new[] { "/connections", world.Path, $"{world.Path}/actions/export", $"{world.Path}/errors", "/nothing" })
        {
            foreach (var token in new[] { null, "wrong", new string('x', 5_000) })
            {
                var answer = await world.AskAsync(HttpMethod.Get, path, HttpStatusCode.Unauthorized, token: token);
                answer["code"]?.GetValue<string>().ShouldBe("unauthorized");
            }
        }
    }

    [Fact]
    public async Task Other_apps_connections_are_none()
    {
        await using var world = await ApiWorld.StartAsync();
        var mapping = (await world.GetAsync($"{world.Path}?deep=true"))["mappings"]?[0]?["id"]?.GetValue<string>();

        (await world.GetAsync("/connections", world.Stranger))["count"]?.GetValue<int>().ShouldBe(0);
        (await world.GetAsync("/connections?app=an-app", world.Stranger))["count"]?.GetValue<int>().ShouldBe(0);
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Get, world.Path), (HttpMethod.Patch, world.Path), (HttpMethod.Post, $"{world.Path}/actions/pause"),
            (HttpMethod.Get, $"{world.Path}/actions/export"), (HttpMethod.Get, $"{world.Path}/notifications"),
            (HttpMethod.Get, $"/api/v3/mappings/{mapping}"), (HttpMethod.Delete, $"/api/v3/mappings/{mapping}"),
        })
        {
            var body = method == HttpMethod.Patch ? "{}" : null;
            await world.AskAsync(method, path, HttpStatusCode.NotFound, body, world.Stranger);
        }
    }

    [Fact]
    public async Task Readers_may_look_and_change_nothing()
    {
        await using var world = await ApiWorld.StartAsync();

        await world.GetAsync(world.Path, world.Reader);
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Patch, world.Path), (HttpMethod.Post, $"{world.Path}/actions/pause"),
            (HttpMethod.Post, $"{world.Path}/mappings"), (HttpMethod.Post, $"{world.Path}/notifications/acknowledge"),
        })
        {
            var answer = await world.AskAsync(method, path, HttpStatusCode.Forbidden, "{}", world.Reader);
            answer["code"]?.GetValue<string>().ShouldBe("forbidden");
        }
    }
}
