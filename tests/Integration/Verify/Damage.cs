using Tandem.Salesforce;
using Tandem.Sync.Catalog;
using Tandem.Sync.Pull;
using Tandem.Tests.Integration.Sync;

namespace Tandem.Tests.Integration.Verify;

/// <summary>Damages tables as no user can, in a session with our own mark, so that no change is captured.</summary>
internal static class Damage
{
    /// <summary>An id that no contact of the org has.</summary>
    public static string UnknownContact { get; } = SalesforceId.Parse("003000000000XYZ").Value;

    /// <summary>A loaded world whose records, but one account or contact, lie behind what the polls read again.</summary>
    public static Task<SyncWorld> StartAsync(int contacts, params Mapping[] mappings) =>
        StartAsync(contacts, TypeProfile.Heroku, mappings);

    public static async Task<SyncWorld> StartAsync(int contacts, TypeProfile types, params Mapping[] mappings)
    {
        var world = await SyncWorld.StartAsync(contacts);
        world.Types = types;
        await world.LoadAsync(mappings);
        foreach (var mapping in mappings)
        {
            var ids = await IdsAsync(world, mapping.ObjectName.ToLowerInvariant());
            await SettleAsync(world, mapping.ObjectName, ids[^1], new { Description = "settled" });
        }

        // Once more, so that the touched records lie behind the window as well.
        foreach (var mapping in mappings)
        {
            var name = mapping.ObjectName;
            world.OrgTime.Advance(TimeSpan.FromHours(2));
            await using var connection = await world.Database.DataSource.OpenConnectionAsync(SyncWorld.Token);
            var progress = await world.ReadProgressAsync(name);
            await new ProgressTable(world.Schema).SaveAsync(
                connection, progress with { CursorStamp = world.OrgTime.GetUtcNow().UtcDateTime }, SyncWorld.Token);
        }

        // The session has not lived through the wait; a new one is no cost of what the test does.
        await world.AskTheTimeAsync();
        return world;
    }

    /// <summary>Moves the cursor on by an hour: one record is touched, and polled.</summary>
    public static async Task SettleAsync(SyncWorld world, string objectName, string id, object change)
    {
        world.OrgTime.Advance(TimeSpan.FromHours(2));
        await world.Org.UpdateAsync(objectName, id, change);
        await world.PollAsync(objectName);
    }

    /// <summary>In their order.</summary>
    public static async Task<IReadOnlyList<string>> IdsAsync(SyncWorld world, string table) =>
        await world.AskAsync($"select sfid from salesforce.\"{table}\" where sfid is not null order by sfid collate \"C\"");

    public static Task SetAsync(SyncWorld world, string table, string sfid, string assignments) =>
        RunAsync(world, $"update salesforce.\"{table}\" set {assignments} where sfid = '{sfid}'");

    public static Task DeleteAsync(SyncWorld world, string table, params IEnumerable<string> sfids) =>
        RunAsync(world, $"delete from salesforce.\"{table}\" where sfid in ({string.Join(", ", sfids.Select(sfid => $"'{sfid}'"))})");

    /// <summary>A row like another, under an id of its own.</summary>
    public static Task InsertAsync(SyncWorld world, string table, string sfid) => RunAsync(
        world,
        $"insert into salesforce.\"{table}\" (sfid, systemmodstamp, _hc_lastop) "
        + $"select '{sfid}', min(systemmodstamp), 'SYNCED' from salesforce.\"{table}\"");

    private static Task RunAsync(SyncWorld world, string statement) =>
        world.RunAsync($"begin; set local xmlbinary = 'hex'; {statement}; commit");
}
