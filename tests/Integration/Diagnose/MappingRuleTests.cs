using Shouldly;
using Tandem.Postgres.Health;
using Tandem.Postgres.Tables;
using Tandem.Salesforce.Describe;
using Tandem.Simulator.Data;
using Tandem.Sync.Catalog;
using Tandem.Sync.Diagnose;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;
using Tandem.Sync.Running.Allowance;
using Tandem.Sync.Schema;
using Tandem.Tests.Integration.Sync;
using Xunit;
using static Tandem.Sync.Diagnose.DiagnosisStatus;

namespace Tandem.Tests.Integration.Diagnose;

/// <summary>Each rule about a mapping in each of its colours. Source: heroku-connect.md, section 12.6.</summary>
public sealed class MappingRuleTests
{
    [Fact]
    public void Calls_of_the_mapping()
    {
        var calls = new MappingCalls { Used = 12, Reads = 10, Limit = 1_000, Interval = TimeSpan.FromMinutes(10), Sentence = null };

        FlowRules.JudgeCalls(calls, polls: 144).ShouldBe(Green, "10 of its 1000");
        FlowRules.JudgeCalls(calls, polls: 1_440).ShouldBe(Yellow, "need 1,440 API calls a day, and it may use 1,000");
        FlowRules.JudgeCalls(calls with { Sentence = "Polls come late." }, polls: 144).ShouldBe(Yellow, "Polls come late. Give");
    }

    [Fact]
    public async Task What_holds_the_mapping()
    {
        const string Rule = "MUST_RUN";
        await using var world = await DiagnoseWorld.StartAsync();
        (await world.JudgeAccountAsync(Rule)).ShouldBe(Green, "at work");
        world.Account.NotePullFault(new Fault(FaultAction.Retry, "The org is slow."));
        (await world.JudgeAccountAsync(Rule)).ShouldBe(Yellow, "The org is slow.");
        world.Account.HoldPush(new Fault(FaultAction.PauseMapping, "A field is gone."));
        (await world.JudgeAccountAsync(Rule)).ShouldBe(Red, "A field is gone.");
    }

    [Theory]
    [InlineData(29, Green)]
    [InlineData(31, Yellow)]
    [InlineData(99, Yellow)]
    [InlineData(101, Red)]
    public async Task How_late_the_polls_are(int minutes, DiagnosisStatus status)
    {
        await using var world = await DiagnoseWorld.StartAsync();
        (await world.JudgeAccountAsync("SHOULD_POLL_IN_TIME")).ShouldBe(Skipped, "not polled since its start");
        world.Account.NotePulled(world.Time.GetUtcNow() - TimeSpan.FromMinutes(minutes));
        (await world.JudgeAccountAsync("SHOULD_POLL_IN_TIME")).ShouldBe(status);
    }

    [Fact]
    public async Task A_short_interval_is_late_only_after_minutes()
    {
        await using var world = await DiagnoseWorld.StartAsync(SyncWorld.Accounts() with { PollInterval = TimeSpan.FromSeconds(10) });
        foreach (var (minutes, status) in new[] { (4, Green), (6, Yellow), (59, Yellow), (61, Red) })
        {
            world.Account.NotePulled(world.Time.GetUtcNow() - TimeSpan.FromMinutes(minutes));
            (await world.JudgeAccountAsync("SHOULD_POLL_IN_TIME")).ShouldBe(status);
        }
    }

    [Fact]
    public async Task Records_that_do_not_fit()
    {
        const string Rule = "SHOULD_HAVE_NO_READ_ERRORS";
        await using var world = await DiagnoseWorld.StartAsync();
        (await world.JudgeAccountAsync(Rule)).ShouldBe(Green);
        await world.World.RunAsync(
            "insert into tandem.read_error values ('salesforce', 'Account', '001000000000001AAA', 'site', 'too long')");
        (await world.JudgeAccountAsync(Rule)).ShouldBe(Yellow, "1 records are left out");
    }

    [Fact]
    public async Task Changes_of_the_schema()
    {
        const string Rule = "SHOULD_SETTLE_SCHEMA_CHANGES";
        await using var world = await DiagnoseWorld.StartAsync();
        (await world.JudgeAccountAsync(Rule)).ShouldBe(Green);
        world.Account.NoteSchemaChanges([new SchemaChange { Kind = SchemaChangeKind.FieldAdded, Message = "A field is new." }]);
        (await world.JudgeAccountAsync(Rule)).ShouldBe(Yellow, "A field is new.");
        world.Account.Stop("A field has another type.");
        (await world.JudgeAccountAsync(Rule)).ShouldBe(Red, "A field has another type.");
    }

