using Npgsql;
using Shouldly;
using Tandem.Postgres.ChangeLog;
using Tandem.Postgres.Conflicts;
using Tandem.Tests.Integration.Sync;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Postgres;

/// <summary>
/// Records from Salesforce meet queued changes of the same columns: heroku-connect.md, section 9, "Conflict order"; architecture.md,
/// promise 4.
/// </summary>
public sealed class ConflictMergeTests
{
    private const string Rows = "select sfid, name, phone, ext__c, _hc_lastop from salesforce.account order by id";
    private const string Log = """select state, "values" from salesforce._trigger_log order by id""";
    private const string Conflicts = """
        select sfid, column_name, local_value, salesforce_value, base_value, winner, policy, change_id from tandem.conflicts order by id
        """;

    [Fact]
    public async Task The_local_value_stays_and_what_salesforce_had_is_noted_once()
    {
        await using var database = await TestDatabase.CreateAsync(SyncWorld.Migrated);
        var account = await StartAsync(database, ConflictPolicy.Local);
        await account.RunAsync("update salesforce.account set name = 'mine'");

        await account.MergeAsync(("A", "theirs", "2", null, 2));
        await account.MergeAsync(("A", "theirs", "2", null, 2));
        await account.MergeAsync(("A", "theirs", "3", null, 3));

        (await account.AskAsync(Conflicts)).ShouldBe(["A|name|mine|theirs|a|local|local|1"]);
        (await account.AskAsync(Rows)).ShouldBe(["A|mine|3|-|PENDING"]);
        (await account.AskAsync(Log)).ShouldBe(["NEW|\"name\"=>\"mine\""]);
        (await account.AskAsync(
            "select schema_name, table_name, record_id, salesforce_stamp::text, changed_at is not null from tandem.conflicts"))
            .ShouldBe(["salesforce|account|1|2000-01-01 00:00:02|True"]);

        await account.MergeAsync(("A", "theirs again", "3", null, 4));
        (await account.AskAsync(Conflicts)).ShouldBe(["A|name|mine|theirs|a|local|local|1", "A|name|mine|theirs again|a|local|local|1"]);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("mine")]
    [InlineData(" a ")]
    [InlineData(" mine")]
    public async Task What_salesforce_did_not_change_or_changed_alike_is_no_conflict(string theirs)
    {
        await using var database = await TestDatabase.CreateAsync(SyncWorld.Migrated);
        var account = await StartAsync(database, ConflictPolicy.Salesforce);
        await account.RunAsync("update salesforce.account set name = 'mine'");

        await account.MergeAsync(("A", theirs, "2", null, 2));

        (await account.AskAsync(Conflicts)).ShouldBeEmpty();
        (await account.AskAsync(Rows)).ShouldBe(["A|mine|2|-|PENDING"]);
    }

    [Fact]
    public async Task An_older_record_is_no_conflict()
    {
        await using var database = await TestDatabase.CreateAsync(SyncWorld.Migrated);
        var account = await StartAsync(database, ConflictPolicy.Salesforce);
        await account.MergeAsync(("A", "a", "1", null, 5));
        await account.RunAsync("update salesforce.account set name = 'mine'");

        await account.MergeAsync(("A", "stale", "0", null, 4));

        (await account.AskAsync(Conflicts)).ShouldBeEmpty();
        (await account.AskAsync(Rows)).ShouldBe(["A|mine|1|-|PENDING"]);
    }

    [Fact]
    public async Task Of_several_changes_the_oldest_tells_what_both_sides_had()
    {
        await using var database = await TestDatabase.CreateAsync(SyncWorld.Migrated);
        var account = await StartAsync(database, ConflictPolicy.Local);
        await account.RunAsync("update salesforce.account set name = 'one'");
        await account.RunAsync("update salesforce.account set phone = '5'");
        await account.RunAsync("update salesforce.account set name = 'two'");

        await account.MergeAsync(("A", "a", "1", null, 2));
        (await account.AskAsync(Conflicts)).ShouldBeEmpty();

        // Nobody has sent 'one' yet, so a person wrote it.
        await account.MergeAsync(("A", "one", "1", null, 3));
        (await account.AskAsync(Conflicts)).ShouldBe(["A|name|two|one|a|local|local|1"]);
    }

