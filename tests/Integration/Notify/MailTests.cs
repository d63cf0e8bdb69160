using System.Text;
using Shouldly;
using Tandem.Server.Notify;
using Xunit;

namespace Tandem.Tests.Integration.Notify;

/// <summary>Notifications by e-mail: gathered, so that no flood of them is a flood of mails.</summary>
public sealed class MailTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task The_first_comes_at_once_and_those_after_it_together_when_the_interval_is_over()
    {
        await using var world = await NotifyWorld.StartAsync();
        await using var server = new MailServer();
        await world.AddAsync("first");
        await using var run = world.Run(Options(server));
        var started = world.Time.GetUtcNow();
        await world.PassTimeUntilAsync(async () => await NotedAsync(world) == 1, "the first is noted");
        await world.AddAsync("second");
        await world.AddAsync("third");

        await world.PassTimeUntilAsync(async () => await NotedAsync(world) == 3, "all are noted");

        server.Mails.Count.ShouldBe(2);
        var bodies = server.Mails.Select(Body).ToList();
        bodies[0].ShouldContain("first");
        bodies[1].ShouldContain("second");
        bodies[1].ShouldContain("third");
        bodies[1].ShouldNotContain("first");
        (world.Time.GetUtcNow() - started).ShouldBeGreaterThanOrEqualTo(Interval);
        server.Commands.Count(line => line.StartsWith("RCPT TO:<two@example.com>", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task Each_connection_has_mails_of_its_own()
    {
        await using var world = await NotifyWorld.StartAsync();
        await using var server = new MailServer();
        var other = await world.Catalog.AddConnectionAsync("other");
        await world.AddAsync("one");
        await world.AddAsync("two", other);
        await using var run = world.Run(Options(server));

        await world.PassTimeUntilAsync(async () => await NotedAsync(world) == 2, "both are noted");

        server.Mails.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("MAIL")]
    [InlineData("RCPT")]
    [InlineData("DATA")]
    [InlineData("AUTH")]
    public async Task What_the_server_does_not_take_is_sent_later(string refused)
    {
        await using var world = await NotifyWorld.StartAsync();
        await using var server = new MailServer { Refused = refused };
        await world.AddAsync("late");
        await using var run = world.Run(Options(server) with { UserName = "user", Password = "password" });
        await world.PassTimeUntilAsync(
            () => server.Commands.Any(line => line.StartsWith(refused, StringComparison.Ordinal)), "it is refused");
        (await NotedAsync(world)).ShouldBe(0);

        server.Refused = null;
        await world.PassTimeUntilAsync(async () => await NotedAsync(world) == 1, "it is noted");

        Body(server.Mails.ShouldHaveSingleItem()).ShouldContain("late");
        server.Commands.ShouldContain($"AUTH PLAIN {Convert.ToBase64String("\0user\0password"u8)}");
    }

    private static MailOptions Options(MailServer server) => new()
    {
        Host = "127.0.0.1",
        Port = server.Port,
        UsesTls = false,
        From = "tandem@example.com",
        To = ["one@example.com", "two@example.com"],
        Interval = Interval,
        SendWithin = TimeSpan.FromDays(1),
    };

    private static Task<long> NotedAsync(NotifyWorld world) => world.Catalog.ReadAsync<long>("select count(*) from tandem.delivery");

    private static string Body(string mail) => Encoding.UTF8.GetString(Convert.FromBase64String(mail.Split("\r\n\r\n", 2)[1]));
}
