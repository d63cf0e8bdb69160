using Shouldly;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Convergence;

/// <summary>
/// What compares both sides at the end of a plan sees that they differ: each kind of damage, done behind Tandem's back, is named by the
/// oracle and, independently, by verify.
/// </summary>
public sealed class DamagedPlanTests
{
    private const string Unknown = "003000000000XYZEA3";

    [Theory]
    [InlineData("update salesforce.contact set lastname = lastname || 'x' where sfid = $1", "lastname", "Value")]
    [InlineData("update salesforce.contact set account_line__c = 'x' where sfid = $1", "account_line__c", "Value")]
    [InlineData(
        "update salesforce.contact set systemmodstamp = systemmodstamp - interval '1 day' where sfid = $1", "systemmodstamp", "Stale")]
    [InlineData("delete from salesforce.contact where sfid = $1", "only in Salesforce", "Missing")]
    [InlineData(
        "insert into salesforce.contact (sfid, lastname, systemmodstamp, _hc_lastop) "
        + "select '" + Unknown + "', lastname, systemmodstamp, 'SYNCED' from salesforce.contact where sfid = $1",
        "only in Postgres",
        "Surplus")]
    public async Task A_damaged_row_is_named_by_the_oracle_and_by_verify(string damage, string told, string kind)
    {
        var victim = "";
        var plan = Plan.Of(1) with { Contacts = 20, Filter = 0, Steps = [new Step(StepKind.Settle, 0, 0, 0)] };

        var failure = await PlanRun.TryAsync(plan, world =>
        {
            victim = world.Ask("select sfid from salesforce.contact order by id")[0];
            return DamageAsync(world, damage.Replace("$1", $"'{victim}'", StringComparison.Ordinal));
        });

        var named = kind == "Surplus" ? Unknown : victim;
        var broken = failure.ShouldNotBeNull().Broken;
        broken.ShouldContain(line => line.StartsWith($"Contact {named}", StringComparison.Ordinal) && line.Contains(told));
        broken.ShouldContain(line => line.StartsWith("Verify finds 1 differences in Contact", StringComparison.Ordinal)
            && line.Contains(named) && line.Contains(kind));
    }

    [Fact]
    public async Task Two_inserts_with_one_record_are_named()
    {
        var plan = Plan.Of(1) with { Contacts = 20, Filter = 0, Steps = [new Step(StepKind.Settle, 0, 0, 0)] };

        var failure = await PlanRun.TryAsync(plan, world => DamageAsync(
            world,
            "insert into salesforce._trigger_log (table_name, action, state, sfid) "
            + $"select 'contact', 'INSERT', 'SUCCESS', '{Unknown}' from generate_series(1, 2)"));

        failure.ShouldNotBeNull().Broken.ShouldHaveSingleItem().ShouldStartWith($"Inserts share the record {Unknown}: ");
    }

    [Fact]
    public async Task Without_damage_nothing_is_named()
    {
        var plan = Plan.Of(1) with { Contacts = 20, Filter = 0, Steps = [new Step(StepKind.Settle, 0, 0, 0)] };

        (await PlanRun.TryAsync(plan, _ => Task.CompletedTask)).ShouldBeNull();
    }

    /// <summary>As a superuser may: no trigger fires, so nothing is captured.</summary>
    private static async Task DamageAsync(ConvergenceWorld world, string statement)
    {
        await using var command = world.Database.DataSource.CreateCommand(
            $"begin; set local session_replication_role = replica; {statement}; commit");
        await command.ExecuteNonQueryAsync(SyncWorld.Token);
    }
}
