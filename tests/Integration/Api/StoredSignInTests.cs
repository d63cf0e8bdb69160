using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Server.Hosting;
using Tandem.Server.Secrets;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Api;

/// <summary>Connections that start by what the catalogue has alone: architecture.md, "Where state lives" and "Security".</summary>
public sealed class StoredSignInTests
{
    [Fact]
    public async Task A_stored_sign_in_starts_a_connection_without_anything_given()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 2);
        var given = new SyncHostOptions
        {
            DatabaseUrl = world.Database.ConnectionString,
            OrgUrl = world.Proxy.Address,
            Grant = SyncWorld.Password(),
            Mappings = [SyncWorld.Contacts()],
        };
        await using (await SyncHost.StartAsync(given, TimeProvider.System, NullLoggerFactory.Instance, SyncWorld.Token))
        {
            // Only to have the connection stored.
        }

        var keys = new MasterKeys
        {
            Current = MasterKey.Parse(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), MasterKeys.Variable),
        };
        var options = new FleetOptions { DatabaseUrl = world.Database.ConnectionString, Keys = keys };
        await using (var first = await StartAsync(options))
        {
            await using var run = new BackgroundRun(first.RunAsync);
            await UntilAsync(first, ConnectionState.NeedAuthentication);
            using var vault = await SecretVault.OpenAsync(
                world.Database.DataSource, keys, NullLoggerFactory.Instance, SyncWorld.Token);
            var store = new CredentialStore(world.Database.DataSource, vault);
            await first.ChangeAsync(
                async session =>
                {
                    await store.SaveSignInAsync(session, first.All[0].Id, SyncWorld.Password(), SyncWorld.Token);
                    return true;
                },
                SyncWorld.Token);
            first.All[0].Restart();
            await UntilAsync(first, ConnectionState.Idle);
        }

        await using var second = await StartAsync(options);
        await using var again = new BackgroundRun(second.RunAsync);

        await UntilAsync(second, ConnectionState.Idle);
        await SyncWorld.UntilAsync(
            async () => await world.AskOneAsync("select count(*) from salesforce.contact where sfid is not null") is "2",
            "the contacts are loaded");
    }

    private static Task<ConnectionFleet> StartAsync(FleetOptions options) =>
        ConnectionFleet.StartAsync(options, TimeProvider.System, NullLoggerFactory.Instance, SyncWorld.Token);

    private static Task UntilAsync(ConnectionFleet fleet, ConnectionState state) =>
        SyncWorld.UntilAsync(() => fleet.All.Single().Standing.State == state, $"it is {state}");
}
