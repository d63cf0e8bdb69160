using Shouldly;
using Tandem.Postgres.Conflicts;
using Tandem.Postgres.Health;
using Tandem.Salesforce.Limits;
using Tandem.Simulator.Data;
using Tandem.Simulator.Records;
using Tandem.Sync.Diagnose;
using Tandem.Sync.Running;
using Xunit;
using static Tandem.Sync.Diagnose.DiagnosisStatus;

namespace Tandem.Tests.Integration.Diagnose;

/// <summary>Each rule about a connection in each of its colours. Source: heroku-connect.md, section 12.6.</summary>
public sealed class ConnectionRuleTests
{
    private static readonly DatabaseHealth Server = new()
    {
        VersionNumber = 150_004,
        Version = "15.4",
        HstoreSchema = "public",
        IsReadOnly = false,
        IsAutovacuumOn = true,
        MaxSessions = 97,
        Sessions = 20,
        Now = DateTimeOffset.UnixEpoch,
    };

    [Fact]
    public async Task Nothing_is_red_or_yellow_where_all_is_well()
    {
        await using var world = await DiagnoseWorld.StartAsync();
        var diagnosis = await world.RunAsync(options: new DiagnoseOptions { KeepsLog = true });

        // How many sessions the server of all tests has free is no matter of this one.
        diagnosis.Errors.Where(result => result.RuleId != "SHOULD_HAVE_FREE_SESSIONS").ShouldBeEmpty();
        diagnosis.Warnings.Where(result => result.RuleId != "SHOULD_HAVE_FREE_SESSIONS").ShouldBeEmpty();
        diagnosis.Skips.Select(result => result.RuleId).ShouldBe(["SHOULD_USE_PRODUCTION_PLAN"]);
        var account = diagnosis.Mappings["Account"];
        account.Errors.ShouldBeEmpty();
        account.Warnings.ShouldBeEmpty();
        account.Skips.Select(result => result.RuleId).ShouldBe(
            ["SHOULD_POLL_IN_TIME", "SHOULD_KEEP_TO_ITS_API_CALLS", "SHOULD_FILTER_BY_OWN_FIELDS"],
            "no shift polls or counts yet, and there is no filter");
    }

    [Theory]
    [InlineData("67.0", Green)]
    [InlineData("59.0", Green)]
    [InlineData("58.0", Yellow)]
    [InlineData("41.0", Yellow)]
    [InlineData("40.0", Red)]
    [InlineData("29.0", Red)]
    [InlineData("68.0", Red)]
    public async Task Version_of_the_api(string version, DiagnosisStatus status)
    {
        await using var world = await DiagnoseWorld.StartAsync();
        (await world.JudgeAsync("MUST_USE_RECENT_API_VERSION", world.Shift(apiVersion: version))).ShouldBe(status, "67.0");
    }

    [Fact]
    public async Task What_the_integration_user_may_view()
    {
        const string Rule = "SHOULD_VIEW_ALL_DATA";
        await using var world = await DiagnoseWorld.StartAsync();
        (await world.JudgeAsync(Rule)).ShouldBe(Green, "profile");

        var profile = world.World.Org.Find("Profile", "Name", "System Administrator").ShouldHaveSingleItem();
        await world.World.Org.UpdateAsync(
            "Profile", profile.Id, new { PermissionsViewAllData = false, PermissionsModifyAllData = false });
        (await world.JudgeAsync(Rule)).ShouldBe(Yellow, "View All Data");

        var set = world.World.Org.Live("PermissionSet").ShouldHaveSingleItem();
        await world.World.Org.CreateAsync(
            "PermissionSetAssignment", new { PermissionSetId = set.Id, AssigneeId = world.World.Server.Org.AdminUserId });
        (await world.JudgeAsync(Rule)).ShouldBe(Green, "permission set");

        world.World.Server.Control.SetAccess("admin@tandem.test", new UserAccess(["Profile", "PermissionSetAssignment"], []));
        (await world.JudgeAsync(Rule)).ShouldBe(Skipped, "may not see its own permissions");
    }

