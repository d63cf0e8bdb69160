using System.Globalization;
using System.Net;
using Shouldly;
using Tandem.Simulator.Data;
using Xunit;

namespace Tandem.Tests.Integration.Simulator.Records;

/// <summary>The ids of changed and deleted rows, by salesforce-api.md, section 2.7.</summary>
public sealed class ReplicationTests
{
    [Fact]
    public async Task Changed_and_deleted_rows_are_listed_for_their_minute()
    {
        await using var org = await OrgClient.StartAsync();
        var now = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        var span = $"start={Spell(now)}&end={Spell(now.AddMinutes(5))}";
        (await org.GetAsync($"/sobjects/Account/updated?{span}")).GetProperty("ids").GetArrayLength().ShouldBe(0);
        var kept = await org.CreateAsync("Account", """{"Name":"kept"}""");
        var gone = await org.CreateAsync("Account", """{"Name":"gone"}""");
        await org.SendAsync(HttpMethod.Delete, $"/sobjects/Account/{gone}");

        var updated = await org.GetAsync($"/sobjects/Account/updated/?{span}");
        updated.GetProperty("ids").EnumerateArray().Select(id => id.GetString()).ShouldBe([kept]);
        updated.GetProperty("latestDateCovered").GetString().ShouldNotBeNull().ShouldEndWith("+0000");
        var deleted = await org.GetAsync($"/sobjects/Account/deleted?{span}");
        deleted.GetProperty("deletedRecords").EnumerateArray().Select(entry => entry.GetProperty("id").GetString()).ShouldBe([gone]);
        deleted.TryGetProperty("earliestDateAvailable", out _).ShouldBeTrue();

        org.Server.Org.Undelete([gone], Caller.Of(org.Server.Org.AdminUserId))[0].IsSuccess.ShouldBeTrue();
        (await org.GetAsync($"/sobjects/Account/deleted?{span}")).GetProperty("deletedRecords").GetArrayLength().ShouldBe(0);
        (await org.GetAsync($"/sobjects/Account/updated?{span}")).GetProperty("ids").GetArrayLength().ShouldBe(2);
    }

    [Theory]
    [InlineData(-1, -1)]
    [InlineData(5, 0)]
    [InlineData(-60 * 24 * 40, 0)]
    public async Task A_span_outside_the_rules_is_refused(int startMinutes, int endMinutes)
    {
        await using var org = await OrgClient.StartAsync();
        var now = TimeProvider.System.GetUtcNow();
        var (start, end) = (Spell(now.AddMinutes(startMinutes)), Spell(now.AddMinutes(endMinutes)));
        await org.FailAsync(HttpMethod.Get, $"/sobjects/Account/updated?start={start}&end={end}",
            null, HttpStatusCode.BadRequest, "INVALID_REPLICATION_DATE");
    }

    private static string Spell(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'",
        CultureInfo.InvariantCulture);
}
