using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>Column types are a connection's, and stay as long as its tables do. heroku-connect.md, section 4.</summary>
public sealed class TypeProfileTests
{
    private const string Types = "select column_name || ' ' || data_type from information_schema.columns where table_name = 'account' "
        + "and column_name in ('name', 'annualrevenue', 'createddate', 'sfid') order by 1";

    [Fact]
    public async Task A_connection_keeps_its_types_and_refuses_others_once_there_are_tables()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 10);
        await using (await StartAsync(world, TypeProfile.Exact))
        {
        }

        await using (await StartAsync(world, types: null))
        {
        }

        var refused = await Should.ThrowAsync<ConfigurationException>(() => StartAsync(world, TypeProfile.Heroku));

        refused.Message.ShouldBe(
            "The tables of the schema salesforce have the types exact, which stay as long as the tables do; found heroku asked for. "
            + "Leave it out, or use another schema for new tables.");
        (await world.AskAsync(Types)).ShouldBe(
            ["annualrevenue numeric", "createddate timestamp with time zone", "name text", "sfid character varying"]);
    }

    [Fact]
    public async Task Both_ways_work_with_exact_types()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 30);
        world.Types = TypeProfile.Exact;
        await world.LoadAsync(SyncWorld.Accounts());
        await world.ShouldBeEqualAsync("Account");

        await world.RunAsync(
            "insert into salesforce.account (name, annualrevenue, ext_id__c) values ('exact', 123456789012345678, 'x-1'); "
            + "update salesforce.account set annualrevenue = 7 where ext_id__c is distinct from 'x-1'");
        await world.PushAsync();

        var made = world.Org.Find("Account", "Ext_Id__c", "x-1").ShouldHaveSingleItem();
        world.Org.Value("Account", made.Id, "AnnualRevenue").ShouldBe(123456789012345678m);
        await world.PollAsync("Account");
        await world.ShouldBeEqualAsync("Account");
        (await world.AskAsync("select distinct state from salesforce._trigger_log")).ShouldBe(["SUCCESS"]);
    }

    private static Task<SyncHost> StartAsync(SyncWorld world, TypeProfile? types) => SyncHost.StartAsync(
        new SyncHostOptions
        {
            DatabaseUrl = world.Database.ConnectionString,
            OrgUrl = world.Proxy.Address,
            Grant = SyncWorld.Password(),
            Mappings = [SyncWorld.Accounts()],
            Settings = new ConnectionSettings { Types = types },
        },
        TimeProvider.System,
        NullLoggerFactory.Instance,
        SyncWorld.Token);
}