    [Fact]
    public async Task What_is_on_the_wire_comes_back_without_a_conflict()
    {
        await using var database = await TestDatabase.CreateAsync(SyncWorld.Migrated);
        var account = await StartAsync(database, ConflictPolicy.Salesforce);
        await account.RunAsync("update salesforce.account set name = 'one '");
        await account.RunAsync("update salesforce._trigger_log set state = 'PENDING'");
        await account.RunAsync("update salesforce.account set name = 'two'");

        await account.MergeAsync(("A", "one", "1", null, 2));
        (await account.AskAsync(Conflicts)).ShouldBeEmpty();

        // Settled, it is what the second change found.
        await account.RunAsync("update salesforce._trigger_log set state = 'SUCCESS' where id = 1");
        await account.MergeAsync(("A", "one", "1", null, 2));
        (await account.AskAsync(Conflicts)).ShouldBeEmpty();
        (await account.AskAsync(Rows)).ShouldBe(["A|two|1|-|PENDING"]);

        // A trigger or a person made something else of it meanwhile.
        await account.MergeAsync(("A", "ONE", "1", null, 3));
        (await account.AskAsync(Conflicts)).ShouldBe(["A|name|two|ONE|one |salesforce|salesforce|2"]);
        (await account.AskAsync(Rows)).ShouldBe(["A|ONE|1|-|SYNCED"]);
    }

    [Theory]
    [InlineData("FAILED")]
    [InlineData("IGNORED")]
    public async Task A_change_that_never_arrived_is_not_what_salesforce_had(string state)
    {
        await using var database = await TestDatabase.CreateAsync(SyncWorld.Migrated);
        var account = await StartAsync(database, ConflictPolicy.Salesforce);
        await account.RunAsync("update salesforce.account set name = 'one'");
        await account.RunAsync("update salesforce.account set name = 'two'");
        await account.RunAsync($"update salesforce._trigger_log set state = '{state}'");
        await account.RunAsync("update salesforce.account set name = 'three'");

        await account.MergeAsync(("A", "a", "2", null, 2));
        (await account.AskAsync(Conflicts)).ShouldBeEmpty();

        await account.MergeAsync(("A", "theirs", "2", null, 3));
        (await account.AskAsync(Conflicts)).ShouldBe(["A|name|three|theirs|two|salesforce|salesforce|3"]);
    }

    [Fact]
    public async Task A_change_captured_again_by_hand_tells_no_base_and_wins()
    {
        await using var database = await TestDatabase.CreateAsync(SyncWorld.Migrated);
        var account = await StartAsync(database, ConflictPolicy.Salesforce);
        await account.RunAsOwnAsync("update salesforce.account set name = 'mine'");
        await account.RunAsync(
            "select salesforce.hc_capture_update_from_row(hstore(a.*), 'account', array['name']) from salesforce.account a");

        await account.MergeAsync(("A", "theirs", "2", null, 2));

        (await account.AskAsync(Conflicts)).ShouldBeEmpty();
        (await account.AskAsync(Rows)).ShouldBe(["A|mine|2|-|PENDING"]);
    }

    [Fact]
    public async Task Salesforces_value_is_written_and_the_change_loses_that_column_only()
    {
        await using var database = await TestDatabase.CreateAsync(SyncWorld.Migrated);
        var account = await StartAsync(database, ConflictPolicy.Salesforce);
        await account.RunAsync("update salesforce.account set name = 'mine', phone = E'7 \"\\\\'");
        await account.RunAsync("update salesforce.account set name = 'mine 2'");

        await account.MergeAsync(("A", "theirs", "1", null, 2));

        (await account.AskAsync(Rows)).ShouldBe(["A|theirs|7 \"\\|-|PENDING"]);
        (await account.AskAsync(Log)).ShouldBe(["""NEW|"phone"=>"7 \"\\" """.TrimEnd(), "IGNORED|\"name\"=>\"mine 2\""]);
        (await account.AskAsync("""select "values"::hstore -> 'phone' from salesforce._trigger_log where id = 1""")).ShouldBe(["7 \"\\"]);
        (await account.AskAsync("select sf_message, processed_at is not null from salesforce._trigger_log where id = 2")).ShouldBe(
            ["Not sent: Salesforce had changed name too, and by the conflict policy its value stands; tandem.conflicts has both.|True"]);
        (await account.AskAsync(Conflicts)).ShouldBe(["A|name|mine 2|theirs|a|salesforce|salesforce|1"]);
    }

