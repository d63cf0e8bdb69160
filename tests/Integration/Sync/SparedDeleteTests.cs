using Shouldly;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// A delete in the org meets a row that the app has just changed: salesforce-api.md, section 10; architecture.md, promise 1.
/// </summary>
public sealed class SparedDeleteTests
{
    [Fact]
    public async Task A_row_that_a_queued_change_kept_from_the_delete_pass_goes_once_the_change_has_failed()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 5);
        await world.LoadAsync(SyncWorld.Contacts());
        var id = world.Org.Live("Contact")[0].Id;
        world.OrgTime.Advance(TimeSpan.FromMinutes(10));
        world.Org.HardDelete(id);
        world.OrgTime.Advance(TimeSpan.FromMinutes(10));
        await world.RunAsync($"update salesforce.contact set firstname = 'late' where sfid = '{id}'");

        (await world.PollWithDeletesAsync("Contact")).ShouldBe(0);
        await world.PushAsync();
        (await world.AskOneAsync($"select _hc_lastop from salesforce.contact where sfid = '{id}'")).ShouldBe("FAILED");
        world.OrgTime.Advance(TimeSpan.FromMinutes(10));

        (await world.PollWithDeletesAsync("Contact")).ShouldBe(1);
        await world.ShouldBeEqualAsync("Contact");
    }
}
