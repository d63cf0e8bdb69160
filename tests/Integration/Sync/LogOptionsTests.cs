using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>What is asked for of a connection's change log and of its writes stays asked for: heroku-connect.md, sections 6.2, 7 and
/// 11.</summary>
public sealed class LogOptionsTests
{
    [Fact]
    public async Task The_next_start_keeps_what_an_earlier_one_asked_for_until_another_asks_otherwise()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 1);
        var first = Ask(world);
        (await StartAsync(world, first)).ShouldBe((WriteAlgorithm.Ordered, TimeSpan.FromDays(1), TimeSpan.FromDays(31)));

        var asked = first with
        {
            Settings = new ConnectionSettings
            {
                Writes = WriteAlgorithm.Merged, ArchiveAfter = TimeSpan.FromHours(6), ArchiveFor = TimeSpan.FromDays(7),
            },
        };
        (await StartAsync(world, asked)).ShouldBe((WriteAlgorithm.Merged, TimeSpan.FromHours(6), TimeSpan.FromDays(7)));

        (await StartAsync(world, first)).ShouldBe((WriteAlgorithm.Merged, TimeSpan.FromHours(6), TimeSpan.FromDays(7)));
        (await StartAsync(world, first with { Settings = new ConnectionSettings { Writes = WriteAlgorithm.Ordered } }))
            .ShouldBe((WriteAlgorithm.Ordered, TimeSpan.FromHours(6), TimeSpan.FromDays(7)));
    }

    [Fact]
    public async Task The_next_start_keeps_what_writes_were_to_ask_of_the_org()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 1);
        var first = Ask(world);
        (await StoreAsync(world, first)).ShouldBe(("off", false, false));
        AssignmentRules.TryParse("Case=01Q000000000001", out var rules).ShouldBeTrue();
        var asked = first with { Settings = new ConnectionSettings { Assignment = rules, SavesDuplicates = true, CutsText = true } };
        (await StoreAsync(world, asked)).ShouldBe(("Case=01Q000000000001EAA", true, true));
        (await StoreAsync(world, first)).ShouldBe(("Case=01Q000000000001EAA", true, true));
        var less = first with { Settings = new ConnectionSettings { Assignment = AssignmentRules.Off, CutsText = false } };
        (await StoreAsync(world, less)).ShouldBe(("off", true, false));
    }

    [Fact]
    public async Task A_shift_writes_as_its_connection_asks()
    {
        await using var world = await RuledWorld.StartAsync();
        await world.Org.CreateAsync("Account", new { Name = "A", Phone = "7" });
        var connection = new Connection
        {
            Id = Guid.Empty,
            Name = "test",
            LoginUrl = world.Proxy.Address,
            ApiVersion = "67.0",
            Schema = world.Schema,
            Types = TypeProfile.Exact,
            Assignment = AssignmentRules.On,
            SavesDuplicates = true,
            CutsText = true,
        };
        await using var shift = world.NewShift(connection: connection);
        await shift.PrepareAsync([RuledWorld.Cases(), SyncWorld.Accounts()], SyncWorld.Token);
        await using var run = new BackgroundRun(shift.RunAsync);
        await SyncWorld.UntilAsync(() => shift.Mappings.ShouldNotBeNull().All.All(mapping => mapping.IsLoaded), "both are loaded");

        await world.RunAsync(
            "insert into salesforce.\"case\" (subject) values ('s'); "
            + "insert into salesforce.account (name, phone) values (repeat('x', 300), '7')");
        await world.QuiesceAsync(run);

        world.Org.Find("Case", "OwnerId", RuledWorld.UserId(world, "user2@tandem.test")).ShouldHaveSingleItem();
        world.Org.Find("Account", "Name", new string('x', 255)).ShouldHaveSingleItem();
    }

    private static SyncHostOptions Ask(SyncWorld world) => new()
    {
        DatabaseUrl = world.Database.ConnectionString,
        OrgUrl = world.Proxy.Address,
        Grant = SyncWorld.Password(),
        Mappings = [SyncWorld.Contacts()],
    };

    private static async Task<(string Assignment, bool SavesDuplicates, bool CutsText)> StoreAsync(SyncWorld world, SyncHostOptions options)
    {
        var stored = await StartConnectionAsync(world, options);
        return (stored.Assignment.ToString(), stored.SavesDuplicates, stored.CutsText);
    }

    private static async Task<(WriteAlgorithm Writes, TimeSpan ArchiveAfter, TimeSpan ArchiveFor)> StartAsync(
        SyncWorld world, SyncHostOptions options)
    {
        var stored = await StartConnectionAsync(world, options);
        return (stored.Writes, stored.ArchiveAfter, stored.ArchiveFor);
    }

    /// <returns>What is stored then.</returns>
    private static async Task<Connection> StartConnectionAsync(SyncWorld world, SyncHostOptions options)
    {
        await using (await SyncHost.StartAsync(options, TimeProvider.System, NullLoggerFactory.Instance, SyncWorld.Token))
        {
            return (await new CatalogDatabase(world.Database.DataSource).FindConnectionAsync(world.Schema, SyncWorld.Token))
                .ShouldNotBeNull();
        }
    }
}