    [Fact]
    public async Task A_row_that_has_lost_all_its_changes_is_a_synced_one()
    {
        await using var database = await TestDatabase.CreateAsync(SyncWorld.Migrated);
        var account = await StartAsync(database, ConflictPolicy.Salesforce);
        await account.RunAsync("update salesforce.account set name = 'mine'");

        await account.MergeAsync(("A", "theirs", "1", null, 2), ("B", "b", null, null, 2));

        (await account.AskAsync(Rows)).ShouldBe(["A|theirs|1|-|SYNCED", "B|b|-|-|SYNCED"]);
        (await account.AskAsync("select state from salesforce._trigger_log")).ShouldBe(["IGNORED"]);
    }

    [Fact]
    public async Task A_column_may_have_a_policy_of_its_own()
    {
        await using var database = await TestDatabase.CreateAsync(SyncWorld.Migrated);
        var account = await StartAsync(database, ConflictPolicy.Local, phone: ConflictPolicy.Salesforce);
        await account.RunAsync("update salesforce.account set name = 'mine', phone = '7'");

        await account.MergeAsync(("A", "theirs", null, null, 2));

        (await account.AskAsync(Rows)).ShouldBe(["A|mine|-|-|PENDING"]);
        (await account.AskAsync(Log)).ShouldBe(["NEW|\"name\"=>\"mine\""]);
        (await account.AskAsync(Conflicts)).ShouldBe(["A|name|mine|theirs|a|local|local|1", "A|phone|7|-|1|salesforce|salesforce|1"]);
    }

    [Fact]
    public async Task A_claimed_change_cannot_be_taken_back_and_wins()
    {
        await using var database = await TestDatabase.CreateAsync(SyncWorld.Migrated);
        var account = await StartAsync(database, ConflictPolicy.Salesforce);
        await account.RunAsync("update salesforce.account set name = 'mine', phone = '7'");
        await account.RunAsync("update salesforce._trigger_log set state = 'PENDING'");
        await account.RunAsync("update salesforce.account set name = 'mine 2', ext__c = 'X'");

        await account.MergeAsync(("A", "theirs", "1", "Y", 2));

        (await account.AskAsync(Rows)).ShouldBe(["A|mine 2|7|Y|PENDING"]);
        (await account.AskAsync(Log)).ShouldBe(["PENDING|\"name\"=>\"mine\", \"phone\"=>\"7\"", "NEW|\"name\"=>\"mine 2\""]);
        (await account.AskAsync(Conflicts)).ShouldBe(
            ["A|name|mine 2|theirs|a|local|salesforce|1", "A|ext__c|X|Y|-|salesforce|salesforce|2"], ignoreOrder: true);

        // Given back unsent, it loses when the record comes again.
        await account.RunAsync("update salesforce._trigger_log set state = 'NEW'");
        await account.MergeAsync(("A", "theirs", "1", "Y", 2));
        (await account.AskAsync(Rows)).ShouldBe(["A|theirs|7|Y|PENDING"]);
        (await account.AskAsync(Conflicts)).ShouldContain("A|name|mine 2|theirs|a|salesforce|salesforce|1");
    }

    [Theory]
    [InlineData(ConflictPolicy.Local, ConflictPolicy.Local, "A|mine|-|X|PENDING", "NEW")]
    [InlineData(ConflictPolicy.Salesforce, ConflictPolicy.Salesforce, "A|theirs|2|X|SYNCED", "IGNORED")]
    [InlineData(ConflictPolicy.Salesforce, ConflictPolicy.Local, "A|theirs|-|X|PENDING", "NEW")]
    public async Task An_insert_that_meets_its_record_is_in_conflict_with_all_that_it_says(
        ConflictPolicy policy, ConflictPolicy phonePolicy, string row, string state)
    {
        await using var database = await TestDatabase.CreateAsync(SyncWorld.Migrated);
        var account = await StartAsync(database, policy, phone: phonePolicy);
        await account.RunAsOwnAsync("delete from salesforce.account");
        var phone = phonePolicy == policy ? "null" : "'7'";
        await account.RunAsync($"insert into salesforce.account (name, phone, ext__c) values ('mine', {phone}, 'X')");

        await account.MergeAsync(("A", "theirs", "2", "X", 2));

        (await account.AskAsync(Rows)).ShouldBe([phone == "null" ? row : row.Replace("|-|", "|7|", StringComparison.Ordinal)]);
        (await account.AskAsync("select state from salesforce._trigger_log where action = 'INSERT'")).ShouldBe([state]);
        var word = policy == ConflictPolicy.Local ? "local" : "salesforce";
        var conflicts = await account.AskAsync(
            "select column_name, local_value, salesforce_value, base_value, winner from tandem.conflicts order by id");
        conflicts.ShouldBe(phone == "null" ? [$"name|mine|theirs|-|{word}"] : [$"name|mine|theirs|-|{word}", "phone|7|2|-|local"]);
    }

