using System.Net;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Integration.Api.V1;

/// <summary>Tokens, users and the audit trail over version 1.</summary>
public sealed class AccessTests
{
    private const string Password = "correct horse battery";

    [Fact]
    public async Task A_token_is_made_used_listed_without_its_secret_and_revoked()
    {
        await using var world = await ApiWorld.StartAsync();

        var made = await world.AskAsync(
            HttpMethod.Post, "/api/v1/tokens", HttpStatusCode.Created, """{"name": "ci", "scope": "admin", "app_name": "an-app"}""");

        var secret = made["secret"]!.GetValue<string>();
        (await world.GetAsync("/api/v1/session", secret))["name"]?.GetValue<string>().ShouldBe("ci");
        var listed = await world.GetAsync("/api/v1/tokens");
        listed["items"]!.AsArray().Select(item => item?["name"]?.GetValue<string>()).ShouldBe(["ci", "reader", "stranger"]);
        listed.ToJsonString().ShouldNotContain("secret");
        (await world.GetAsync("/api/v1/audit")).ToJsonString().ShouldNotContain(secret);
        await world.RefuseAsync(HttpMethod.Post, "/api/v1/tokens", HttpStatusCode.BadRequest, """{"name": "ci"}""");
        await world.RefuseAsync(HttpMethod.Get, "/api/v1/tokens", HttpStatusCode.Forbidden, token: secret);

        await world.AskAsync(HttpMethod.Delete, "/api/v1/tokens/ci", HttpStatusCode.NoContent);

        await world.RefuseAsync(HttpMethod.Get, "/api/v1/session", HttpStatusCode.Unauthorized, token: secret);
        await world.RefuseAsync(HttpMethod.Delete, "/api/v1/tokens/ci", HttpStatusCode.NotFound);
        await world.RefuseAsync(HttpMethod.Delete, "/api/v1/tokens/'%20or%20true--", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_token_that_cannot_be_made_is_refused_with_all_that_is_wrong()
    {
        await using var world = await ApiWorld.StartAsync();

        var refused = await world.RefuseAsync(HttpMethod.Post, "/api/v1/tokens", HttpStatusCode.BadRequest, """
            {"name": "\u200b", "scope": "root", "app_name": "a", "connection_id": "01900000-0000-7000-8000-000000000000",
            "expires_at": "2001-01-01T00:00:00Z"}
            """);

        refused["errors"].ShouldNotBeNull().AsObject().Select(member => member.Key)
            .ShouldBe(["connection_id", "expires_at", "name", "scope"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_user_is_added_changed_and_removed()
    {
        await using var world = await ApiWorld.StartAsync();

        var added = await world.AskAsync(HttpMethod.Post, "/api/v1/users", HttpStatusCode.Created, $$"""
            {"name": "ada", "email": "ada@example.com", "password": "{{Password}}"}
            """);
        added["role"]?.GetValue<string>().ShouldBe("read");
        var changed = await world.AskAsync(HttpMethod.Patch, "/api/v1/users/Ada", HttpStatusCode.OK, """
            {"role": "admin", "email": null, "password": "another long password"}
            """);
        (changed["role"]?.GetValue<string>(), changed["email"]).ShouldBe(("admin", null));
        (await world.GetAsync("/api/v1/users"))["items"]?.AsArray().Count.ShouldBe(1);
        (await world.Sync.AskAsync("select action from tandem.audit where action like 'user.%' order by id"))
            .ShouldBe(["user.add", "user.change", "user.change_password"]);

        var refused = await world.RefuseAsync(HttpMethod.Post, "/api/v1/users", HttpStatusCode.BadRequest, """
            {"name": "x y", "email": "nobody", "password": "short", "admin": true}
            """);
        refused["errors"].ShouldNotBeNull().AsObject().Select(member => member.Key)
            .ShouldBe(["admin", "email", "name", "password"], ignoreOrder: true);
        refused.ToJsonString().ShouldNotContain("\"short\"");
        await world.RefuseAsync(HttpMethod.Patch, "/api/v1/users/nobody", HttpStatusCode.NotFound, "{}");
        await world.AskAsync(HttpMethod.Delete, "/api/v1/users/ada", HttpStatusCode.NoContent);
        await world.RefuseAsync(HttpMethod.Delete, "/api/v1/users/ada", HttpStatusCode.NotFound);
        (await world.GetAsync("/api/v1/audit")).ToJsonString().ShouldNotContain(Password);
    }

    [Fact]
    public async Task The_audit_trail_goes_by_pages_and_by_connection()
    {
        await using var world = await ApiWorld.StartAsync();
        await world.AskAsync(HttpMethod.Post, $"{world.Path}/actions/pause", HttpStatusCode.Accepted);
        await world.AskAsync(HttpMethod.Post, $"{world.Path}/actions/resume", HttpStatusCode.Accepted);

        var actions = new List<string?>();
        for (var next = ""; ;)
        {
            var page = await world.GetAsync($"/api/v1/audit?limit=1{next}");
            actions.AddRange(page["items"]!.AsArray().Select(item => item?["action"]?.GetValue<string>()));
            if (page["next"] is not { } cursor)
                break;
            next = $"&after={cursor.GetValue<string>()}";
        }

        actions.ShouldBe(["connection.resume", "connection.pause", "token.create", "token.create"]);
        var item = (await world.GetAsync($"/api/v1/audit?connection={world.Connection.Id}&limit=1000"))["items"]!.AsArray()[0];
        item?["actor"]?["kind"]?.GetValue<string>().ShouldBe("token");
        item?["actor"]?["address"]?.GetValue<string>().ShouldBe("127.0.0.1");
        (await world.GetAsync("/api/v1/audit?connection=salesforce"))["items"]?.AsArray().Count.ShouldBe(2);
        await world.RefuseAsync(HttpMethod.Get, "/api/v1/audit?connection='%3B%20drop%20table%20x--", HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("GET", "/api/v1/tokens")]
    [InlineData("POST", "/api/v1/tokens")]
    [InlineData("DELETE", "/api/v1/tokens/reader")]
    [InlineData("GET", "/api/v1/users")]
    [InlineData("POST", "/api/v1/users")]
    [InlineData("PATCH", "/api/v1/users/ada")]
    [InlineData("DELETE", "/api/v1/users/ada")]
    [InlineData("GET", "/api/v1/audit")]
    public async Task Access_is_only_for_those_who_may_do_everything(string method, string path)
    {
        await using var world = await ApiWorld.StartAsync();
        var body = method is "POST" or "PATCH" ? "{}" : null;

        await world.RefuseAsync(new HttpMethod(method), path, HttpStatusCode.Forbidden, body, world.Reader);
        await world.RefuseAsync(new HttpMethod(method), path, HttpStatusCode.Forbidden, body, world.Stranger);
        await world.RefuseAsync(new HttpMethod(method), path, HttpStatusCode.Unauthorized, body, token: null);
        (await world.Sync.AskOneAsync("select count(*) from tandem.audit")).ShouldBe("2");
    }
}
