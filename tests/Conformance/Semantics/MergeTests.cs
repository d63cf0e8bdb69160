using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Semantics;

/// <summary>Merges of records that are one in the world. Source: salesforce-api.md, section 10 ("Merge").</summary>
public sealed class MergeTests
{
    [Fact]
    public async Task The_loser_names_the_winner_and_its_children_move_with_new_stamps()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var winner = await org.CreateAsync("Account", new { Name = "Acme" });
        var loser = await org.CreateAsync("Account", new { Name = "ACME Inc" });
        var contact = await org.CreateAsync("Contact", new { LastName = "Ada", AccountId = loser });
        var stamp = await org.ValueAsync("Contact", contact, "SystemModstamp");
        var winnerStamp = await org.ValueAsync("Account", winner, "SystemModstamp");

        org.Clock.Advance(TimeSpan.FromSeconds(5));
        var result = org.Org.Merge(winner, [loser], org.Admin);
        result.Errors.ShouldBeEmpty();
        result.Id.ShouldBe(winner);
        result.MergedRecordIds.ShouldBe([loser]);
        result.UpdatedRelatedIds.ShouldBe([contact]);
        var row = (await org.RecordsAsync($"SELECT IsDeleted, MasterRecordId FROM Account WHERE Id = '{loser}'", withDeleted: true))
            .ShouldHaveSingleItem();
        row.GetProperty("IsDeleted").GetBoolean().ShouldBeTrue();
        row.GetProperty("MasterRecordId").GetString().ShouldBe(winner);
        (await org.ValueAsync("Contact", contact, "AccountId")).ShouldBe(winner);
        string.CompareOrdinal(await org.ValueAsync("Contact", contact, "SystemModstamp"), stamp).ShouldBePositive();
        string.CompareOrdinal(await org.ValueAsync("Account", winner, "SystemModstamp"), winnerStamp).ShouldBePositive();
    }

    [Fact]
    public async Task A_merge_that_cannot_be_changes_nothing()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var ids = new List<string>();
        for (var number = 0; number < 4; number++)
            ids.Add(await org.CreateAsync("Lead", new { LastName = $"L{number}", Company = "Acme" }));
        var account = await org.CreateAsync("Account", new { Name = "Acme" });
        org.Org.Merge(ids[0], [ids[1], ids[2], ids[3]], org.Admin).Errors[0].StatusCode.ShouldBe("LIMIT_EXCEEDED");
        org.Org.Merge(ids[0], [ids[0]], org.Admin).IsSuccess.ShouldBeFalse();
        org.Org.Merge(ids[0], [ids[1], account], org.Admin).Errors[0].StatusCode.ShouldBe("MALFORMED_ID");
        var campaign = await org.CreateAsync("Product2", new { Name = "Pump" });
        org.Org.Merge(campaign, [campaign], org.Admin).Errors[0].StatusCode.ShouldBe("INVALID_TYPE");
        (await org.RecordsAsync($"SELECT Id FROM Lead WHERE Company = 'Acme'")).Count.ShouldBe(4);
    }
}