    [Theory]
    [InlineData(-60, false)]
    [InlineData(60, true)]
    public async Task The_later_of_both_wins_by_the_orgs_clock(int seconds, bool salesforceWins)
    {
        await using var database = await TestDatabase.CreateAsync(SyncWorld.Migrated);
        var account = await StartAsync(database, ConflictPolicy.Newest);

        // The org's clock shows an hour after its year 2000.
        var orgNow = new DateTimeOffset(2000, 1, 1, 1, 0, 0, TimeSpan.Zero);
        account.Rules = RulesOf(ConflictPolicy.Newest, ConflictPolicy.Newest, () => orgNow);
        await account.RunAsync("update salesforce.account set name = 'mine'");

        await account.MergeAsync(("A", "theirs", "1", null, 3_600 + seconds));

        (await account.AskAsync("select name from salesforce.account")).ShouldBe([salesforceWins ? "theirs" : "mine"]);
        (await account.AskAsync("select winner, policy from tandem.conflicts"))
            .ShouldBe([salesforceWins ? "salesforce|newest" : "local|newest"]);
    }

    [Fact]
    public async Task What_was_decided_by_time_stays_decided_when_another_field_moves_the_stamp()
    {
        await using var database = await TestDatabase.CreateAsync(SyncWorld.Migrated);
        var account = await StartAsync(database, ConflictPolicy.Newest);
        var orgNow = new DateTimeOffset(2000, 1, 1, 1, 0, 0, TimeSpan.Zero);
        account.Rules = RulesOf(ConflictPolicy.Newest, ConflictPolicy.Newest, () => orgNow);
        await account.RunAsync("update salesforce.account set name = 'mine'");
        await account.MergeAsync(("A", "theirs", "1", null, 3_000));

        await account.MergeAsync(("A", "theirs", "8", null, 4_000));

        (await account.AskAsync(Rows)).ShouldBe(["A|mine|8|-|PENDING"]);
        (await account.AskAsync("select winner from tandem.conflicts")).ShouldBe(["local"]);

        await account.MergeAsync(("A", "theirs anew", "8", null, 5_000));
        (await account.AskAsync(Rows)).ShouldBe(["A|theirs anew|8|-|SYNCED"]);
    }

    /// <summary>Rows with a queued change are locked before they are written, others are written at once.</summary>
    [Theory]
    [InlineData(false, ConflictPolicy.Local)]
    [InlineData(true, ConflictPolicy.Local)]
    [InlineData(false, ConflictPolicy.Salesforce)]
    [InlineData(true, ConflictPolicy.Salesforce)]
    public async Task A_change_that_commits_while_the_merge_waits_for_its_row_is_decided_too(bool isLockedFirst, ConflictPolicy policy)
    {
        await using var database = await TestDatabase.CreateAsync(SyncWorld.Migrated);
        var account = await StartAsync(database, policy);
        if (isLockedFirst)
            await account.RunAsync("update salesforce.account set ext__c = 'queued'");
        await using var user = await database.DataSource.OpenConnectionAsync(Account.Token);
        await using var users = await user.BeginTransactionAsync(Account.Token);
        await using (var update = new NpgsqlCommand("update salesforce.account set name = 'mine'", user, users))
            await update.ExecuteNonQueryAsync(Account.Token);

        var merge = account.MergeAsync(("A", "theirs", "2", null, 2));
        await account.WaitUntilBlockedAsync();
        await users.CommitAsync(Account.Token);
        await merge;

        var isWon = policy == ConflictPolicy.Salesforce;
        (await account.AskAsync("select name, phone from salesforce.account")).ShouldBe([isWon ? "theirs|2" : "mine|2"]);
        (await account.AskAsync("select column_name, local_value, salesforce_value, winner from tandem.conflicts"))
            .ShouldBe([isWon ? "name|mine|theirs|salesforce" : "name|mine|theirs|local"]);
        (await account.AskAsync("select state from salesforce._trigger_log order by id desc limit 1"))
            .ShouldBe([isWon ? "IGNORED" : "NEW"]);
    }

