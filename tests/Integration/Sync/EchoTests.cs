using Shouldly;
using Tandem.Sync.Catalog;
using Tandem.Sync.Push;
using Tandem.Sync.Running;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// What Salesforce makes of a value comes back to the row and is no change of its own, whatever the columns' types: heroku-connect.md,
/// section 5; salesforce-api.md, sections 8.2 and 9.2.
/// </summary>
public sealed class EchoTests
{
    private const string Metadata = """
        {"objects":[
          {"name":"Case","fields":[{"name":"Ext__c","type":"string","length":40,"externalId":true,"unique":true},
            {"name":"Rate__c","type":"double","precision":8,"scale":2},{"name":"At__c","type":"datetime"}],
           "assignmentRules":[{"id":"01Q000000000001EAA","name":"Standard","entries":[{"owner":"user2@tandem.test"}]}]}]}
        """;

    [Theory]
    [InlineData(TypeProfile.Heroku, Transport.Collections)]
    [InlineData(TypeProfile.Heroku, Transport.Bulk)]
    [InlineData(TypeProfile.Exact, Transport.Collections)]
    [InlineData(TypeProfile.Exact, Transport.Bulk)]
    public async Task A_value_that_Salesforce_changes_settles_after_one_write(TypeProfile types, Transport transport)
    {
        await using var world = await StartAsync();
        world.Types = types;
        await world.LoadAsync(Cases());
        var admin = world.Server.Org.AdminUserId;
        var sync = RuledWorld.By(transport, new PushOptions { Assignment = Rules() });
        await world.RunAsync(
            "insert into salesforce.\"case\" (ext__c, subject, reason, description, comments, rate__c, at__c, ownerid) values "
            + $"('e', '  x  ', '', E'a\\r\\nb\\n', '   ', 1.23456, '2026-01-02 03:04:05.678', '{admin}')");

        await SettleAsync(world, sync);
        await ShouldBeSettledAsync(world, transport, writes: 1);
        await ShouldHoldAsync(world, "x|-|a|-|1.23");

        await world.RunAsync(
            "update salesforce.\"case\" set subject = E'\\ty ', reason = ' ', description = E'\\r\\n', comments = '', rate__c = 2.34567, "
            + $"at__c = '2026-01-02 03:04:05.999', ownerid = '{admin}'");

        await SettleAsync(world, sync);
        await ShouldBeSettledAsync(world, transport, writes: 2);
        await ShouldHoldAsync(world, "y|-|-|-|2.35");
    }

    /// <summary>Pushes, and lets polls bring back what was written, with all that may follow from it.</summary>
    private static async Task SettleAsync(SyncWorld world, SyncOptions sync)
    {
        for (var round = 0; round < 3; round++)
        {
            await world.PushAsync(sync);
            world.Server.Control.Clock.Advance(TimeSpan.FromMinutes(10));
            await world.AskTheTimeAsync();
            await world.PollAsync("Case");
        }
    }

    private static async Task ShouldBeSettledAsync(SyncWorld world, Transport transport, int writes)
    {
        RuledWorld.Writes(world, transport).ShouldBe(writes);
        (await world.AskAsync("select state, count(*) from salesforce._trigger_log group by state")).ShouldBe([$"SUCCESS|{writes}"]);
        await world.ShouldBeEqualAsync("Case");
        (await world.AskOneAsync("select _hc_lastop from salesforce.\"case\"")).ShouldBe("SYNCED");
    }

    private static async Task ShouldHoldAsync(SyncWorld world, string values)
    {
        (await world.AskOneAsync(
            "select subject, reason, split_part(description, E'\\r\\n', 1), comments, rate__c::text from salesforce.\"case\""))
            .ShouldBe(values);
        (await world.AskOneAsync("select ownerid from salesforce.\"case\"")).ShouldBe(RuledWorld.UserId(world, "user2@tandem.test"));
    }

    private static Mapping Cases() => SyncWorld.ReadWrite(
        "Case", "Ext__c", "Ext__c", "Subject", "Reason", "Description", "Comments", "Rate__c", "At__c", "OwnerId");

    /// <summary>A rule that writes the owner over the one that was sent stands for any trigger that changes a written field.</summary>
    private static AssignmentRules Rules()
    {
        AssignmentRules.TryParse("Case=01Q000000000001EAA", out var rules).ShouldBeTrue();
        return rules;
    }

    private static async Task<SyncWorld> StartAsync()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, Metadata, SyncWorld.Token);
            return await SyncWorld.StartAsync(metadataFile: file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
