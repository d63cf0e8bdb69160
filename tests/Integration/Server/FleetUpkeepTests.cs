using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Tandem.Server.Access;
using Tandem.Server.Hosting;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Server;

/// <summary>What a running server deletes of its catalogue, and when.</summary>
public sealed class FleetUpkeepTests
{
    [Fact]
    public async Task A_server_deletes_at_its_start_and_each_hour_what_had_its_time()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await world.RunAsync(
            "insert into tandem.local_user (id, name, password_hash, role, created_at, password_changed_at) "
            + "values (gen_random_uuid(), 'a', 'x', 'read', now(), now())");
        await AddSessionAsync(world, world.Time.GetUtcNow().AddMinutes(-1));
        await AddSessionAsync(world, world.Time.GetUtcNow().AddMinutes(30));
        await AddSessionAsync(world, world.Time.GetUtcNow().AddHours(9));
        await world.RunAsync(
            "insert into tandem.audit (noted_at, actor_kind, actor_name, action) "
            + "values (now() - interval '3 days', 'start', 'a', 'old'), (now(), 'start', 'a', 'new')");
        var options = new FleetOptions
        {
            DatabaseUrl = world.Database.ConnectionString, Access = new AccessOptions { AuditFor = TimeSpan.FromDays(2) },
        };
        await using var fleet = await ConnectionFleet.StartAsync(
            options, world.Time, NullLoggerFactory.Instance, CatalogWorld.Token);
        await using var run = new BackgroundRun(fleet.RunAsync);
        await UntilSessionsAsync(world, 2);
        await SyncWorld.UntilAsync(
            async () => await world.ReadAsync<string>(
                "select string_agg(action, ' ') from tandem.audit where action in ('old', 'new')") == "new",
            "the old entry is gone and the new one is not");

        world.Time.Advance(TimeSpan.FromMinutes(59));
        (await SessionsAsync(world)).ShouldBe(2);
        world.Time.Advance(TimeSpan.FromMinutes(1));

        await UntilSessionsAsync(world, 1);
    }

    private static Task AddSessionAsync(CatalogWorld world, DateTimeOffset until) => world.RunAsync(
        "insert into tandem.user_session (token_hash, user_id, created_at, expires_at) "
        + $"select sha256('{until:O}'), id, now(), '{until:O}' from tandem.local_user");

    private static Task UntilSessionsAsync(CatalogWorld world, long count) =>
        SyncWorld.UntilAsync(async () => await SessionsAsync(world) == count, $"{count} sessions are left");

    private static Task<long> SessionsAsync(CatalogWorld world) => world.ReadAsync<long>("select count(*) from tandem.user_session");
}