    [Fact]
    public async Task A_claim_that_commits_while_the_merge_waits_for_the_entry_wins()
    {
        await using var database = await TestDatabase.CreateAsync(SyncWorld.Migrated);
        var account = await StartAsync(database, ConflictPolicy.Salesforce);
        await account.RunAsync("update salesforce.account set name = 'mine'");
        await using var other = await database.DataSource.OpenConnectionAsync(Account.Token);
        await using var claim = await other.BeginTransactionAsync(Account.Token);
        await using (var update = new NpgsqlCommand("update salesforce._trigger_log set state = 'PENDING'", other, claim))
            await update.ExecuteNonQueryAsync(Account.Token);

        var merge = account.MergeAsync(("A", "theirs", "2", null, 2));
        await account.WaitUntilBlockedAsync();
        await claim.CommitAsync(Account.Token);
        await merge;

        (await account.AskAsync(Rows)).ShouldBe(["A|mine|2|-|PENDING"]);
        (await account.AskAsync("select state, \"values\" from salesforce._trigger_log")).ShouldBe(["PENDING|\"name\"=>\"mine\""]);
        (await account.AskAsync("select winner from tandem.conflicts")).ShouldBe(["local"]);
    }

    [Fact]
    public async Task A_claim_passes_over_what_a_merge_decides_and_finds_what_it_left()
    {
        await using var database = await TestDatabase.CreateAsync(SyncWorld.Migrated);
        var account = await StartAsync(database, ConflictPolicy.Salesforce);
        await account.RunAsync("update salesforce.account set name = 'mine', phone = '7'");
        await account.RunAsync("update salesforce.account set ext__c = 'X'");
        await using var connection = await database.DataSource.OpenConnectionAsync(Account.Token);
        var log = new ChangeLog("salesforce");

        await account.InSessionAsync(async (own, transaction) =>
        {
            using var rows = Account.Rows(("A", "theirs", "1", null, 2));
            await new Tandem.Postgres.Load.TableMerger(Account.Definition, account.Rules)
                .MergeAsync(own, transaction, Account.Columns, rows, Account.Token);

            // Its second change must not overtake the first; and a push must not fall asleep over what it cannot see.
            (await log.ClaimAsync(connection, ["account"], 10, Account.Token)).ShouldBeEmpty();
            await using var sleep = new NpgsqlCommand(
                "select pg_try_advisory_lock(hashtextextended('salesforce.hc_trigger_log', 0))", connection);
            (await sleep.ExecuteScalarAsync(Account.Token)).ShouldBe(false);
            return true;
        });

        var claimed = await log.ClaimAsync(connection, ["account"], 10, Account.Token);
        claimed.Select(change => string.Join(',', change.Values)).ShouldBe(["[phone, 7]", "[ext__c, X]"]);
    }

    private static async Task<Account> StartAsync(TestDatabase database, ConflictPolicy policy, ConflictPolicy? phone = null)
    {
        var account = await Account.CreateAsync(database);
        account.Rules = RulesOf(policy, phone ?? policy, () => null);
        await account.MergeAsync(("A", "a", "1", null, 1));
        return account;
    }

    private static ConflictRules RulesOf(ConflictPolicy policy, ConflictPolicy phone, Func<DateTimeOffset?> clock) => new()
    {
        Policy = policy,
        YieldsToDeletion = policy == ConflictPolicy.Salesforce,
        OrgClock = clock,
        Columns = new Dictionary<string, ConflictRule>(StringComparer.Ordinal)
        {
            ["name"] = Rule(policy),
            ["phone"] = Rule(phone),
            ["ext__c"] = Rule(policy) with { IsIdentifier = true },
        },
    };

    private static ConflictRule Rule(ConflictPolicy policy) => new() { Policy = policy, Spell = text => text?.Trim() };
}
