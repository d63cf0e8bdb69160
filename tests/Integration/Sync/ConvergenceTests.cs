using System.Globalization;
using Npgsql;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// Whatever both sides do, they are equal once nothing is under way, and nothing is there twice: architecture.md, promises 1 to 4.
/// </summary>
public sealed class ConvergenceTests
{
    private const int Rounds = 2;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 25)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Both_sides_are_equal_after_random_transactions(int seed)
    {
        var random = new Random(seed);
        await using var world = await SyncWorld.StartAsync(contacts: 10);
        await world.LoadAsync(SyncWorld.Accounts(), SyncWorld.Contacts());
        await using var push = world.StartPush();
        for (var round = 0; round < Rounds; round++)
        {
            // Each side has records of its own and, of those that are at rest, a share that only it touches in this round.
            var mine = await TakeAsync(world, "account", round % 2);
            var myContacts = await TakeAsync(world, "contact", round % 2);
            var theirs = await TakeAsync(world, "account", 1 - round % 2);
            var theirContacts = await TakeAsync(world, "contact", 1 - round % 2);
            world.OrgTime.Advance(TimeSpan.FromMinutes(random.Next(0, 5)));
            for (var step = 0; step < 4; step++)
            {
                var transaction = WriteTransaction(random, $"{seed}-{round}-{step}", mine, myContacts);
                await AgainAfterDeadlockAsync(() => world.RunAsync(transaction));
                await EditAsync(world, random, $"{seed}-{round}-{step}", theirs, theirContacts);
                if (random.Next(2) == 0)
                {
                    var polled = random.Next(2) == 0 ? "Account" : "Contact";
                    await AgainAfterDeadlockAsync(() => world.PollAsync(polled));
                }
            }

            await world.QuiesceAsync(push);
            await world.PollAsync("Account");
            await world.PollAsync("Contact");
        }

        await world.ShouldBeEqualAsync("Account", "Contact");
        (await world.AskAsync("select state from salesforce._trigger_log where state not in ('SUCCESS', 'IGNORED')")).ShouldBeEmpty();
        (await world.AskAsync("select name from salesforce.account where name like 'local%' group by name having count(*) > "
            + "1")).ShouldBeEmpty();
        (await world.AskAsync("select lastname from salesforce.contact where lastname like 'local%' group by lastname having count(*) > 1"))
            .ShouldBeEmpty();
        (await world.AskAsync(
            "select _hc_lastop from salesforce.account where _hc_lastop <> 'SYNCED' union all "
            + "select _hc_lastop from salesforce.contact where _hc_lastop <> 'SYNCED'")).ShouldBeEmpty();
        (await world.PollAsync("Account")).ShouldBe(0);
        (await world.PollAsync("Contact")).ShouldBe(0);
    }

    /// <summary>
    /// What an application that locks several rows in an order of its own must do, and what a shift does with a poll: Postgres has rolled
    /// one of the two transactions back as a whole.
    /// </summary>
    private static async Task AgainAfterDeadlockAsync(Func<Task> transaction)
    {
        while (true)
        {
            try
            {
                await transaction();
                return;
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.DeadlockDetected)
            {
                SyncWorld.Token.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>The sfids of every other row.</summary>
    private static async Task<List<string>> TakeAsync(SyncWorld world, string table, int share)
    {
        var all = await world.AskAsync($"select sfid from salesforce.{table} where sfid is not null order by sfid");
        return [.. all.Where((_, at) => at % 2 == share)];
    }

    private static string WriteTransaction(Random random, string label, List<string> accounts, List<string> contacts)
    {
        var statements = new List<string>();
        for (var count = random.Next(1, 6); count > 0; count--)
        {
            var name = $"local {label}-{count}";
            statements.Add(random.Next(8) switch
            {
                0 => $"insert into salesforce.account (name, ext_id__c, annualrevenue) values ('{name}', '{name}', {random.Next(1000)})",
                1 => $"insert into salesforce.contact (lastname, firstname) values ('{name}', null)",
                2 => $"insert into salesforce.contact (lastname) values ('{name}'); "
                    + $"update salesforce.contact set firstname = 'f{random.Next(9)}' where lastname = '{name}'",
                3 => $"update salesforce.account set phone = '{random.Next(9)}', industry = null where name like 'local %'",
                4 when Pick(random, accounts) is { } id => $"update salesforce.account set numberofemployees = "
                    + $"{random.Next(99)} where sfid = '{id}'",
                5 when Pick(random, contacts) is { } id =>
                    $"update salesforce.contact set description = 'line {random.Next(9)}', donotcall = not donotcall where sfid = '{id}'",
                6 when Take(random, contacts) is { } id => $"delete from salesforce.contact where sfid = '{id}'",
                7 => $"insert into salesforce.account (name, ext_id__c) values ('{name}', '{name}'); delete from "
                    + $"salesforce.account where name = '{name}'",
                _ => $"update salesforce.contact set firstname = 'g{random.Next(9)}' where lastname like 'local %'",
            });
        }

        return $"begin; {string.Join("; ", statements)}; commit";
    }

    private static async Task EditAsync(SyncWorld world, Random random, string label, List<string> accounts, List<string> contacts)
    {
        switch (random.Next(5))
        {
            case 0:
                await world.Org.CreateAsync("Account", new { Name = $"remote {label}", Ext_Id__c = $"r-{label}" });
                break;
            case 1:
                await world.Org.CreateAsync("Contact", new { LastName = $"remote {label}" });
                break;
            case 2 when Pick(random, accounts) is { } id && IsTheirs(world, "Account", id, "Name"):
                await world.Org.UpdateAsync("Account", id, new { Phone = random.Next(99).ToString(CultureInfo.InvariantCulture) });
                break;
            case 3 when Pick(random, contacts) is { } id && IsTheirs(world, "Contact", id, "LastName"):
                await world.Org.UpdateAsync("Contact", id, new { Email = $"r{random.Next(99)}@example.com" });
                break;
            case 4 when Take(random, contacts) is { } id && IsTheirs(world, "Contact", id, "LastName"):
                world.Org.Delete(id);
                break;
            default:
                break;
        }
    }

    /// <summary>The app's statements by name touch all records that it once made.</summary>
    private static bool IsTheirs(SyncWorld world, string objectName, string id, string field) =>
        world.Org.Value(objectName, id, field) is string name && !name.StartsWith("local ", StringComparison.Ordinal);

    private static string? Pick(Random random, List<string> ids) => ids.Count > 0 ? ids[random.Next(ids.Count)] : null;

    private static string? Take(Random random, List<string> ids)
    {
        if (Pick(random, ids) is not { } id)
            return null;
        ids.Remove(id);
        return id;
    }
}
