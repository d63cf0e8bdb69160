using System.Net;
using Npgsql;
using Shouldly;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Api;

/// <summary>What supervisors ask: up, and ready.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task A_server_is_ready_while_it_works_and_not_from_the_moment_that_it_stops()
    {
        await using var world = await ApiWorld.StartAsync();
        await UntilReadyAsync(world);

        await world.StopWorkAsync();

        (await world.StatusAsync("/readyz", token: null)).ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await world.StatusAsync("/healthz", token: null)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_server_whose_catalogue_does_not_answer_is_not_ready_until_it_does()
    {
        await using var world = await ApiWorld.StartAsync();
        await UntilReadyAsync(world);
        await using var control = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(world.Sync.Database.ConnectionString) { Database = "postgres" }.ConnectionString);
        await control.OpenAsync(SyncWorld.Token);
        var name = new NpgsqlConnectionStringBuilder(world.Sync.Database.ConnectionString).Database;

        await RunAsync(
            control,
            $"alter database \"{name}\" allow_connections false; "
            + $"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
        await SyncWorld.UntilAsync(
            async () => await world.StatusAsync("/readyz", token: null) == HttpStatusCode.ServiceUnavailable, "it is not ready");
        (await world.StatusAsync("/healthz", token: null)).ShouldBe(HttpStatusCode.OK);

        await RunAsync(control, $"alter database \"{name}\" allow_connections true");
        await UntilReadyAsync(world);
    }

    private static Task UntilReadyAsync(ApiWorld world) => SyncWorld.UntilAsync(
        async () => await world.StatusAsync("/readyz", token: null) == HttpStatusCode.OK, "it is ready");

    private static async Task RunAsync(NpgsqlConnection control, string sql)
    {
        await using var command = new NpgsqlCommand(sql, control);
        await command.ExecuteNonQueryAsync(SyncWorld.Token);
    }
}
