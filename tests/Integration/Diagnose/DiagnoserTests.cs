using System.Text.Json;
using Npgsql;
using Shouldly;
using Tandem.Simulator.Control;
using Tandem.Sync.Diagnose;
using Tandem.Tests.Integration.Sync;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Diagnose;

/// <summary>How rules run beside each other, and how their results are spelled. Source: heroku-connect.md, section 12.6.</summary>
public sealed class DiagnoserTests
{
    private static readonly string[] Groups = ["errors", "warnings", "passes", "skips"];

    [Fact]
    public async Task The_json_has_the_contracts_members()
    {
        await using var world = await DiagnoseWorld.StartAsync();
        var text = JsonSerializer.Serialize(
            await world.RunAsync(options: new DiagnoseOptions { KeepsLog = false, GuideUrl = "/guide" }), DiagnosisJson.Options);

        using var document = JsonDocument.Parse(text);
        Names(document.RootElement).ShouldBe([.. Groups, "mappings"]);
        var mappings = document.RootElement.GetProperty("mappings");
        Names(mappings).ShouldBe(["Account"]);
        Names(mappings.GetProperty("Account")).ShouldBe(Groups);
        foreach (var result in Groups.SelectMany(group => document.RootElement.GetProperty(group).EnumerateArray()))
            Names(result).ShouldBe(["display_name", "message", "doc_url", "rule_id", "status"]);
        var warning = document.RootElement.GetProperty("warnings").EnumerateArray()
            .Single(result => result.GetProperty("rule_id").GetString() == "SHOULD_HAVE_LOG_DRAIN");
        warning.GetProperty("display_name").GetString().ShouldBe("Configured Logging");
        warning.GetProperty("status").GetString().ShouldBe("YELLOW");
        warning.GetProperty("doc_url").GetString().ShouldBe("/guide#should_have_log_drain");
        document.RootElement.GetProperty("passes")[0].GetProperty("status").GetString().ShouldBe("GREEN");
        document.RootElement.GetProperty("skips")[0].GetProperty("status").GetString().ShouldBe("SKIPPED");
        JsonSerializer.Serialize(DiagnosisStatus.Red, DiagnosisJson.Options).ShouldBe("\"RED\"");
    }

    [Fact]
    public async Task Every_rule_is_judged_once_under_an_id_of_its_own_that_the_guide_explains()
    {
        await using var world = await DiagnoseWorld.StartAsync();
        var diagnosis = await world.RunAsync();
        var account = diagnosis.Mappings["Account"];
        DiagnosisResult[] all =
        [
            .. diagnosis.Errors, .. diagnosis.Warnings, .. diagnosis.Passes, .. diagnosis.Skips,
            .. account.Errors, .. account.Warnings, .. account.Passes, .. account.Skips,
        ];
        all.Select(result => result.RuleId).Order(StringComparer.Ordinal).ShouldBe(Diagnoser.RuleIds.Order(StringComparer.Ordinal));
        all.Select(result => result.RuleId).ShouldBeUnique();
        all.ShouldAllBe(result => result.RuleId.StartsWith("MUST_", StringComparison.Ordinal)
            || result.RuleId.StartsWith("SHOULD_", StringComparison.Ordinal));

        var guide = await File.ReadAllTextAsync(RepositoryRoot.Combine("docs/guide/diagnose.md"), SyncWorld.Token);
        foreach (var id in Diagnoser.RuleIds)
            guide.ShouldContain($"<a id=\"{id.ToLowerInvariant()}\"></a>");
    }

    [Fact]
    public async Task A_rule_that_takes_too_long_is_skipped_and_the_others_are_judged()
    {
        await using var world = await DiagnoseWorld.StartAsync();
        world.World.Server.Control.Faults.Add(new FaultRule { Path = "/services/data", Latency = TimeSpan.FromDays(1) });
        var running = world.RunAsync();
        await SyncWorld.UntilAsync(() => world.Time.ActiveTimers == 1, "only the slow rule is left");
        running.IsCompleted.ShouldBeFalse();
        world.Time.Advance(TimeSpan.FromSeconds(10));

        var diagnosis = await running;
        var slow = diagnosis.Skips.Single(result => result.RuleId == "MUST_USE_RECENT_API_VERSION");
        slow.Message.ShouldBe("This could not be checked within 10 seconds.");
        diagnosis.Passes.ShouldContain(result => result.RuleId == "SHOULD_HAVE_API_ALLOWANCE");
    }

