using Shouldly;
using Tandem.Sync.Catalog;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// Changes of a read-only mapping are logged and never sent, and a mapping that is switched keeps its word about what was captured before:
/// heroku-connect.md, sections 6.1 and 6.2.
/// </summary>
public sealed class ReadOnlyTests
{
    private const string States =
        "select action, state, count(*) from salesforce._trigger_log group by action, state order by action, state";

    [Fact]
    public async Task A_change_that_was_captured_read_only_is_never_sent_and_a_later_one_is()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 2);
        await world.LoadAsync(Contacts(MappingAccess.ReadOnly));
        await world.RunAsync("update salesforce.contact set firstname = 'no'; insert into salesforce.contact (lastname) values ('no')");
        await world.PushAsync();
        (await world.AskAsync(States)).ShouldBe(["INSERT|READONLY|1", "UPDATE|READONLY|2"]);

        await world.PrepareAsync(Contacts(MappingAccess.ReadWrite));
        await world.RunAsync("update salesforce.contact set email = 'a@b.example' where id = 1");
        await world.PushAsync();

        (await world.AskAsync(States)).ShouldBe(["INSERT|READONLY|1", "UPDATE|READONLY|2", "UPDATE|SUCCESS|1"]);
        world.Org.Find("Contact", "FirstName", "no").ShouldBeEmpty();
        world.Org.Find("Contact", "LastName", "no").ShouldBeEmpty();
        world.Org.Find("Contact", "Email", "a@b.example").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_change_that_waited_when_the_mapping_became_read_only_is_sent_and_a_later_one_is_not()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 2);
        await world.LoadAsync(Contacts(MappingAccess.ReadWrite));
        await world.RunAsync("update salesforce.contact set firstname = 'yes'");

        await world.PrepareAsync(Contacts(MappingAccess.ReadOnly));
        await world.RunAsync("update salesforce.contact set firstname = 'no'; delete from salesforce.contact where id = 2");
        await world.PushAsync();

        (await world.AskAsync(States)).ShouldBe(["DELETE|READONLY|1", "UPDATE|READONLY|2", "UPDATE|SUCCESS|2"]);
        world.Org.Find("Contact", "FirstName", "yes").Count.ShouldBe(2);
        world.Org.Live("Contact").Count.ShouldBe(2);
    }

    private static Mapping Contacts(MappingAccess access) => SyncWorld.Contacts() with { Access = access };
}