    [Fact]
    public async Task Calculated_fields()
    {
        const string Rule = "SHOULD_NOT_MAP_CALCULATED_FIELDS";
        await using var world = await DiagnoseWorld.StartAsync();
        (await world.JudgeAccountAsync(Rule)).ShouldBe(Green, "No calculated field");
        (await world.JudgeAccountAsync(Rule, mapped: IsFormula)).ShouldBe(Green, "Phone are calculated and are kept fresh");
        (await world.JudgeAccountAsync(Rule, asked => asked with { KeepsFormulasFresh = false }, IsFormula)).ShouldBe(Yellow, "Phone");
        await world.World.RunAsync(
            "insert into tandem.freshness (schema_name, object_name, trouble) values ('salesforce', 'Account', 'The org refuses it.')");
        (await world.JudgeAccountAsync(Rule, mapped: IsFormula)).ShouldBe(Yellow, "The org refuses it.");

        static MappedObject IsFormula(MappedObject mapped) => With(mapped, "Phone", field => field with { IsCalculated = true });
    }

    [Fact]
    public async Task The_upsert_field()
    {
        const string Rule = "SHOULD_HAVE_UPSERT_FIELD";
        await using var world = await DiagnoseWorld.StartAsync();
        (await world.JudgeAccountAsync(Rule)).ShouldBe(Green, "Ext_Id__c");
        (await world.JudgeAccountAsync(Rule, asked => asked with { UpsertField = null })).ShouldBe(Yellow, "the object has Ext_Id__c");
        (await world.JudgeAccountAsync(
            Rule,
            asked => asked with { UpsertField = null },
            mapped => With(mapped, "Ext_Id__c", field => field with { IsUnique = false }))).ShouldBe(Yellow, "Give the object a unique");
        (await world.JudgeAccountAsync(Rule, mapped: mapped => With(mapped, "Ext_Id__c", field => field with { IsUnique = false })))
            .ShouldBe(Yellow, "not unique");
        (await world.JudgeAccountAsync(Rule, mapped: mapped => With(mapped, "Ext_Id__c", field => field with { IsExternalId = false })))
            .ShouldBe(Yellow, "no external id");
        (await world.JudgeAccountAsync(Rule, asked => asked with { UpsertField = "Gone__c" }, mapped => mapped with
        {
            UniqueIdentifier = null,
        })).ShouldBe(Red, "Gone__c");
        (await world.JudgeAccountAsync(Rule, asked => asked with { Access = MappingAccess.ReadOnly })).ShouldBe(Skipped, "read_only");
        (await world.JudgeAccountAsync(Rule, mapped: mapped => mapped with
        {
            Description = mapped.Description with { IsCreateable = false },
        })).ShouldBe(Skipped, "makes no records");
    }

    [Fact]
    public async Task Binary_fields()
    {
        const string Rule = "SHOULD_NOT_MAP_BINARY_FIELDS";
        await using var world = await DiagnoseWorld.StartAsync(
            SyncWorld.Accounts(),
            new Mapping { ObjectName = "Attachment", Access = MappingAccess.ReadOnly, Fields = [Mapping.AllFields] });
        (await world.JudgeAccountAsync(Rule)).ShouldBe(Green);
        (await world.JudgeAsync(Rule, world.World.Mappings, "Attachment")).ShouldBe(Yellow, "Body hold binary content");
    }

    [Theory]
    [InlineData(400, Green)]
    [InlineData(401, Yellow)]
    [InlineData(1591, Red)]
    public async Task Number_of_fields(int count, DiagnosisStatus status)
    {
        await using var world = await DiagnoseWorld.StartAsync();
        (await world.JudgeAccountAsync("SHOULD_NOT_MAP_MANY_FIELDS", mapped: mapped => mapped with
        {
            Fields = [.. Enumerable.Repeat(mapped.Fields[0], count)],
        })).ShouldBe(status, $"{count} fields");
    }

