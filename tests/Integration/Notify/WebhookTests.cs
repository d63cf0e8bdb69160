using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Postgres;
using Tandem.Server.Notify;
using Xunit;

namespace Tandem.Tests.Integration.Notify;

/// <summary>Notifications by webhook: signed, in order, each at least once, and none for ever.</summary>
public sealed class WebhookTests
{
    private const string Secret = "a-secret-of-some-length";

    [Fact]
    public async Task A_notification_is_posted_with_its_connection_and_a_signature_that_only_the_secret_makes()
    {
        await using var world = await NotifyWorld.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await world.AddAsync("Contact: it waits for a person.");
        await using var run = world.Run(Options(receiver));

        await world.PassTimeUntilAsync(() => !receiver.Posts.IsEmpty, "it is posted");

        receiver.Posts.TryPeek(out var post).ShouldBeTrue();
        var body = JsonNode.Parse(post.Body).ShouldNotBeNull();
        body["event_type"]?.GetValue<string>().ShouldBe("mapping-error");
        body["message"]?.GetValue<string>().ShouldBe("Contact: it waits for a person.");
        body["connection"]?["id"]?.GetValue<Guid>().ShouldBe(world.Connection);
        body["connection"]?["name"]?.GetValue<string>().ShouldBe("salesforce");
        var at = post.Signature.Split(',')[0]["t=".Length..];
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{at}.{post.Body}").AsSpan());
        post.Signature.ShouldBe($"t={at},v1={Convert.ToHexStringLower(expected)}");
    }

    [Fact]
    public async Task What_is_refused_comes_again_before_what_is_behind_it_and_once_taken_never_more()
    {
        await using var world = await NotifyWorld.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Statuses.Enqueue(500);
        receiver.Statuses.Enqueue(429);
        await world.AddAsync("first");
        await world.AddAsync("second");
        await using (world.Run(Options(receiver)))
        {
            await world.PassTimeUntilAsync(async () => await NotedAsync(world) == 2, "both are noted");
        }

        await world.AddAsync("third");
        await using var again = world.Run(Options(receiver));
        await world.PassTimeUntilAsync(async () => await NotedAsync(world) == 3, "the third is noted");

        Messages(receiver).ShouldBe(["first", "first", "first", "second", "third"]);
    }

    [Fact]
    public async Task After_its_attempts_a_notification_is_given_up_and_the_next_one_has_its_turn()
    {
        await using var world = await NotifyWorld.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        foreach (var status in new[] { 400, 400, 400 })
            receiver.Statuses.Enqueue(status);
        await world.AddAsync("refused");
        await world.AddAsync("taken");
        await using var run = world.Run(Options(receiver) with { Attempts = 3 });

        await world.PassTimeUntilAsync(async () => await NotedAsync(world) == 2, "both are noted");

        Messages(receiver).ShouldBe(["refused", "refused", "refused", "taken"]);
        (await world.Catalog.ReadAsync<long>("select count(*) from tandem.delivery where is_given_up")).ShouldBe(1);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var world = await NotifyWorld.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Statuses.Enqueue(307);
        await world.AddAsync("stays");
        await using var run = world.Run(Options(receiver));

        await world.PassTimeUntilAsync(async () => await NotedAsync(world) == 1, "it is noted");

        receiver.Posts.Select(post => post.Path).ShouldBe(["/hook", "/hook"]);
    }

    [Fact]
    public async Task What_is_older_than_a_day_is_no_news()
    {
        await using var world = await NotifyWorld.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await world.AddAsync("old");
        await world.Catalog.RunAsync("update tandem.notification set created_at = now() - interval '25 hours'");
        await world.AddAsync("new");
        await using var run = world.Run(Options(receiver));

        await world.PassTimeUntilAsync(async () => await NotedAsync(world) == 1, "the new one is noted");

        Messages(receiver).ShouldBe(["new"]);
    }

    [Fact]
    public async Task Of_two_servers_of_a_catalogue_one_tells_until_it_ends_and_then_the_other()
    {
        await using var world = await NotifyWorld.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var receiverOfOther = await WebhookReceiver.StartAsync();
        await using var server = new ControlSession(world.Catalog.DataSource);
        await using var other = new ControlSession(world.Catalog.DataSource);
        await world.AddAsync("first");
        await using var run = world.Run(Options(receiver), server);
        await world.PassTimeUntilAsync(async () => await NotedAsync(world) == 1, "the first is noted");
        await using var runOfOther = world.Run(Options(receiverOfOther), other);
        await world.AddAsync("second");
        await world.AddAsync("third");
        await world.PassTimeUntilAsync(async () => await NotedAsync(world) == 3, "all are noted");
        receiverOfOther.Posts.ShouldBeEmpty();

        await run.DisposeAsync();
        await world.AddAsync("fourth");
        await world.PassTimeUntilAsync(async () => await NotedAsync(world) == 4, "the fourth is noted");

        Messages(receiver).ShouldBe(["first", "second", "third"]);
        Messages(receiverOfOther).ShouldBe(["fourth"]);
    }

    /// <summary>The clock is moved while a post is under way, which must not look like a slow receiver.</summary>
    private static WebhookOptions Options(WebhookReceiver receiver) => new()
    {
        Address = receiver.Address, Secret = Secret, AnswerWithin = TimeSpan.FromHours(1),
    };

    private static Task<long> NotedAsync(NotifyWorld world) => world.Catalog.ReadAsync<long>("select count(*) from tandem.delivery");

    private static IEnumerable<string?> Messages(WebhookReceiver receiver) =>
        receiver.Posts.Select(post => JsonNode.Parse(post.Body)?["message"]?.GetValue<string>());
}
