using Shouldly;
using Tandem.Simulator.Data;
using Tandem.Simulator.Events;
using Xunit;

namespace Tandem.Tests.Conformance.Events;

/// <summary>How commits become change events: merging, gaps, what makes none. Source: salesforce-api.md, sections 6.5, 6.7 and
/// 10.</summary>
public sealed class ChangeFeedTests
{
    [Fact]
    public async Task Makes_one_event_of_equal_changes_and_several_of_different_ones()
    {
        await using var org = await EventOrg.StartAsync();
        var ids = new List<string>();
        for (var at = 0; at < 3; at++)
            ids.Add(await org.CreateAsync("Box__c", new { Name = TestOrg.Unique() }));
        var records = ids.Select((id, at) => new { attributes = new { type = "Box__c" }, id, Note__c = at == 2 ? "other" : "same" });
        await org.SendAsync(HttpMethod.Patch, "/composite/sobjects", new { allOrNone = true, records });

        var updates = org.Changes().Where(change => change.ChangeType == ChangeTypes.Update).ToList();
        updates.Select(update => update.RecordIds).ShouldBe([[ids[0], ids[1]], [ids[2]]]);
        updates.Select(update => update.SequenceNumber).ShouldBe([1, 2]);
        updates.Select(update => update.TransactionKey).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Leaves_out_formulas_and_keeps_locations_whole()
    {
        await using var org = await EventOrg.StartAsync();
        using var client = await org.SubscriberAsync("/data/Box__ChangeEvent");
        await org.CreateAsync("Box__c", new { Name = "a", Length__c = 2.5, Site__Latitude__s = 1.5, Site__Longitude__s = 2.5 });
        var payload = StreamingClient.PayloadOf(await client.NextAsync());
        payload.TryGetProperty("Twice__c", out _).ShouldBeFalse();
        payload.TryGetProperty("Site__Latitude__s", out _).ShouldBeFalse();
        payload.GetProperty("Site__c").GetProperty("Latitude").GetDecimal().ShouldBe(1.5m);
        payload.GetProperty("Length__c").GetDecimal().ShouldBe(2.5m);
    }

    [Fact]
    public async Task Tells_a_full_record_when_it_comes_back_and_nothing_when_it_is_purged()
    {
        await using var org = await EventOrg.StartAsync();
        var id = await org.CreateAsync("Box__c", new { Name = "a", Note__c = "n" });
        await org.DeleteAsync("Box__c", id);
        org.Server.Org.Undelete([id], org.Admin);
        await org.DeleteAsync("Box__c", id);
        org.Server.Org.HardDelete([id], org.Admin);
        org.Changes().Select(change => change.ChangeType).ShouldBe(["CREATE", "DELETE", "UNDELETE", "DELETE"]);
        var back = org.Changes()[2];
        back.Values.ShouldNotBeNull()[back.Type.OrdinalOf("Note__c")].ShouldBe("n");
    }

    [Theory]
    [InlineData(false, new[] { "Box__c" })]
    [InlineData(true, new[] { "Box__c", "Part__c" })]
    public async Task Tells_of_details_that_go_with_their_master_only_when_asked(bool tellsCascades, string[] told)
    {
        await using var org = await EventOrg.StartAsync(new EventSettings { TellsCascades = tellsCascades });
        var box = await org.CreateAsync("Box__c", new { Name = "a" });
        await org.CreateAsync("Part__c", new { Name = "p", Box__c = box });
        await org.DeleteAsync("Box__c", box);
        org.Changes().Where(change => change.ChangeType == "DELETE").Select(change => change.EntityName).ShouldBe(told, ignoreOrder: true);
    }

    [Fact]
    public async Task Tells_of_look_ups_that_a_delete_empties()
    {
        await using var org = await EventOrg.StartAsync();
        var chief = await org.CreateAsync("Contact", new { LastName = "a" });
        var contact = await org.CreateAsync("Contact", new { LastName = "c", ReportsToId = chief });
        await org.DeleteAsync("Contact", chief);
        var update = org.Changes("/data/ContactChangeEvent").Single(change => change.ChangeType == "UPDATE");
        update.RecordIds.ShouldBe([contact]);
        update.Nulled.ShouldContain(update.Type.OrdinalOf("ReportsToId"));
    }

    [Fact]
    public async Task Tells_what_overflows_once_for_each_object()
    {
        await using var org = await EventOrg.StartAsync(new EventSettings { OverflowAfter = 2 });
        var records = Enumerable.Range(0, 5).Select(at => new { attributes = new { type = "Box__c" }, Name = $"b{at}" });
        await org.SendAsync(HttpMethod.Post, "/composite/sobjects", new { allOrNone = true, records });
        org.Changes().Select(change => change.ChangeType).ShouldBe(["CREATE", "CREATE", "GAP_OVERFLOW"]);
        var overflow = org.Changes()[2];
        overflow.RecordIds.ShouldBeEmpty();
        overflow.EntityName.ShouldBe("Box__c");
        overflow.SequenceNumber.ShouldBe(3);
    }

    [Fact]
    public async Task Makes_a_gap_of_an_event_that_is_too_large()
    {
        await using var org = await EventOrg.StartAsync(new EventSettings { MaxEventBytes = 100_000 });
        var id = await org.CreateAsync("Box__c", new { Name = "a", Note__c = new string('x', 60_000), Note2__c = new string('x', 60_000) });
        var change = org.Changes().ShouldHaveSingleItem();
        change.ChangeType.ShouldBe("GAP_CREATE");
        change.RecordIds.ShouldBe([id]);
        change.Values.ShouldBeNull();
    }

    [Fact]
    public async Task Sends_a_long_text_as_a_diff_when_asked()
    {
        await using var org = await EventOrg.StartAsync(new EventSettings { DiffTextFrom = 50 });
        var lines = Enumerable.Range(0, 30).Select(at => $"line {at}").ToArray();
        var id = await org.CreateAsync("Box__c", new { Name = "a", Note__c = string.Join('\n', lines) });
        lines[10] = "changed";
        await org.UpdateAsync("Box__c", id, new { Note__c = string.Join('\n', lines) });
        var change = org.Changes()[^1];
        var ordinal = change.Type.OrdinalOf("Note__c");
        change.Diffed.ShouldBe([ordinal]);
        var diff = change.Values.ShouldNotBeNull()[ordinal].ShouldBeOfType<string>().Split('\n');
        diff[0].ShouldStartWith("--- SHA-256:");
        diff[2].ShouldBe("@@ -8,7 +8,7 @@");
        diff[3..].ShouldBe([" line 7", " line 8", " line 9", "-line 10", "+changed", " line 11", " line 12", " line 13"]);
    }

    [Fact]
    public async Task Tells_only_of_selected_objects()
    {
        await using var org = await EventOrg.StartAsync(new EventSettings { Entities = ["Account"] });
        org.Events.Channels.AddCustom("/data/Boxes__chn", ["Box__c"]);
        await org.CreateAsync("Account", new { Name = "a" });
        await org.CreateAsync("Contact", new { LastName = "c" });
        await org.CreateAsync("Box__c", new { Name = "b" });
        org.Changes().Select(change => change.EntityName).ShouldBe(["Account"]);
        org.Changes("/data/ContactChangeEvent").ShouldBeEmpty();
        org.Changes("/data/Boxes__chn").Select(change => change.EntityName).ShouldBe(["Box__c"]);
        org.Changes("/data/Box__ChangeEvent").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Hides_what_the_subscriber_may_not_see()
    {
        await using var org = await EventOrg.StartAsync();
        org.Server.Org.SetAccess(org.Server.Org.AdminUserId, new UserAccess(["Account.Phone", "Contact"], []));
        using var client = await org.SubscriberAsync(ChannelDirectory.AllChanges);
        (await client.SubscribeAsync("/data/ContactChangeEvent")).GetProperty("error").GetString().ShouldNotBeNull()
            .ShouldStartWith("403::");
        org.Server.Org.SetAccess(org.Server.Org.AdminUserId, new UserAccess([], []));
        await org.CreateAsync("Contact", new { LastName = "c" });
        await org.CreateAsync("Account", new { Name = "a", Phone = "1", Fax = "2" });
        org.Server.Org.SetAccess(org.Server.Org.AdminUserId, new UserAccess(["Account.Phone", "Contact"], []));
        var payload = StreamingClient.PayloadOf(await client.NextAsync());
        payload.GetProperty("Fax").GetString().ShouldBe("2");
        payload.TryGetProperty("Phone", out _).ShouldBeFalse();
    }
}
