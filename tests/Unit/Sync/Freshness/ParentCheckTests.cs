using Shouldly;
using Tandem.Sync.Freshness;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Freshness;

/// <summary>The questions about parents, as text: salesforce-api.md, section 4.</summary>
public sealed class ParentCheckTests
{
    private static readonly DateTime Since = new(2026, 2, 3, 4, 5, 6, DateTimeKind.Utc);

    [Fact]
    public void Plain_paths_share_one_question()
    {
        var check = FreshnessPlanner.Group([SampleParents.Path("Account", "Owner"), SampleParents.Path("Account")], false)
            .ShouldHaveSingleItem();
        check.Key.ShouldBe("parents");
        check.Condition(Since).ShouldBe(
            "Account.SystemModstamp >= 2026-02-03T04:05:06.000Z OR Account.Owner.SystemModstamp >= 2026-02-03T04:05:06.000Z");
        check.Probe(SampleObjects.Map(null, "Name"), Since).ShouldBe(
            "SELECT MAX(Account.SystemModstamp) s0,MAX(Account.Owner.SystemModstamp) s1 FROM Widget__c "
            + $"WHERE ({check.Condition(Since)})");
    }

    [Theory]
    [InlineData("OwnerId IN (SELECT Id FROM User WHERE SystemModstamp >= 2026-02-03T04:05:06.000Z)", "Owner:User")]
    [InlineData("OwnerId IN (SELECT Id FROM User WHERE Manager.SystemModstamp >= 2026-02-03T04:05:06.000Z)", "Owner:User", "Manager")]
    [InlineData("A.OwnerId IN (SELECT Id FROM User WHERE SystemModstamp >= 2026-02-03T04:05:06.000Z)", "A", "Owner:User")]
    [InlineData("A.B.C.D.E.FId IN (SELECT Id FROM F WHERE SystemModstamp >= 2026-02-03T04:05:06.000Z)", "A", "B", "C", "D", "E", "F")]
    [InlineData(
        "A.B.C.D.E.FId IN (SELECT Id FROM F WHERE G.H.I.J.SystemModstamp >= 2026-02-03T04:05:06.000Z)",
        "A", "B", "C", "D", "E", "F", "G", "H", "I", "J")]
    public void Other_paths_are_semi_joins_of_their_own(string condition, params string[] relationships)
    {
        var check = FreshnessPlanner.Group([SampleParents.Path(relationships)], false).ShouldHaveSingleItem();
        check.IsSemiJoin.ShouldBeTrue();
        check.Condition(Since).ShouldBe(condition);
        check.Probe(SampleObjects.Map(null, "Name"), Since).ShouldStartWith("SELECT MAX(");
    }

    [Fact]
    public void An_org_that_took_too_long_is_asked_by_semi_joins() =>
        FreshnessPlanner.Group([SampleParents.Path("Account", "Owner"), SampleParents.Path("Account")], true)
            .Select(check => check.Condition(Since)).ShouldBe(
            [
                "AccountId IN (SELECT Id FROM Account WHERE SystemModstamp >= 2026-02-03T04:05:06.000Z)",
                "Account.OwnerId IN (SELECT Id FROM Owner WHERE SystemModstamp >= 2026-02-03T04:05:06.000Z)",
            ]);

    [Fact]
    public void More_relationships_than_a_query_follows_are_several_questions()
    {
        var checks = FreshnessPlanner.Group(Enumerable.Range(0, 100).Select(at => SampleParents.Path($"P{at}__r")), false);
        checks.Select(check => (check.Key, check.Paths.Count)).ShouldBe([("parents", 40), ("parents 2", 40), ("parents 3", 20)]);
    }

    [Theory]
    [InlineData(false, "Owner:User", "X:Y")]
    [InlineData(false, "A", "B", "C", "D", "E", "F", "G:H")]
    [InlineData(true, "A", "B", "C", "D", "E", "Owner:User", "G")]
    public void A_path_with_two_open_lookups_or_too_many_hops_is_out_of_reach(bool isReachable, params string[] relationships) =>
        SampleParents.Path(relationships).SemiJoinHop.HasValue.ShouldBe(isReachable);
}