    [Fact]
    public async Task A_slow_question_that_rules_share_skips_each_of_them_and_is_asked_once()
    {
        await using var world = await DiagnoseWorld.StartAsync();
        world.World.Server.Control.Faults.Add(new FaultRule { Path = "*/limits", Latency = TimeSpan.FromDays(1) });
        var running = world.RunAsync();
        await SyncWorld.UntilAsync(() => world.Time.ActiveTimers == 3, "only the rules that need the limits are left");
        world.Time.Advance(TimeSpan.FromSeconds(10));
        (await running).Skips.Count(result => result.Message.StartsWith("This could not be checked within", StringComparison.Ordinal))
            .ShouldBe(3);
        world.World.Server.Control.OpenCalls.Count.ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task Without_the_database_the_org_is_judged_all_the_same()
    {
        await using var world = await DiagnoseWorld.StartAsync();
        await using var nowhere = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={FreePort.Next()};Username=x;Database=x;Timeout=5");
        var diagnosis = await world.RunAsync(world.Shift() with { DataSource = nowhere });

        diagnosis.Passes.ShouldContain(result => result.RuleId == "MUST_USE_RECENT_API_VERSION");
        var skipped = diagnosis.Skips.Single(result => result.RuleId == "MUST_HAVE_HSTORE");
        skipped.Message.ShouldStartWith("This could not be checked. The database does not answer");
        diagnosis.Mappings["Account"].Passes.ShouldContain(result => result.RuleId == "SHOULD_HAVE_UPSERT_FIELD");
        diagnosis.Mappings["Account"].Skips.ShouldContain(result => result.RuleId == "SHOULD_HAVE_INDEXES");
    }

    [Fact]
    public async Task Without_the_org_the_database_is_judged_all_the_same()
    {
        await using var world = await DiagnoseWorld.StartAsync();
        world.World.Server.Control.Faults.Add(new FaultRule { Path = "/services/*", Kind = FaultKind.Answer, Status = 503 });
        var diagnosis = await world.RunAsync();

        diagnosis.Passes.ShouldContain(result => result.RuleId == "MUST_HAVE_HSTORE");
        var skipped = diagnosis.Skips.Single(result => result.RuleId == "SHOULD_HAVE_API_ALLOWANCE");
        skipped.Message.ShouldContain("503");
        diagnosis.Mappings["Account"].Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_fact_that_the_database_refuses_is_missing_where_it_is_needed_and_nowhere_else()
    {
        await using var world = await DiagnoseWorld.StartAsync();
        await world.World.RunAsync("drop table tandem.read_error");
        var diagnosis = await world.RunAsync();
        var account = diagnosis.Mappings["Account"];
        account.Skips.Single(result => result.RuleId == "SHOULD_HAVE_NO_READ_ERRORS").Message.ShouldContain("42P01");
        account.Passes.ShouldContain(result => result.RuleId == "SHOULD_HAVE_INDEXES");
        diagnosis.Passes.ShouldContain(result => result.RuleId == "SHOULD_SEND_CHANGES");
    }

    [Fact]
    public async Task Who_asks_may_go_away()
    {
        await using var world = await DiagnoseWorld.StartAsync();
        world.World.Server.Control.Faults.Add(new FaultRule { Path = "/services/data", Latency = TimeSpan.FromDays(1) });
        using var gone = new CancellationTokenSource();
        var running = new Diagnoser(world.Shift(), new DiagnoseOptions(), world.Time).RunAsync(gone.Token);
        await SyncWorld.UntilAsync(() => world.Time.ActiveTimers == 1, "only the slow rule is left");
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task One_mapping_alone_is_found_in_any_letter_case()
    {
        await using var world = await DiagnoseWorld.StartAsync();
        var diagnoser = new Diagnoser(world.Shift(), new DiagnoseOptions(), world.Time);
        (await diagnoser.RunAsync("account", SyncWorld.Token)).ShouldNotBeNull().Passes.ShouldNotBeEmpty();
        (await diagnoser.RunAsync("Nothing__c", SyncWorld.Token)).ShouldBeNull();
    }

    [Fact]
    public async Task A_diagnosis_takes_one_session_and_few_calls()
    {
        await using var world = await DiagnoseWorld.StartAsync(SyncWorld.Accounts(), SyncWorld.Contacts());
        await using var narrow = NpgsqlDataSource.Create(world.World.Database.ConnectionString + ";Maximum Pool Size=1;Timeout=5");
        var before = world.World.Salesforce.CallCount;
        var diagnosis = await world.RunAsync(world.Shift() with { DataSource = narrow });
        (world.World.Salesforce.CallCount - before).ShouldBe(3);
        diagnosis.Passes.ShouldContain(result => result.RuleId == "MUST_HAVE_HSTORE");
        diagnosis.Mappings["Contact"].Passes.ShouldContain(result => result.RuleId == "SHOULD_HAVE_INDEXES");
        diagnosis.Mappings["Contact"].Passes.ShouldContain(result => result.RuleId == "SHOULD_HAVE_NO_READ_ERRORS");
    }

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(member => member.Name);
}
