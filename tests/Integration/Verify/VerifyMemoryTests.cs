using Shouldly;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;
using Tandem.Sync.Verify;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Verify;

/// <summary>
/// What a comparison of many rows costs. The memory of the process is everybody's, so that no other test may run beside it.
/// </summary>
[Collection(Alone.Name)]
public sealed class VerifyMemoryTests
{
    [Fact]
    public async Task A_hundred_thousand_rows_cost_few_calls_and_no_memory_that_grows_with_them()
    {
        const int Rows = 100_000;
        await using var world = await Damage.StartAsync(contacts: Rows, SyncWorld.Contacts());
        var ids = await Damage.IdsAsync(world, "contact");
        await Damage.DeleteAsync(world, "contact", ids[70_000]);

        var counts = await world.VerifyAsync("Contact", new VerifyRequest(VerifyLevel.Counts, Repairs: false));
        counts.Missing.ShouldBe(1);
        // Months, days, the day's records (or its hours before), and the look at the suspect.
        counts.ApiCalls.ShouldBeLessThanOrEqualTo(8);

        var sync = new SyncOptions { Verify = new VerifyOptions { PageRecords = 20_000 } };
        var most = long.MinValue;
        var batches = 0;
        VerifyReport report;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using (Failpoints.Listen(name =>
        {
            if (name == "verify.batch.told" && ++batches % 10 == 0)
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        }))
        {
            report = await world.VerifyAsync("Contact", new VerifyRequest(VerifyLevel.Stamps, Repairs: true), sync);
        }

        (report.Missing, report.Repaired, report.IsEqual).ShouldBe((1, 1, true));
        report.WindowsRead.ShouldBe(1);
        batches.ShouldBeGreaterThanOrEqualTo(50);
        most.ShouldBeLessThan(16 * 1024 * 1024);
        report.ApiCalls.ShouldBeLessThanOrEqualTo(14);

        var equal = await world.VerifyAsync("Contact", new VerifyRequest(VerifyLevel.Counts, Repairs: false));
        (equal.IsEqual, equal.ApiCalls).ShouldBe((true, 1));
    }
}
