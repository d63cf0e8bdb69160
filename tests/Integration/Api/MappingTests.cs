using System.Net;
using Shouldly;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Api;

/// <summary>heroku-connect.md, section 12.5.</summary>
public sealed class MappingTests
{
    private const string Accounts =
        """{"object_name": "Account", "config": {"access": "read_write", "fields": {"Id": {}, "Name": {}}, "sf_polling_seconds": 1}}""";

    [Fact]
    public async Task A_mapping_is_made_reloaded_and_removed_and_its_rows_stay()
    {
        await using var world = await ApiWorld.StartAsync(contacts: 20);
        await world.UntilLoadedAsync();

        var made = await world.AskAsync(HttpMethod.Post, $"{world.Path}/mappings", HttpStatusCode.Created, Accounts);
        await SyncWorld.UntilAsync(() => world.Connection.Host?.Mappings.All.Count == 2, "the next shift works it");
        await world.UntilLoadedAsync();
        var path = made["detail_url"]!.GetValue<string>();
        (await world.GetAsync(path))["object_name"]?.GetValue<string>().ShouldBe("Account");
        await world.AskAsync(HttpMethod.Post, $"{path}/actions/reload", HttpStatusCode.Accepted);
        var rows = await world.Sync.AskOneAsync("select count(*) from salesforce.account");

        await world.AskAsync(HttpMethod.Delete, path, HttpStatusCode.NoContent);

        await world.AskAsync(HttpMethod.Get, path, HttpStatusCode.NotFound);
        await SyncWorld.UntilAsync(() => world.Connection.Host?.Mappings.All.Count == 1, "the next shift begins without it");
        rows.ShouldNotBe("0");
        await world.Sync.RunAsync("insert into salesforce.account (name) values ('nobody listens')");
        (await world.Sync.AskOneAsync("select count(*) from salesforce._trigger_log where table_name = 'account'")).ShouldBe("0");
        (await world.Sync.AskOneAsync("select count(*) from tandem.progress where object_name = 'Account'")).ShouldBe("0");
        (await world.Sync.AskOneAsync("select count(*) from tandem.mapping")).ShouldBe("1");
    }

    [Fact]
    public async Task A_removed_mapping_that_is_made_again_takes_its_table_over()
    {
        await using var world = await ApiWorld.StartAsync();
        await world.UntilLoadedAsync();
        var ids = await world.Sync.AskAsync("select id::text from salesforce.contact order by sfid");
        var mapping = ((await world.GetAsync($"{world.Path}?deep=true"))["mappings"]?[0]).ShouldNotBeNull();
        var config = mapping["config"]!.ToJsonString();
        await world.AskAsync(HttpMethod.Delete, mapping["detail_url"]!.GetValue<string>(), HttpStatusCode.NoContent);
        await SyncWorld.UntilAsync(() => world.Connection.Host?.Mappings.All.Count == 0, "the next shift begins without it");
        (await world.GetAsync(world.Path))["state"]?.GetValue<string>().ShouldBe("IDLE");

        await world.AskAsync(
            HttpMethod.Post, $"{world.Path}/mappings", HttpStatusCode.Created, $$"""{"object_name": "Contact", "config": {{config}}}""");
        await SyncWorld.UntilAsync(() => world.Connection.Host?.Mappings.All.Count == 1, "the next shift works it");
        await world.UntilLoadedAsync();

        (await world.Sync.AskAsync("select id::text from salesforce.contact order by sfid")).ShouldBe(ids);
        await world.Sync.RunAsync("insert into salesforce.contact (lastname) values ('again')");
        await SyncWorld.UntilAsync(() => world.Sync.Org.Find("Contact", "LastName", "again").Count == 1, "its changes are sent again");
    }

    [Theory]
    [InlineData("""{"config": {}}""", HttpStatusCode.BadRequest, "object_name")]
    [InlineData("""{"object_name": 7}""", HttpStatusCode.BadRequest, "object_name")]
    [InlineData("""{"object_name": "Account"}""", HttpStatusCode.BadRequest, "config")]
    [InlineData(
        """{"object_name": "x'; drop table contact--", "config": {"access": "read_only", "fields": {}}}""",
        HttpStatusCode.BadRequest,
        "x'")]
    [InlineData("""{"object_name": "Contact", "config": {}}""", HttpStatusCode.Conflict, "mapped already")]
    public async Task What_cannot_be_mapped_is_refused_with_a_sentence(string body, HttpStatusCode expected, string words)
    {
        await using var world = await ApiWorld.StartAsync();
        await world.UntilLoadedAsync();

        var refused = await world.AskAsync(HttpMethod.Post, $"{world.Path}/mappings", expected, body);

        refused["message"]?.GetValue<string>().ShouldContain(words);
        (await world.Sync.AskAsync("select object_name from tandem.mapping")).ShouldBe(["Contact"]);
    }
}
