using Shouldly;
using Tandem.Sync.Catalog;
using Tandem.Sync.Running;
using Tandem.Sync.Verify;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Verify;

/// <summary>
/// What each level of verify sees, what it costs and what it puts right: architecture.md, promise 1; salesforce-api.md, sections 4 and 10.
/// </summary>
public sealed class VerifyLevelTests
{
    private static readonly VerifyRequest Counts = new(VerifyLevel.Counts, Repairs: false);
    private static readonly VerifyRequest Stamps = new(VerifyLevel.Stamps, Repairs: false);
    private static readonly VerifyRequest Values = new(VerifyLevel.Values, Repairs: false);

    [Theory]
    [InlineData(VerifyLevel.Counts)]
    [InlineData(VerifyLevel.Stamps)]
    [InlineData(VerifyLevel.Values)]
    public async Task Equal_sides_are_equal(VerifyLevel level)
    {
        await using var world = await Damage.StartAsync(contacts: 300, SyncWorld.Accounts(), SyncWorld.Contacts());

        var report = await world.VerifyAsync("Contact", new VerifyRequest(level, Repairs: false));

        report.IsEqual.ShouldBeTrue();
        report.Differences.ShouldBe(0);
        report.SalesforceRows.ShouldBe(300);
        report.PostgresRows.ShouldBe(300);
        report.FinishedAt.ShouldNotBeNull();
        report.Remark.ShouldBeNull();
    }

    [Fact]
    public async Task Counts_of_equal_sides_cost_one_call_and_stamps_a_handful()
    {
        await using var world = await Damage.StartAsync(contacts: 12_000, SyncWorld.Contacts());

        var calls = world.Server.Control.Calls.Cost;
        var counts = await world.VerifyAsync("Contact", Counts);
        (world.Server.Control.Calls.Cost - calls).ShouldBe(1);
        counts.ApiCalls.ShouldBe(1);
        counts.SalesforceRows.ShouldBe(12_000);

        var stamps = await world.VerifyAsync("Contact", Stamps);
        stamps.IsEqual.ShouldBeTrue();
        stamps.WindowsRead.ShouldBe(1);
        // The count, the job, at least one look at it, its page and its end.
        stamps.ApiCalls.ShouldBeInRange(5, 8);
    }

    [Fact]
    public async Task Counts_find_missing_and_surplus_rows_and_no_changed_values()
    {
        await using var world = await Damage.StartAsync(contacts: 500, SyncWorld.Contacts());
        var ids = await Damage.IdsAsync(world, "contact");
        await Damage.DeleteAsync(world, "contact", ids[3]);
        await Damage.InsertAsync(world, "contact", Damage.UnknownContact);
        await Damage.SetAsync(world, "contact", ids[5], "lastname = 'damaged'");

        var report = await world.VerifyAsync("Contact", Counts);

        report.Examples.Select(example => (example.Sfid, example.Kind)).ShouldBe(
            [(ids[3], DifferenceKind.Missing), (Damage.UnknownContact, DifferenceKind.Surplus)], ignoreOrder: true);
        report.IsEqual.ShouldBeFalse();
    }

    [Fact]
    public async Task Stamps_find_rows_that_are_older_or_later_than_their_records()
    {
        await using var world = await Damage.StartAsync(contacts: 100, SyncWorld.Contacts());
        var ids = await Damage.IdsAsync(world, "contact");
        await Damage.SetAsync(world, "contact", ids[0], "lastname = 'old', systemmodstamp = systemmodstamp - interval '1 second'");
        await Damage.SetAsync(world, "contact", ids[1], "systemmodstamp = systemmodstamp + interval '40 days'");
        await Damage.SetAsync(world, "contact", ids[2], "systemmodstamp = null");

        var report = await world.VerifyAsync("Contact", Stamps);

        report.Stale.ShouldBe(3);
        report.Differences.ShouldBe(3);
        report.PassedByPoll.ShouldBe(3);
        report.Examples.Select(example => example.Sfid).ShouldBe(ids.Take(3), ignoreOrder: true);
        report.Examples.Single(example => example.Sfid == ids[0]).Columns.ShouldBe(["lastname", "systemmodstamp"], ignoreOrder: true);
    }

