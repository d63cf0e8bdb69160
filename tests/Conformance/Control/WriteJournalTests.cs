using Shouldly;
using Tandem.Simulator.Data;
using Xunit;

namespace Tandem.Tests.Conformance.Control;

/// <summary>What the org tells of its own writes. Source: salesforce-api.md, section 12.</summary>
public sealed class WriteJournalTests
{
    [Fact]
    public async Task Keeps_each_state_of_a_record_in_the_order_of_the_commits()
    {
        await using var org = await SimulatedOrg.StartAsync();
        await org.CreateAsync("Account", """{"Name":"Before"}""");
        var journal = org.Server.Control.Writes;
        journal.Start();

        var id = await org.CreateAsync("Account", """{"Name":"one"}""");
        await org.SendAsync(HttpMethod.Patch, $"/sobjects/Account/{id}", """{"Name":"two"}""");
        await org.SendAsync(HttpMethod.Patch, $"/sobjects/Account/{id}", """{"Industry":"no such industry","Name":""}""");
        await org.SendAsync(HttpMethod.Delete, $"/sobjects/Account/{id}");

        // The org writes the history of its fields too.
        var accounts = journal.Entries.Where(entry => entry.Type.Name == "Account");
        accounts.Select(entry => (entry.Kind, entry.Id, entry["Name"])).ShouldBe(
            [(ChangeKind.Create, id, "one"), (ChangeKind.Update, id, "two"), (ChangeKind.Delete, id, "two")]);
        journal.Stop();
        await org.CreateAsync("Account", """{"Name":"After"}""");
        journal.Entries.ShouldBeEmpty();
    }
}