    [Theory]
    [InlineData(100, Green)]
    [InlineData(850, Yellow)]
    [InlineData(990, Red)]
    public async Task Api_requests_that_are_left(int used, DiagnosisStatus status)
    {
        await using var world = await DiagnoseWorld.StartAsync();
        world.World.Server.Control.Usage.Max = 1000;
        world.World.Server.Control.Usage.Used = used;
        (await world.JudgeAsync("SHOULD_HAVE_API_ALLOWANCE")).ShouldBe(status, "of 1000 API requests");
    }

    [Fact]
    public void Polls_that_need_most_of_the_allowance_are_told_before_it_is_used_up()
    {
        JudgeAllowance(left: 900, polls: 700).ShouldBe(Green, "about 700 a day");
        JudgeAllowance(left: 900, polls: 900).ShouldBe(Yellow, "900 of the org's 1,000");
        JudgeAllowance(left: 900, polls: 700, share: 50).ShouldBe(Yellow, "50 %");
        JudgeAllowance(left: 900, polls: 1, slowed: "Polls are slowed.").ShouldBe(Yellow, "Polls are slowed");
        JudgeAllowance(left: 20, polls: 1).ShouldBe(Red, "20 of 1000");
        OrgRules.JudgeAllowance(Limits("Other", 1000, 20), polls: 1, share: 80, slowed: null).ShouldBe(Skipped, "does not tell");

        static Judgement JudgeAllowance(int left, double polls, int share = 80, string? slowed = null) =>
            OrgRules.JudgeAllowance(Limits("DailyApiRequests", 1000, left), polls, share, slowed);
    }

    [Fact]
    public void Storage_that_is_left()
    {
        OrgRules.JudgeStorage(Limits("DataStorageMB", 1000, 500)).ShouldBe(Green, "500 of 1000 MB");
        OrgRules.JudgeStorage(Limits("DataStorageMB", 1000, 49)).ShouldBe(Yellow, "49 of 1000 MB");
        OrgRules.JudgeStorage(Limits("DataStorageMB", 1000, 0)).ShouldBe(Red, "full");
        OrgRules.JudgeStorage(Limits("Other", 1, 1)).ShouldBe(Skipped, "does not tell");
    }

    [Fact]
    public async Task Clocks_that_differ_are_an_error_only_where_they_decide_something()
    {
        const string Rule = "SHOULD_AGREE_ON_TIME";
        await using var world = await DiagnoseWorld.StartAsync();
        (await world.JudgeAsync(Rule)).ShouldBe(Green);
        world.World.OrgTime.Advance(TimeSpan.FromMinutes(30));
        (await world.JudgeAsync(Rule)).ShouldBe(Yellow, "30 minutes apart");

        var asked = world.Account.Asked with { Conflicts = ConflictPolicy.Newest };
        using var newest = new LiveMappings("salesforce", [(asked, world.Account.Mapped)]);
        (await world.JudgeAsync(Rule, world.Shift(newest))).ShouldBe(Red, "Account decide conflicts");
    }

    [Fact]
    public async Task Number_of_mappings()
    {
        await using var world = await DiagnoseWorld.StartAsync();
        using var none = new LiveMappings("salesforce", Array.Empty<Tandem.Sync.Schema.MappedObject>());
        (await world.JudgeAsync("SHOULD_HAVE_MAPPINGS", world.Shift(none))).ShouldBe(Yellow, "Nothing is mapped");
        (await world.JudgeAsync("SHOULD_HAVE_MAPPINGS")).ShouldBe(Green, "1 mapping");
        DatabaseRules.JudgeMappings(500, asked: 60, sessions: 8).ShouldBe(Yellow, "60 polls a second");
        DatabaseRules.JudgeMappings(500, asked: 50, sessions: 8).ShouldBe(Green, "500 mappings");
    }

    [Fact]
    public void Server_and_sessions()
    {
        DatabaseRules.JudgeServer(Server).ShouldBe(Green, "15.4");
        DatabaseRules.JudgeServer(Server with { VersionNumber = 130_012, Version = "13.12" }).ShouldBe(Red, "found 13.12");
        DatabaseRules.JudgeServer(Server with { IsReadOnly = true }).ShouldBe(Red, "standby");
        DatabaseRules.JudgeSessions(Server).ShouldBe(Green, "77 of 97");
        DatabaseRules.JudgeSessions(Server with { Sessions = 90 }).ShouldBe(Yellow, "7 of 97");
        DatabaseRules.JudgeSessions(Server with { Sessions = 99 }).ShouldBe(Red, "0 of 97");
    }

