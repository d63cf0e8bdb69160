using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Api;

/// <summary>What a server tells when the org's API calls run short: in the connection, and by notifications.</summary>
public sealed class AllowanceNotificationTests
{
    [Fact]
    public async Task Slowed_polls_are_told_once_when_they_begin_and_when_they_end()
    {
        await using var world = await ApiWorld.StartAsync();
        await world.UntilLoadedAsync();
        var (org, host) = (world.Sync.Server.Control.Usage, world.Connection.Host.ShouldNotBeNull());
        var before = (await world.GetAsync(world.Path))["api_usage"].ShouldNotBeNull();
        before["slowed"].ShouldNotBeNull().GetValue<bool>().ShouldBeFalse();
        before["limit"].ShouldNotBeNull().GetValue<long>().ShouldBe(80_000);

        org.Used = org.Max - 1_000;
        await host.Salesforce.Limits.GetAsync(SyncWorld.Token);
        await UntilToldAsync(world, "Polls are slowed, for the API calls that this connection may use in 24 hours run short.");

        var connection = await world.GetAsync($"{world.Path}?deep=true");
        connection["api_usage"]?["slowed"].ShouldNotBeNull().GetValue<bool>().ShouldBeTrue();
        connection["state"].ShouldNotBeNull().GetValue<string>().ShouldBe("IDLE");
        connection["state_description"].ShouldNotBeNull().GetValue<string>().ShouldContain("of its 100,000 API calls of 24 hours left");
        var mapping = connection["mappings"]?[0].ShouldNotBeNull();
        mapping?["state_description"].ShouldNotBeNull().GetValue<string>()
            .ShouldStartWith("Polls come every 60 minutes instead of every 10 minutes: the org has ");
        mapping?["api_calls_today"].ShouldNotBeNull().GetValue<long>().ShouldBeGreaterThan(1);

        org.Used = 100;
        await host.Salesforce.Limits.GetAsync(SyncWorld.Token);
        await UntilToldAsync(world, "Polls come at their intervals again.");
        (await ListAsync(world)).Count.ShouldBe(2);
    }

    private static Task UntilToldAsync(ApiWorld world, string message) => SyncWorld.UntilAsync(
        async () => (await ListAsync(world)).Exists(item => item["message"]?.GetValue<string>() == message), $"it is told: {message}");

    private static async Task<List<JsonNode>> ListAsync(ApiWorld world)
    {
        var notifications = await world.GetAsync($"{world.Path}/notifications?event_type=allowance");
        return [.. notifications["results"].ShouldNotBeNull().AsArray().OfType<JsonNode>()];
    }
}
