using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Shouldly;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Api;

/// <summary>The log of a connection over the API: what is kept, and what comes.</summary>
public sealed class LogTests
{
    private static ILoggerFactory Loggers => LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Information));

    [Fact]
    public async Task What_is_kept_belongs_to_its_connection_and_its_mapping()
    {
        using var loggers = Loggers;
        await using var world = await ApiWorld.StartAsync(loggers: loggers);
        await world.UntilLoadedAsync();
        var mapping = (await world.GetAsync($"{world.Path}?deep=true"))["mappings"]?[0]?["id"]?.GetValue<string>();

        // The rows are there before the sentence about them is.
        await SyncWorld.UntilAsync(
            async () => (await ItemsAsync(world, "&object=contact")).Exists(item => Text(item, "event") == "loaded"), "the load is told");
        var loaded = (await ItemsAsync(world, "&object=contact")).Single(item => Text(item, "event") == "loaded");

        Text(loaded, "connection_id").ShouldBe($"{world.Connection.Id}");
        Text(loaded, "connection").ShouldBe("salesforce");
        Text(loaded, "mapping_id").ShouldBe(mapping);
        Text(loaded, "object").ShouldBe("Contact");
        Text(loaded, "message").ShouldBe("Loaded Contact: 2 rows");
        loaded["fields"]?["rows"]?.GetValue<int>().ShouldBe(2);
        (await ItemsAsync(world, "&object=account")).ShouldBeEmpty();
        (await ItemsAsync(world, "&level=critical")).ShouldBeEmpty();
        (await ItemsAsync(world, "&tail=1")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_push_is_told_as_the_mappings_whose_rows_it_sends()
    {
        using var loggers = Loggers;
        await using var world = await ApiWorld.StartAsync(loggers: loggers);
        await world.UntilLoadedAsync();

        await world.Sync.RunAsync("insert into salesforce.contact (lastname) values ('pushed')");

        await foreach (var item in world.FollowAsync(LogsOf(world)))
        {
            var line = JsonNode.Parse(item.Data).ShouldNotBeNull();
            if (Text(line, "event") != "pushed")
                continue;
            Text(line, "mapping_id").ShouldBe($"{world.Connection.Host?.Mappings.All[0].Id}");
            Text(line, "state").ShouldBeOneOf("DATA_SYNCED", "POLLING_SF_CHANGES");
            return;
        }
    }

    [Fact]
    public async Task Who_was_cut_off_goes_on_behind_the_last_entry_and_hears_what_comes()
    {
        using var loggers = Loggers;
        await using var world = await ApiWorld.StartAsync(loggers: loggers);
        await world.UntilLoadedAsync();
        var seen = await TakeAsync(world, LogsOf(world), null, 2);

        var next = await TakeAsync(world, LogsOf(world), seen[0].Id, 1);
        next[0].Id.ShouldBe(seen[1].Id);
        next[0].Message.ShouldBe(seen[1].Message);

        var coming = TakeAsync(world, $"{LogsOf(world)}&tail=0", null, 1);
        coming.IsCompleted.ShouldBeFalse();
        world.Connection.Restart();
        (await coming)[0].Id.ShouldNotBe(seen[1].Id);
    }

    [Fact]
    public async Task Only_who_may_see_the_connection_sees_its_log_and_words_are_checked()
    {
        using var loggers = Loggers;
        await using var world = await ApiWorld.StartAsync(loggers: loggers);

        await world.AskAsync(HttpMethod.Get, LogsOf(world), HttpStatusCode.NotFound, token: world.Stranger);
        await world.AskAsync(HttpMethod.Get, LogsOf(world), HttpStatusCode.Unauthorized, token: null);
        await world.AskAsync(HttpMethod.Get, $"{LogsOf(world)}&follow=false", HttpStatusCode.OK, token: world.Reader);
        foreach (var (wrong, sentence) in new[]
        {
            ("tail=1001", "tail: expected a number from 0 to 1000, found 1001."), ("tail=-1", "tail: expected"),
            ("level=loud", "level: expected one of trace, debug"), ("follow=maybe", "follow: expected true or false, found maybe."),
        })
        {
            (await world.GetTextAsync($"{LogsOf(world)}&{wrong}", expected: HttpStatusCode.BadRequest)).ShouldContain(sentence);
        }
    }

    [Fact]
    public async Task The_stop_of_the_server_ends_the_stream_at_once()
    {
        using var loggers = Loggers;
        await using var world = await ApiWorld.StartAsync(loggers: loggers);
        await using var following = world.FollowAsync(LogsOf(world)).GetAsyncEnumerator(SyncWorld.Token);
        (await following.MoveNextAsync()).ShouldBeTrue();

        var stopping = world.Server.DisposeAsync().AsTask();
        while (await following.MoveNextAsync())
            following.Current.Data.ShouldNotBeEmpty();

        await stopping.WaitAsync(TimeSpan.FromSeconds(2), SyncWorld.Token);
    }

    private static string LogsOf(ApiWorld world) => $"/api/v1/connections/{world.Connection.Id}/logs?";

    private static async Task<List<JsonNode>> ItemsAsync(ApiWorld world, string query) =>
        [.. (await world.GetAsync($"{LogsOf(world)}follow=false{query}"))["items"].ShouldNotBeNull().AsArray().OfType<JsonNode>()];

    private static async Task<List<(string? Id, string Message)>> TakeAsync(ApiWorld world, string path, string? last, int count)
    {
        var taken = new List<(string?, string)>();
        await foreach (var item in world.FollowAsync(path, last))
        {
            taken.Add((item.EventId, Text(JsonNode.Parse(item.Data).ShouldNotBeNull(), "message") ?? ""));
            if (taken.Count == count)
                break;
        }

        return taken;
    }

    private static string? Text(JsonNode line, string member) => line[member]?.GetValue<string>();
}
