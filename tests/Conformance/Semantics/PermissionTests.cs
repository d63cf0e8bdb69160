using System.Net;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Semantics;

/// <summary>
/// What a user may do everywhere, as queries tell it: by profile and by permission set. Source: heroku-connect.md, section 12.4.
/// </summary>
public sealed class PermissionTests
{
    [Fact]
    public async Task The_administrators_profile_allows_everything_and_another_nothing()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var answer = await org.AskAsync("/query?q=" + Uri.EscapeDataString(
            "SELECT Profile.Id, Profile.PermissionsModifyAllData, Profile.PermissionsViewAllData, Profile.PermissionsViewAllUsers "
            + "FROM User WHERE Username = 'admin@tandem.test'"));
        answer.Status.ShouldBe(HttpStatusCode.OK);
        var profile = answer.Json.GetProperty("records")[0].GetProperty("Profile");
        profile.GetProperty("Id").GetString().ShouldNotBeNull().ShouldStartWith("00e");
        foreach (var name in new[] { "PermissionsModifyAllData", "PermissionsViewAllData", "PermissionsViewAllUsers" })
            profile.GetProperty(name).GetBoolean().ShouldBeTrue();

        var others = await org.AskAsync("/query?q=" + Uri.EscapeDataString(
            "SELECT Id FROM Profile WHERE Name = 'Standard User' AND PermissionsViewAllData = false"));
        others.Json.GetProperty("totalSize").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_permission_set_is_found_by_whom_it_is_assigned_to()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var user = (await FindAsync(org, "SELECT Id FROM User WHERE Username = 'admin@tandem.test'")).ShouldHaveSingleItem();
        var set = (await FindAsync(org, "SELECT Id FROM PermissionSet WHERE PermissionsViewAllData = true")).ShouldHaveSingleItem();
        var assigned = $"SELECT Id FROM PermissionSetAssignment WHERE AssigneeId = '{user}' AND (PermissionSet.PermissionsViewAllData = "
            + "true OR PermissionSet.PermissionsModifyAllData = true) LIMIT 1";
        (await FindAsync(org, assigned)).ShouldBeEmpty();
        var id = await org.CreateAsync("PermissionSetAssignment", $$"""{"PermissionSetId":"{{set}}","AssigneeId":"{{user}}"}""");
        (await FindAsync(org, assigned)).ShouldBe([id]);
    }

    private static async Task<IReadOnlyList<string>> FindAsync(SimulatedOrg org, string soql)
    {
        var answer = await org.AskAsync("/query?q=" + Uri.EscapeDataString(soql));
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        return [.. answer.Json.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("Id").GetString() ?? "")];
    }
}