    [Fact]
    public async Task Values_find_what_differs_under_an_equal_stamp_and_name_the_columns()
    {
        await using var world = await Damage.StartAsync(contacts: 100, SyncWorld.Contacts());
        var ids = await Damage.IdsAsync(world, "contact");
        await Damage.SetAsync(world, "contact", ids[7], "lastname = 'damaged', donotcall = not donotcall");
        await Damage.SetAsync(world, "contact", ids[8], "birthdate = coalesce(birthdate, '2000-01-01') + 1");

        (await world.VerifyAsync("Contact", Stamps)).Differences.ShouldBe(0);
        var report = await world.VerifyAsync("Contact", Values);

        report.Value.ShouldBe(2);
        report.PassedByPoll.ShouldBe(0);
        report.Examples.Single(example => example.Sfid == ids[7]).Columns.ShouldBe(["lastname", "donotcall"], ignoreOrder: true);
        report.Examples.Single(example => example.Sfid == ids[8]).Columns.ShouldBe(["birthdate"]);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(100_000)]
    public async Task Repair_makes_both_sides_equal_by_rest_and_by_bulk(int restRows)
    {
        var sync = new SyncOptions { Verify = new VerifyOptions { RestRows = restRows, PageRecords = 70, WindowRows = 150 } };
        await using var world = await Damage.StartAsync(contacts: 400, SyncWorld.Accounts(), SyncWorld.Contacts());
        var ids = await Damage.IdsAsync(world, "contact");
        await Damage.DeleteAsync(world, "contact", ids[0], ids[399]);
        await Damage.InsertAsync(world, "contact", Damage.UnknownContact);
        await Damage.SetAsync(world, "contact", ids[10], "lastname = 'later', systemmodstamp = systemmodstamp + interval '1 day'");
        await Damage.SetAsync(world, "contact", ids[11], "email = 'damaged@example.com'");
        var key = await world.AskOneAsync($"select id from salesforce.contact where sfid = '{ids[11]}'");

        var report = await world.VerifyAsync("Contact", Values with { Repairs = true }, sync);

        (report.Missing, report.Surplus, report.Stale, report.Value).ShouldBe((2, 1, 1, 1));
        report.Repaired.ShouldBe(5);
        report.IsEqual.ShouldBeTrue();
        report.Examples.ShouldAllBe(example => example.IsRepaired);
        await world.ShouldBeEqualAsync("Contact");
        (await world.AskOneAsync($"select id from salesforce.contact where sfid = '{ids[11]}'")).ShouldBe(key);
        (await world.AskOneAsync("select count(*) from salesforce._trigger_log")).ShouldBe("0");
        (await world.VerifyAsync("Contact", Values)).Differences.ShouldBe(0);
    }

    [Fact]
    public async Task A_filtered_mapping_is_compared_by_its_filter()
    {
        var mapping = SyncWorld.Contacts() with { Filter = "DoNotCall = true OR LastName = 'never'" };
        await using var world = await Damage.StartAsync(contacts: 200, mapping);
        var ids = await Damage.IdsAsync(world, "contact");
        ids.Count.ShouldBeInRange(1, 199);
        var outside = world.Org.Live("Contact").Select(record => record.Id).Except(ids).First();

        foreach (var request in new[] { Counts, Stamps, Values })
            (await world.VerifyAsync("Contact", request)).IsEqual.ShouldBeTrue();

        await Damage.InsertAsync(world, "contact", outside);
        var report = await world.VerifyAsync("Contact", Counts with { Repairs = true });
        report.Surplus.ShouldBe(1);
        report.IsEqual.ShouldBeTrue();
        (await Damage.IdsAsync(world, "contact")).ShouldBe(ids);
    }

    [Fact]
    public async Task An_object_without_recycle_bin_and_an_empty_one_are_compared()
    {
        var users = new Mapping { ObjectName = "User", Access = MappingAccess.ReadOnly, Fields = ["Username", "LastName", "IsActive"] };
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(users, SyncWorld.Contacts());

        (await world.VerifyAsync("Contact", Values)).IsEqual.ShouldBeTrue();
        await Damage.SettleAsync(world, "User", world.Org.Live("User")[0].Id, new { LastName = "Touched" });
        var ids = await Damage.IdsAsync(world, "user");
        await Damage.DeleteAsync(world, "user", ids[^1]);
        await Damage.InsertAsync(world, "user", "no id at all");
        var report = await world.VerifyAsync("User", Stamps with { Repairs = true });

        (report.Missing, report.Surplus, report.Repaired).ShouldBe((1, 1, 2));
        await world.ShouldBeEqualAsync("User");
    }

    [Fact]
    public async Task An_unloaded_mapping_is_refused()
    {
        await using var world = await SyncWorld.StartAsync();
        await world.PrepareAsync(SyncWorld.Contacts());

        var refusal = await Should.ThrowAsync<InvalidOperationException>(() => world.VerifyAsync("Contact", Counts));

        refusal.Message.ShouldBe("Contact is not loaded yet.");
    }
}