    [Fact]
    public async Task A_database_that_takes_no_writes()
    {
        await using var world = await DiagnoseWorld.StartAsync();
        await world.World.RunAsync(
            "do $$ begin execute format('alter database %I set default_transaction_read_only = on', current_database()); end $$");
        await using var fresh = Npgsql.NpgsqlDataSource.Create(world.World.Database.ConnectionString + ";Pooling=false");
        var shift = world.Shift() with { DataSource = fresh };
        (await world.JudgeAsync("MUST_USE_SUPPORTED_POSTGRES", shift)).ShouldBe(Red, "takes no writes");
    }

    [Fact]
    public async Task The_extension_hstore()
    {
        const string Rule = "MUST_HAVE_HSTORE";
        await using var world = await DiagnoseWorld.StartAsync();
        (await world.JudgeAsync(Rule)).ShouldBe(Green);
        await world.World.RunAsync("create schema other; alter extension hstore set schema other");
        (await world.JudgeAsync(Rule)).ShouldBe(Red, "it is in other");
        await world.World.RunAsync("drop extension hstore cascade");
        (await world.JudgeAsync(Rule)).ShouldBe(Red, "is missing");
    }

    [Fact]
    public async Task Logging_and_plan()
    {
        await using var world = await DiagnoseWorld.StartAsync();
        const string Rule = "SHOULD_HAVE_LOG_DRAIN";
        (await world.JudgeAsync(Rule, options: new DiagnoseOptions { KeepsLog = true })).ShouldBe(Green);
        (await world.JudgeAsync(Rule, options: new DiagnoseOptions { KeepsLog = false })).ShouldBe(Yellow);
        (await world.JudgeAsync(Rule)).ShouldBe(Skipped);
        (await world.JudgeAsync("SHOULD_USE_PRODUCTION_PLAN")).ShouldBe(Skipped);
    }

    [Fact]
    public async Task Changes_that_wait()
    {
        const string Rule = "SHOULD_SEND_CHANGES";
        await using var world = await DiagnoseWorld.StartAsync();
        (await world.JudgeAsync(Rule)).ShouldBe(Green, "No local change");
        await world.World.RunAsync("insert into salesforce.account (name) values ('secret name')");
        (await world.JudgeAsync(Rule)).ShouldBe(Green, "1 changes of account wait");
        await world.World.RunAsync("update salesforce._trigger_log set created_at = now() - interval '20 minutes'");
        (await world.JudgeAsync(Rule)).ShouldBe(Yellow, "the oldest for 20 minutes");
        await world.World.RunAsync("update salesforce._trigger_log set state = 'PENDING', created_at = now() - interval '3 hours'");
        var result = await world.JudgeAsync(Rule);
        result.ShouldBe(Red, "the oldest for 180 minutes");
        result.Message.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Changes_that_failed()
    {
        const string Rule = "SHOULD_HAVE_NO_FAILED_CHANGES";
        await using var world = await DiagnoseWorld.StartAsync();
        (await world.JudgeAsync(Rule)).ShouldBe(Green);
        world.World.Server.Saver.Faults.Add(
            new SaveFault { StatusCode = "FIELD_CUSTOM_VALIDATION_EXCEPTION", Message = "no" });
        await world.World.RunAsync("insert into salesforce.account (name) values ('x')");
        await world.World.PushAsync();
        (await world.JudgeAsync(Rule)).ShouldBe(Yellow, "refused 1 changes of account");
    }

    [Fact]
    public async Task Size_of_the_log()
    {
        await using var world = await DiagnoseWorld.StartAsync();
        (await world.JudgeAsync("SHOULD_KEEP_LOG_SMALL")).ShouldBe(Green);
        QueueRules.JudgeSize(Log(2L << 30, 0)).ShouldBe(Yellow, "takes 2048 MB");
        QueueRules.JudgeSize(Log(0, 20L << 30)).ShouldBe(Yellow, "fewer days");
    }

    private static LogHealth Log(long log, long archive) =>
        new() { OldestWaits = TimeSpan.Zero, LogBytes = log, ArchiveBytes = archive };

    private static OrgLimits Limits(string name, long max, long left) =>
        new() { All = new Dictionary<string, OrgLimit>(StringComparer.Ordinal) { [name] = new(max, left) } };
}