    [Fact]
    public async Task Required_fields()
    {
        const string Rule = "SHOULD_MAP_REQUIRED_FIELDS";
        await using var world = await DiagnoseWorld.StartAsync(
            SyncWorld.Accounts(),
            SyncWorld.ReadWrite("Contact", null, "FirstName"),
            new Mapping { ObjectName = "Opportunity", Access = MappingAccess.ReadOnly, Fields = ["Amount"] });
        (await world.JudgeAccountAsync(Rule)).ShouldBe(Green);
        (await world.JudgeAsync(Rule, world.World.Mappings, "Contact")).ShouldBe(Red, "Salesforce requires LastName");
        (await world.JudgeAsync(Rule, world.World.Mappings, "Opportunity")).ShouldBe(Skipped, "read_only");

        await world.World.RunAsync("insert into salesforce.contact (firstname) values ('x')");
        await world.World.PushAsync();
        (await world.World.AskOneAsync("select _hc_err from salesforce.contact where _hc_err is not null"))
            .ShouldContain("REQUIRED_FIELD_MISSING");
    }

    [Fact]
    public async Task Permissions_of_object_and_fields()
    {
        const string Rule = "SHOULD_HAVE_PERMISSIONS";
        await using var world = await DiagnoseWorld.StartAsync();
        (await world.JudgeAccountAsync(Rule)).ShouldBe(Green);
        (await world.JudgeAccountAsync(Rule, mapped: mapped => mapped with
        {
            Description = mapped.Description with { IsDeletable = false, IsUpdateable = false },
        })).ShouldBe(Yellow, "may not edit or delete");
        (await world.JudgeAccountAsync(Rule, asked => asked with { Access = MappingAccess.ReadOnly })).ShouldBe(Green, "writes nothing");

        world.World.Server.Control.SetAccess("admin@tandem.test", new UserAccess([], ["Account.Ext_Id__c"]));
        var asked = SyncWorld.Accounts(upsertField: null);
        await world.World.ForgetAsync(asked);
        (await world.JudgeAccountAsync(Rule)).ShouldBe(Yellow, "may read Ext_Id__c and not write them");
    }

    [Fact]
    public async Task Encrypted_fields_and_the_stamp()
    {
        await using var world = await DiagnoseWorld.StartAsync();
        (await world.JudgeAccountAsync("SHOULD_VIEW_ENCRYPTED_DATA")).ShouldBe(Green);
        (await world.JudgeAccountAsync("SHOULD_VIEW_ENCRYPTED_DATA", mapped: mapped => With(
            mapped, "Phone", field => field with { Type = FieldType.EncryptedString }))).ShouldBe(Yellow, "Phone");
        (await world.JudgeAccountAsync("SHOULD_HAVE_SYSTEM_MODSTAMP")).ShouldBe(Green);
        (await world.JudgeAccountAsync("SHOULD_HAVE_SYSTEM_MODSTAMP", mapped: mapped => mapped with { CursorField = "CreatedDate" }))
            .ShouldBe(Yellow, "CreatedDate");
    }

    [Theory]
    [InlineData(null, Skipped, "no filter")]
    [InlineData("Industry = 'Energy' AND (Name LIKE 'TODAY%' OR Phone != null)", Green, "itself")]
    [InlineData("Name = 'Owner.Name'", Green, "itself")]
    [InlineData("Name = 'it\\'s TODAY' AND Industry IN ('a.b')", Green, "itself")]
    [InlineData("Owner.IsActive = true", Yellow, "Owner.IsActive")]
    [InlineData("CreatedDate = LAST_N_DAYS:30", Yellow, "LAST_N_DAYS")]
    [InlineData("CreatedDate > last_year AND Name != 'x'", Yellow, "last_year")]
    [InlineData("Phone = '1'", Yellow, "Phone")]
    public async Task Filters(string? filter, DiagnosisStatus status, string words)
    {
        await using var world = await DiagnoseWorld.StartAsync();
        var isPhoneCalculated = filter == "Phone = '1'";
        (await world.JudgeAccountAsync(
            "SHOULD_FILTER_BY_OWN_FIELDS",
            asked => asked with { Filter = filter },
            mapped => isPhoneCalculated ? With(mapped, "Phone", field => field with { IsCalculated = true }) : mapped))
            .ShouldBe(status, words);
    }

