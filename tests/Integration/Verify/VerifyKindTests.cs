using Shouldly;
using Tandem.Sync.Catalog;
using Tandem.Sync.Verify;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Verify;

/// <summary>
/// Verify with rows that do not fit, with exact column types, and with objects that another field than SystemModstamp stamps:
/// heroku-connect.md, section 4; salesforce-api.md, sections 2.7 and 8.2.
/// </summary>
public sealed class VerifyKindTests
{
    [Theory]
    [InlineData(VerifyLevel.Counts)]
    [InlineData(VerifyLevel.Stamps)]
    [InlineData(VerifyLevel.Values)]
    public async Task Rows_with_a_read_error_are_left_alone_and_listed(VerifyLevel level)
    {
        await using var world = await Damage.StartAsync(contacts: 60, SyncWorld.Contacts());
        var changed = (await Damage.IdsAsync(world, "contact"))[0];
        await world.Org.UpdateAsync("Contact", changed, new { LastName = "a\0b" });
        var created = await world.Org.CreateAsync("Contact", new { LastName = "c\0d" });
        await world.PollAsync("Contact");
        await SettleAsync(world);

        var report = await world.VerifyAsync("Contact", new VerifyRequest(level, Repairs: true));

        (report.Differences, report.HeldByReadError).ShouldBe((0, 2));
        report.HeldExamples.ShouldBe([changed, created], ignoreOrder: true);
        report.IsEqual.ShouldBeTrue();
    }

    [Fact]
    public async Task A_repair_that_meets_a_value_that_does_not_fit_holds_the_row_and_repairs_the_others()
    {
        await using var world = await Damage.StartAsync(contacts: 60, SyncWorld.Contacts());
        var ids = await Damage.IdsAsync(world, "contact");
        await world.Org.UpdateAsync("Contact", ids[0], new { LastName = "a\0b" });
        await world.PollAsync("Contact");
        await world.RunAsync("delete from tandem.read_error");
        await SettleAsync(world);
        await Damage.DeleteAsync(world, "contact", ids[5]);

        var report = await world.VerifyAsync("Contact", new VerifyRequest(VerifyLevel.Stamps, Repairs: true));

        (report.Missing, report.Stale, report.Repaired, report.HeldByReadError).ShouldBe((1, 0, 1, 1));
        report.Examples.ShouldHaveSingleItem().Sfid.ShouldBe(ids[5]);
        report.HeldExamples.ShouldBe([ids[0]]);
        (await world.AskOneAsync("select distinct sfid from tandem.read_error")).ShouldBe(ids[0]);
    }

    [Fact]
    public async Task Exact_types_are_compared_to_their_last_digit()
    {
        var mapping = SyncWorld.ReadWrite(
            "Account", null, "Name", "AnnualRevenue", "NumberOfEmployees", "BillingLatitude", "LastActivityDate", "CreatedDate");
        await using var world = await Damage.StartAsync(contacts: 100, TypeProfile.Exact, mapping);
        var ids = await Damage.IdsAsync(world, "account");
        (await world.AskAsync(
            "select data_type from information_schema.columns where table_name = 'account' "
            + "and column_name in ('systemmodstamp', 'annualrevenue', 'name') order by column_name"))
            .ShouldBe(["numeric", "text", "timestamp with time zone"]);
        foreach (var level in Enum.GetValues<VerifyLevel>())
            (await world.VerifyAsync("Account", new VerifyRequest(level, Repairs: false))).IsEqual.ShouldBeTrue();

        await Damage.SetAsync(world, "account", ids[0], "annualrevenue = coalesce(annualrevenue, 0) + 1");
        await Damage.SetAsync(world, "account", ids[1], "createddate = createddate + interval '1 second'");
        await Damage.SetAsync(world, "account", ids[2], "systemmodstamp = systemmodstamp - interval '1 second'");
        await Damage.DeleteAsync(world, "account", ids[3]);
        var report = await world.VerifyAsync("Account", new VerifyRequest(VerifyLevel.Values, Repairs: true));

        (report.Value, report.Stale, report.Missing, report.Repaired).ShouldBe((2, 1, 1, 4));
        report.Examples.Single(example => example.Sfid == ids[0]).Columns.ShouldBe(["annualrevenue"]);
        report.Examples.Single(example => example.Sfid == ids[1]).Columns.ShouldBe(["createddate"]);
        await world.ShouldBeEqualAsync("Account");
    }

    [Theory]
    [InlineData(VerifyLevel.Stamps)]
    [InlineData(VerifyLevel.Values)]
    public async Task A_history_object_is_compared_by_its_CreatedDate(VerifyLevel level)
    {
        await using var world = await SyncWorld.StartAsync(contacts: 30);
        foreach (var account in world.Org.Live("Account"))
            await world.Org.UpdateAsync("Account", account.Id, new { Phone = "1" });
        await world.LoadAsync(
            new Mapping { ObjectName = "AccountHistory", Access = MappingAccess.ReadOnly, Fields = [Mapping.AllFields] });
        world.OrgTime.Advance(TimeSpan.FromHours(2));
        await world.Org.UpdateAsync("Account", world.Org.Live("Account")[0].Id, new { Phone = "2" });
        await world.PollAsync("AccountHistory");
        world.Find("AccountHistory").Mapped.CursorField.ShouldBe("CreatedDate");
        (await world.VerifyAsync("AccountHistory", new VerifyRequest(level, Repairs: false))).IsEqual.ShouldBeTrue();
        var ids = await Damage.IdsAsync(world, "accounthistory");
        await Damage.DeleteAsync(world, "accounthistory", ids[0]);
        await Damage.SetAsync(world, "accounthistory", ids[1], "createddate = createddate + interval '1 second'");

        var report = await world.VerifyAsync("AccountHistory", new VerifyRequest(level, Repairs: true));

        (report.Missing, report.Stale, report.Repaired).ShouldBe((1, 1, 2));
        await world.ShouldBeEqualAsync("AccountHistory");
    }

    /// <summary>Moves the cursor on until what has happened so far lies behind what the polls read again.</summary>
    private static Task SettleAsync(SyncWorld world)
    {
        var another = world.Org.Live("Contact").Select(record => record.Id).Order(StringComparer.Ordinal).ElementAt(40);
        return Damage.SettleAsync(world, "Contact", another, new { Description = "later" });
    }
}
