using Shouldly;
using Tandem.Postgres.Conflicts;
using Tandem.Sync.Push;
using Tandem.Sync.Running;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// Random schedules of both sides' edits, polls and pushes of one record, beside a model of what each side must have then:
/// heroku-connect.md, section 9, "Conflict order"; architecture.md, promise 4.
/// </summary>
public sealed class ConflictPropertyTests
{
    private const int Schedules = 8;
    private const int Steps = 14;

    private static readonly string[] Columns = ["name", "phone", "description"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Both_sides_agree_by_the_policies_and_nothing_is_overwritten_that_the_log_does_not_have(int seed)
    {
        var random = new Random(seed);
        var policies = Columns.ToDictionary(column => column, _ => (ConflictPolicy)random.Next(3), StringComparer.OrdinalIgnoreCase);
        var sync = new SyncOptions { Push = new PushOptions { MergesWrites = random.Next(2) == 0 } };
        await using var world = await SyncWorld.StartAsync(sync: sync);
        await world.LoadAsync(SyncWorld.Accounts() with { ConflictFields = policies });
        for (var schedule = 0; schedule < Schedules; schedule++)
        {
            var sfid = await world.Org.CreateAsync("Account", new { Name = "S0", Phone = "S0", Description = "S0" });
            await world.PollAsync("Account");
            var record = new ConflictedRecord(world, sfid, policies, random);
            for (var step = 0; step < Steps; step++)
                await record.StepAsync();
            await record.RestAsync();
        }

        await world.ShouldBeEqualAsync("Account");

        // Own values that came back, and columns that the app did not touch, are no conflicts.
        (await world.AskAsync(
            "select * from tandem.conflicts where local_value not like 'L%' or salesforce_value not like 'S%' or base_value is null"))
            .ShouldBeEmpty();
        (await world.AskOneAsync("select count(*) > 0 from tandem.conflicts")).ShouldBe("True");
    }
}