    [Fact]
    public async Task Vacuuming()
    {
        const string Rule = "SHOULD_AUTOVACUUM";
        await using var world = await DiagnoseWorld.StartAsync();
        (await world.JudgeAccountAsync(Rule)).ShouldBe(Green);
        await world.World.RunAsync("alter table salesforce.account set (autovacuum_enabled = off)");
        (await world.JudgeAccountAsync(Rule)).ShouldBe(Yellow, "off for the table");

        TableRules.JudgeVacuum(Server(isVacuumed: false), Table(0, 0)).ShouldBe(Yellow, "whole server");
        TableRules.JudgeVacuum(Server(isVacuumed: true), Table(100_000, 29_000)).ShouldBe(Green);
        TableRules.JudgeVacuum(Server(isVacuumed: true), Table(100, 9_000)).ShouldBe(Green);
        TableRules.JudgeVacuum(Server(isVacuumed: true), Table(100_000, 31_000)).ShouldBe(Yellow, "31000 dead rows");
        TableRules.JudgeVacuum(Server(isVacuumed: true), null).ShouldBe(Skipped);
    }

    [Fact]
    public async Task Indexes()
    {
        const string Rule = "SHOULD_HAVE_INDEXES";
        await using var world = await DiagnoseWorld.StartAsync();
        (await world.JudgeAccountAsync(Rule)).ShouldBe(Green);
        await world.World.RunAsync("drop index salesforce.hc_idx_account_systemmodstamp");
        (await world.JudgeAccountAsync(Rule)).ShouldBe(Yellow, "systemmodstamp");
        await world.World.RunAsync("drop index salesforce.hcu_idx_account_sfid");
        (await world.JudgeAccountAsync(Rule)).ShouldBe(Red, "sfid (unique)");
        await world.World.RunAsync("drop table salesforce.account");
        (await world.JudgeAccountAsync(Rule)).ShouldBe(Red, "not there");
    }

    [Fact]
    public async Task Capture()
    {
        const string Rule = "MUST_CAPTURE_CHANGES";
        await using var world = await DiagnoseWorld.StartAsync();
        (await world.JudgeAccountAsync(Rule)).ShouldBe(Green);
        await world.World.RunAsync("alter table salesforce.account disable trigger hc_account_logtrigger");
        (await world.JudgeAccountAsync(Rule)).ShouldBe(Red, "disabled the triggers hc_account_logtrigger.");
        (await world.JudgeAccountAsync(Rule, asked => asked with { Access = MappingAccess.ReadOnly })).ShouldBe(Yellow, "not logged");
        await world.World.RunAsync("drop trigger hc_account_status_trigger on salesforce.account");
        (await world.JudgeAccountAsync(Rule)).ShouldBe(Red, "hc_account_status_trigger are missing");
    }

    [Fact]
    public async Task A_table_that_is_not_loaded_is_not_judged_by_what_a_load_makes_at_its_end()
    {
        await using var world = await DiagnoseWorld.StartAsync();
        using var fresh = new LiveMappings("salesforce", [(world.Account.Asked, world.Account.Mapped)]);
        foreach (var rule in new[] { "SHOULD_HAVE_INDEXES", "MUST_CAPTURE_CHANGES", "SHOULD_POLL_IN_TIME" })
            (await world.JudgeAsync(rule, fresh, "Account")).ShouldBe(Skipped, "not loaded yet");
        (await world.JudgeAsync("MUST_RUN", fresh, "Account")).ShouldBe(Green, "loads");
    }

    private static DatabaseHealth Server(bool isVacuumed) => new()
    {
        VersionNumber = 150_000,
        Version = "15.0",
        HstoreSchema = "public",
        IsReadOnly = false,
        IsAutovacuumOn = isVacuumed,
        MaxSessions = 97,
        Sessions = 1,
        Now = DateTimeOffset.UnixEpoch,
    };

    private static TableHealth Table(long live, long dead) => new()
    {
        IsAutovacuumOn = true,
        LiveRows = live,
        DeadRows = dead,
        Indexes = new HashSet<IndexDefinition>(),
        Triggers = new HashSet<string>(StringComparer.Ordinal),
        DisabledTriggers = new HashSet<string>(StringComparer.Ordinal),
    };

    /// <summary>The model as it would be if the org described a field otherwise.</summary>
    private static MappedObject With(MappedObject mapped, string name, Func<FieldDescription, FieldDescription> change) => mapped with
    {
        Description = mapped.Description with
        {
            Fields = [.. mapped.Description.Fields.Select(field => field.Name == name ? change(field) : field)],
        },
        Fields =
        [
            .. mapped.Fields.Select(
                field => field.Description.Name == name ? field with { Description = change(field.Description) } : field),
        ],
    };
}
