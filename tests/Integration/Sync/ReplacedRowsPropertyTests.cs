using Tandem.Sync.Catalog;
using Tandem.Sync.Push;
using Tandem.Sync.Running;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// Random schedules in which rows come, go and take each other's unique identifiers between pushes, polls, lost answers and crashes: at
/// rest each row is one live record, and the org has no other. The seeds are those that found a fault. Source: heroku-connect.md,
/// section 7; architecture.md, promises 1 to 3; docs/decisions/0057-a-delete-keeps-its-place-before-its-record-has-an-id.md
/// </summary>
public sealed class ReplacedRowsPropertyTests
{
    private const int Schedules = 10;
    private const int Steps = 14;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(17)]
    [InlineData(22)]
    [InlineData(30)]
    [InlineData(34)]
    [InlineData(45)]
    public async Task Each_row_is_one_record_whatever_identifier_it_took(int seed)
    {
        var random = new Random(seed);
        var push = new PushOptions
        {
            MergesWrites = random.Next(4) == 0,
            ClaimRows = random.Next(2) == 0 ? 5_000 : 1 + random.Next(4),
            BulkFrom = random.Next(3) == 0 ? 2 : 2_000,
        };
        await using var world = await SyncWorld.StartAsync(sync: new SyncOptions { Push = push });
        Mapping[] children = seed % 2 == 0 ? [] : [SyncWorld.ReadWrite("Contact", null, "LastName", "AccountId", "account__ext_id__c")];
        await world.LoadAsync([SyncWorld.Accounts(), .. children]);
        for (var schedule = 0; schedule < Schedules; schedule++)
        {
            var rows = new ReplacedRows(world, random);
            for (var step = 0; step < Steps; step++)
                await rows.StepAsync();
            await rows.RestAsync();
        }
    }
}
