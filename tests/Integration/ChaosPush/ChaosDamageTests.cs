using System.Text.Json;
using Shouldly;
using Tandem.Simulator.Control;
using Tandem.Sync.Catalog;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.ChaosPush;

/// <summary>
/// What judges a plan of the push sees what is wrong: each kind of damage, done behind Tandem's back to a world at rest, is named.
/// </summary>
public sealed class ChaosDamageTests
{
    private const string Replica = "begin; set local session_replication_role = replica; ";

    /// <summary>An account with an external id, changed once it was sent.</summary>
    private static readonly ChaosPlan Plan = ChaosPlan.Of(1) with
    {
        Writes = WriteAlgorithm.Ordered,
        Keys = ChaosKeys.All,
        FailAfterChunks = null,
        Steps =
        [
            new(ChaosStepKind.Insert, 0, 0, 0, 0), new(ChaosStepKind.Commit, 0, 0, 0, 0), new(ChaosStepKind.Work, 0, 0, 0, 0),
            new(ChaosStepKind.Update, 0, 0, 0, 0), new(ChaosStepKind.Commit, 0, 0, 0, 0),
        ],
    };

    [Fact]
    public async Task Without_damage_nothing_is_named() => (await ChaosRun.TryAsync(Plan)).ShouldBeNull();

    [Theory]
    [InlineData("update salesforce.account set phone = 'x'", "the table's Phone is x")]
    [InlineData("update salesforce.account set _hc_lastop = 'PENDING'", "is PENDING at rest")]
    [InlineData("delete from salesforce.account", "is gone")]
    [InlineData("insert into salesforce.account (name) values ('x')", "is there and should not be")]
    [InlineData("update salesforce._trigger_log set state = 'FAILED', sf_message = 'x'", "The log keeps FAILED INSERT")]
    [InlineData("update salesforce._trigger_log set state = 'PENDING'", "The log keeps PENDING UPDATE")]
    public async Task Damage_in_the_database_is_named(string statement, string told) => await ShouldTellAsync(told, world =>
    {
        world.Settings.Ask($"{Replica}{statement}; commit");
        return Task.CompletedTask;
    });

    [Fact]
    public async Task A_record_that_was_made_twice_is_named_even_when_it_is_gone() =>
        await ShouldTellAsync("was made 2 times", async world =>
        {
            await RunAsync(world, RowAction.Create, new { attributes = new { type = "Account" }, Name = NameOf(world) });
            var id = world.Server.Control.Writes.Entries[^1].Id;
            await world.Server.Control.Rows.RunAsync(RowAction.HardDelete, new RowEdit { Ids = [id] }, SyncWorld.Token);
        });

    [Fact]
    public async Task A_record_that_saw_an_older_change_last_is_named() =>
        await ShouldTellAsync("saw change 1 of 2 after change 2", world =>
        {
            var first = world.Book.Rows[0].Versions[0].Mark;
            return RunAsync(world, RowAction.Update, new { attributes = new { type = "Account" }, Id = IdOf(world), Description = first });
        });

    [Fact]
    public async Task A_change_that_a_record_never_saw_is_named() => await ShouldTellAsync("never saw change 2 of 2", world =>
    {
        var row = world.Book.Rows[0];
        row.Versions[1] = row.Versions[1] with
        {
            Values = new Dictionary<string, string>(row.Versions[1].Values) { [ChaosTable.MarkField] = "never sent" },
        };
        return Task.CompletedTask;
    });

    private static async Task ShouldTellAsync(string told, Func<ChaosWorld, Task> damageAsync)
    {
        var failure = await ChaosRun.TryAsync(Plan, damageAsync);
        failure.ShouldNotBeNull().Broken.ShouldContain(line => line.Contains(told, StringComparison.Ordinal), failure.ToString());
    }

    private static string NameOf(ChaosWorld world) => world.Book.Rows[0].Last.Values["Name"];

    private static string IdOf(ChaosWorld world) => world.Settings.Ask("select sfid from salesforce.account")[0];

    private static async Task RunAsync(ChaosWorld world, RowAction action, object record) => await world.Server.Control.Rows.RunAsync(
        action, new RowEdit { Records = [JsonSerializer.SerializeToElement(record)] }, SyncWorld.Token);
}
