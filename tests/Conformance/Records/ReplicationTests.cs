using System.Globalization;
using System.Net;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Records;

/// <summary>The ids of changed and deleted rows of a span of time. Source: salesforce-api.md, section 2.7.</summary>
public sealed class ReplicationTests(TestOrg org)
{
    private const string Moment = @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000$";

    [Fact]
    public async Task Lists_what_was_changed_and_what_was_deleted()
    {
        org.RequireSimulator("A real org lists changes some minutes later.");
        var (kept, gone) = (await org.CreateAsync("Account", new { Name = "K" }), await org.CreateAsync("Account", new { Name = "G" }));
        await org.SendAsync(HttpMethod.Delete, $"/sobjects/Account/{gone}");
        var now = TimeProvider.System.GetUtcNow();
        var span = $"start={Spell(now.AddMinutes(-2))}&end={Spell(now.AddMinutes(5))}";
        var updated = await org.GetAsync($"/sobjects/Account/updated/?{span}");
        updated.GetProperty("ids").EnumerateArray().Select(id => id.GetString()).ShouldContain(kept);
        updated.GetProperty("ids").EnumerateArray().Select(id => id.GetString()).ShouldNotContain(gone);
        updated.GetProperty("latestDateCovered").GetString().ShouldNotBeNull().ShouldMatch(Moment);
        var deleted = await org.GetAsync($"/sobjects/Account/deleted/?{span}");
        var entry = deleted.GetProperty("deletedRecords").EnumerateArray().Single(item => item.GetProperty("id").GetString() == gone);
        entry.GetProperty("deletedDate").GetString().ShouldNotBeNull().ShouldMatch(Moment);
        deleted.GetProperty("earliestDateAvailable").GetString().ShouldNotBeNull().ShouldMatch(Moment);
        deleted.GetProperty("latestDateCovered").GetString().ShouldNotBeNull().ShouldMatch(Moment);
    }

    [Fact]
    public async Task A_record_that_came_back_is_changed_and_no_longer_deleted()
    {
        await using var own = await SimulatedOrg.StartAsync();
        var id = await own.CreateAsync("Account", new { Name = "Back" });
        await own.DeleteAsync("Account", id);
        own.Org.Undelete([id], own.Admin).ShouldAllBe(result => result.IsSuccess);
        var now = own.Clock.GetUtcNow();
        var span = $"start={Spell(now.AddMinutes(-2))}&end={Spell(now.AddMinutes(5))}";
        (await own.GetAsync($"/sobjects/Account/deleted?{span}")).GetProperty("deletedRecords").GetArrayLength().ShouldBe(0);
        (await own.GetAsync($"/sobjects/Account/updated?{span}")).GetProperty("ids").EnumerateArray().Select(item => item.GetString())
            .ShouldBe([id]);
    }

    [Theory]
    [InlineData("updated", -30, -30)]
    [InlineData("updated", 5, -5)]
    [InlineData("updated", -31 * 24 * 60, 0)]
    [InlineData("deleted", -16 * 24 * 60, 0)]
    public async Task Refuses_spans_that_are_empty_or_too_old(string resource, int start, int end)
    {
        var now = TimeProvider.System.GetUtcNow();
        await org.FailAsync(HttpMethod.Get,
            $"/sobjects/Account/{resource}/?start={Spell(now.AddMinutes(start))}&end={Spell(now.AddMinutes(end))}", null,
            HttpStatusCode.BadRequest, "INVALID_REPLICATION_DATE");
    }

    [Fact]
    public async Task Reads_spans_within_its_periods()
    {
        var now = TimeProvider.System.GetUtcNow();
        await org.GetAsync($"/sobjects/Account/updated/?start={Spell(now.AddDays(-29))}&end={Spell(now)}");
        await org.GetAsync($"/sobjects/Account/deleted/?start={Spell(now.AddDays(-14))}&end={Spell(now)}");
    }

    private static string Spell(DateTimeOffset moment) =>
        Uri.EscapeDataString(moment.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
}
