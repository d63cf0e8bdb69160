using System.Net;
using Microsoft.Extensions.Logging;
using Shouldly;
using Tandem.Server.Hosting;
using Tandem.Server.Logs;
using Tandem.Simulator;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Api;

/// <summary>What no log says at any level, whatever happens: secrets, tokens, codes, and values of rows.</summary>
public sealed class LogSecrecyTests
{
    /// <summary>Stands in every secret and value of the test, and in nothing that a log may say.</summary>
    private const string Mark = "telling";

    [Fact]
    public async Task A_server_logs_no_secret_and_no_value_over_its_life()
    {
        using var recorder = new LineRecorder();
        var log = new LogOptions { Level = LogLevel.Trace, ConsoleLevel = LogLevel.None };
        using var loggers = LoggerFactory.Create(
            builder => builder.AddTandemConsole(log, TimeProvider.System).AddProvider(recorder));
        await using var world = await ApiWorld.StartAsync(loggers: loggers);
        await world.UntilLoadedAsync();

        await RejectAChangeAsync(world);
        await RefuseARowAsync(world);
        await RefuseRequestsAsync(world);
        await RefuseTheSignInAsync(world);

        var text = recorder.Text;
        foreach (var told in new[]
        {
            "Loaded Contact", "Pushed 0 changes of Contact, 1 rejected", "23514", "salesforce: ", "object_type=mapping",
        })
            text.ShouldContain(told);
        foreach (var secret in new[]
        {
            Mark, ApiWorld.Admin, world.Reader, world.Stranger, new SimulatorOptions().ClientSecret,
            $"Password={new SimulatorOptions().Password}", world.Sync.Database.ConnectionString,
        })
            text.ShouldNotContain(secret);
        (await world.GetTextAsync($"/api/v1/connections/{world.Connection.Id}/logs?follow=false&tail=1000")).ShouldNotContain(Mark);
    }

    private static async Task RejectAChangeAsync(ApiWorld world)
    {
        await world.Sync.RunAsync($"insert into salesforce.contact (lastname, email) values ('{Mark}-name', '{Mark} is no address')");
        await SyncWorld.UntilAsync(
            async () => await world.Sync.AskOneAsync("select count(*) from salesforce._trigger_log where state = 'FAILED'") is "1",
            "the change is refused");
        (await world.Sync.AskOneAsync("select _hc_err from salesforce.contact where _hc_err is not null")).ShouldNotBeEmpty();
    }

    /// <summary>The database does not take a record of the org; what Postgres says of it quotes the row.</summary>
    private static async Task RefuseARowAsync(ApiWorld world)
    {
        await world.Sync.RunAsync($"alter table salesforce.contact add constraint tame check (lastname not like '{Mark}-in-org%')");
        await world.Sync.Org.CreateAsync("Contact", new { LastName = $"{Mark}-in-org" });
        await world.AskAsync(HttpMethod.Post, $"{world.Path}/actions/restart", HttpStatusCode.Accepted);
        await SyncWorld.UntilAsync(
            () => world.Connection.Host is { } host && host.Mappings.All.Any(mapping => mapping.Fault is not null), "the poll stops");
        await world.Sync.RunAsync("alter table salesforce.contact drop constraint tame");
    }

    private static async Task RefuseRequestsAsync(ApiWorld world)
    {
        await world.AskAsync(HttpMethod.Get, "/connections", HttpStatusCode.Unauthorized, token: $"{Mark}-token");
        await world.AskAsync(
            HttpMethod.Post, $"{world.Path}/actions/import", HttpStatusCode.BadRequest, $$"""{"mappings": "{{Mark}}"}""");
        await world.AskAsync(HttpMethod.Post, $"{world.Path}/actions/import", HttpStatusCode.BadRequest, $"no JSON {Mark}");
        await world.StatusAsync($"/auth/callback?code={Mark}-code&state={Mark}-state");
        await world.StatusAsync($"/nowhere/{Mark}?token={Mark}");
    }

    private static async Task RefuseTheSignInAsync(ApiWorld world)
    {
        await world.Sync.Server.Control.SetActiveAsync(new SimulatorOptions().UserName, false, SyncWorld.Token);
        await world.AskAsync(HttpMethod.Post, $"{world.Path}/actions/restart", HttpStatusCode.Accepted);
        await world.UntilAsync(ConnectionState.Unauthorized);
    }
}
