using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>What is asked for of a connection's change log stays asked for: heroku-connect.md, sections 6.2, 7 and 11.</summary>
public sealed class LogOptionsTests
{
    [Fact]
    public async Task The_next_start_keeps_what_an_earlier_one_asked_for_until_another_asks_otherwise()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 1);
        var first = Ask(world);
        (await StartAsync(world, first)).ShouldBe((WriteAlgorithm.Ordered, TimeSpan.FromDays(1), TimeSpan.FromDays(31)));

        var asked = first with { Writes = WriteAlgorithm.Merged, ArchiveAfter = TimeSpan.FromHours(6), ArchiveFor = TimeSpan.FromDays(7) };
        (await StartAsync(world, asked)).ShouldBe((WriteAlgorithm.Merged, TimeSpan.FromHours(6), TimeSpan.FromDays(7)));

        (await StartAsync(world, first)).ShouldBe((WriteAlgorithm.Merged, TimeSpan.FromHours(6), TimeSpan.FromDays(7)));
        (await StartAsync(world, first with { Writes = WriteAlgorithm.Ordered }))
            .ShouldBe((WriteAlgorithm.Ordered, TimeSpan.FromHours(6), TimeSpan.FromDays(7)));
    }

    private static SyncHostOptions Ask(SyncWorld world) => new()
    {
        DatabaseUrl = world.Database.ConnectionString,
        OrgUrl = world.Proxy.Address,
        Grant = SyncWorld.Password(),
        Mappings = [SyncWorld.Contacts()],
    };

    /// <returns>What is stored then.</returns>
    private static async Task<(WriteAlgorithm Writes, TimeSpan ArchiveAfter, TimeSpan ArchiveFor)> StartAsync(
        SyncWorld world, SyncHostOptions options)
    {
        await using (await SyncHost.StartAsync(options, TimeProvider.System, NullLoggerFactory.Instance, SyncWorld.Token))
        {
            var stored = (await new CatalogDatabase(world.Database.DataSource).FindConnectionAsync(world.Schema, SyncWorld.Token))
                .ShouldNotBeNull();
            return (stored.Writes, stored.ArchiveAfter, stored.ArchiveFor);
        }
    }
}
