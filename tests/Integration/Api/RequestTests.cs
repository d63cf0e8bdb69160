using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Api;

/// <summary>What a client asks for that waits for the end of what it has asked for.</summary>
public sealed class RequestTests
{
    private const string WithAccounts =
        """{"mappings": [{"object_name": "Account", "config": {"access": "read_write", "fields": {"Id": {}, "Name": {}}}}]}""";

    private const string WithNothing =
        """{"mappings": [{"object_name": "Nothing__c", "config": {"access": "read_only", "fields": {"Id": {}}}}]}""";

    [Fact]
    public async Task An_import_points_to_its_outcome_with_what_it_changed()
    {
        await using var world = await ApiWorld.StartAsync();

        var done = await UntilDoneAsync(world, await BeginAsync(world, $"{world.Path}/actions/import", WithAccounts));

        done["succeeded"]?.GetValue<bool>().ShouldBeTrue();
        done["message"]?.GetValue<string>().ShouldEndWith(" settings changed.");
        done["detail"]?.AsArray().Count.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task An_import_that_the_org_does_not_serve_tells_why()
    {
        await using var world = await ApiWorld.StartAsync();

        var done = await UntilDoneAsync(world, await BeginAsync(world, $"{world.Path}/actions/import", WithNothing));

        done["succeeded"]?.GetValue<bool>().ShouldBeFalse();
        done["message"]?.GetValue<string>().ShouldContain("Nothing__c");
    }

    [Fact]
    public async Task A_reload_points_to_its_outcome()
    {
        await using var world = await ApiWorld.StartAsync(contacts: 7);
        await world.UntilLoadedAsync();
        var mapping = (await world.GetAsync($"{world.Path}?deep=true"))["mappings"]?[0];
        mapping.ShouldNotBeNull()["load"].ShouldBeNull();

        var done = await UntilDoneAsync(world, await BeginAsync(world, $"{mapping["detail_url"]}/actions/reload", body: null));

        done["message"]?.GetValue<string>().ShouldBe("Contact was read anew: 7 records.");
    }

    [Fact]
    public async Task Only_those_who_may_see_the_connection_see_its_requests()
    {
        await using var world = await ApiWorld.StartAsync();
        await world.UntilLoadedAsync();
        var address = await BeginAsync(world, $"{world.Path}/actions/import", WithAccounts);

        await world.AskAsync(HttpMethod.Get, address, HttpStatusCode.NotFound, token: world.Stranger);
        await world.AskAsync(HttpMethod.Get, address, HttpStatusCode.Unauthorized, token: null);
        await world.AskAsync(HttpMethod.Get, $"/api/v1/connections/{world.Connection.Id}/requests/999999", HttpStatusCode.NotFound);
        await UntilDoneAsync(world, address, world.Reader);
    }

    private static async Task<string> BeginAsync(ApiWorld world, string path, string? body)
    {
        using var client = new HttpClient { BaseAddress = world.Server.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiWorld.Admin);
        using var content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), content, SyncWorld.Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        return answer.Headers.Location.ShouldNotBeNull().OriginalString;
    }

    private static async Task<JsonNode> UntilDoneAsync(ApiWorld world, string address, string token = ApiWorld.Admin)
    {
        await SyncWorld.UntilAsync(async () => await world.StatusAsync(address) == HttpStatusCode.OK, "it is done");
        return await world.GetAsync(address, token);
    }
}
