using System.Text.Json;
using Tandem.Simulator.Control;
using Tandem.Simulator.Data;
using Tandem.Simulator.Records;
using Tandem.Sync.Faults;
using Tandem.Tests.Integration.Seeds;
using Tandem.Tests.Integration.Sync;

namespace Tandem.Tests.Integration.Convergence;

/// <summary>
/// Lives a plan through, lets the world come to rest, and tells what is not as promised (architecture.md, promises 1 to 4, 6 and 7).
/// </summary>
internal sealed class PlanRun
{
    /// <summary>Intervals until rest: beyond the overlap, and beyond the last open transaction.</summary>
    private const int QuietRounds = 3;

    /// <summary>Two ends of sessions in a row look like a user without access, and a person is asked on purpose.</summary>
    private const string TwiceRefused = "refused again right after a new sign-in";

    /// <summary>The field that the admin takes away. Whoever misses it must ask for it by its name, and for nothing else.</summary>
    private const string LostField = "Industry";

    private readonly Plan _plan;
    private readonly ConvergenceWorld _world;
    private readonly OrgPeople _people;
    private readonly LocalApp _app;
    private readonly Dictionary<string, IReadOnlyDictionary<string, string>> _ids = new(StringComparer.Ordinal);
    private readonly HashSet<string> _left = new(StringComparer.Ordinal);
    private bool _isFieldHidden;
    private bool _wasFieldHidden;

    private PlanRun(Plan plan, ConvergenceWorld world)
    {
        var label = FormattableString.Invariant($"{plan.Seed}");
        _plan = plan;
        _world = world;
        _people = new OrgPeople(world.Server, label);
        _app = new LocalApp(world.Database.DataSource, label);
    }

    /// <param name="atRest">What is done to the world once it is at rest, before anything is compared; for tests of the comparing.</param>
    /// <returns>What broke, one line each, and what led to it; null when every promise was kept.</returns>
    public static async Task<PlanFailure?> TryAsync(Plan plan, Func<ConvergenceWorld, Task>? atRest = null)
    {
        var world = await ConvergenceWorld.StartAsync(plan);
        var run = new PlanRun(plan, world);
        return await Trial.RunAsync(world, world.Journal, () => run.RunAsync(atRest ?? (_ => Task.CompletedTask)));
    }

    private async Task<IReadOnlyList<string>> RunAsync(Func<ConvergenceWorld, Task> atRest)
    {
        for (var at = 0; at < _plan.Steps.Count; at++)
        {
            var step = _plan.Steps[at];
            _world.Journal.Add($"{at + 1}. {step} at {_world.Clock.GetUtcNow():HH:mm:ss}");
            await ActAsync(step);
            NoteLeft();
        }

        _world.Journal.Add("quiet");
        if (!await ComeToRestAsync())
            return ["The program does not come to rest: " + string.Join(' ', _world.HeldOnce)];
        await atRest(_world);
        return await FindBrokenAsync();
    }

    private async Task ActAsync(Step step)
    {
        var control = _world.Server.Control;
        switch (step.Kind)
        {
            case StepKind.Wait:
                _world.Clock.Advance(Pause(step.A));
                break;
            case StepKind.WireFault:
                control.Faults.Add(WireFaults.Choose(step.A, step.B, step.C));
                break;
            case StepKind.RowLock:
                _world.Server.Saver.Faults.Add(new SaveFault { Count = 1 + (step.A % 3) });
                break;
            case StepKind.EndSessions:
                _world.Server.Sessions.RevokeAll();
                break;
            case StepKind.CrashAt:
                _world.Crashes.Arm(FailpointNames.All[step.A % FailpointNames.All.Count], 1 + (step.B % 4));
                break;
            case StepKind.Crash:
                _world.Kill();
                break;
            case StepKind.Restart:
                await _world.BeginLifeAsync();
                break;
            case StepKind.Refilter:
                _world.Filter = ContactFilter.Choose(step.A);
                await _world.BeginLifeAsync();
                break;
            case StepKind.Settle:
                await _world.SettleAsync();
                NoteIds();
                break;
            case StepKind.Widen or StepKind.AddField or StepKind.HideField:
                await ReshapeAsync(step);
                break;
            case StepKind.AppInsert or StepKind.AppUpdate or StepKind.AppDelete or StepKind.AppMixed when !_world.IsPrepared:
                break;
            case StepKind.AppInsert or StepKind.AppUpdate or StepKind.AppDelete or StepKind.AppMixed:
                await _app.ActAsync(step, _people.Locked);
                break;
            default:
                await _people.ActAsync(step);
                break;
        }
    }

    private static TimeSpan Pause(int choice) => (choice % 6) switch
    {
        0 => TimeSpan.FromSeconds(1),
        1 => TimeSpan.FromSeconds(30 + (choice % 60)),
        2 => TimeSpan.FromMinutes(5),
        3 => TimeSpan.FromMinutes(11),
        4 => TimeSpan.FromHours(3),
        _ => TimeSpan.FromDays(1 + (choice % 3)),
    };

    private async Task ReshapeAsync(Step step)
    {
        var schema = _world.Server.Control.Schema;
        switch (step.Kind)
        {
            case StepKind.Widen:
                var length = 100 + (step.A % 150);
                if (schema.Objects.Single(type => type.Name == "Account").FindField("Site") is { } site && site.Length < length)
                    await schema.ApplyAsync(Edit(SchemaOperation.ChangeField, "Site", new { length }), SyncWorld.Token);
                if (_people.Live("Account") is { Count: > 0 } accounts && _people.Locked.Count == 0)
                    await _people.SetAsync(step.B, accounts[step.C % accounts.Count].Id, new { Site = new string('w', 100) });
                break;
            case StepKind.AddField:
                var name = FormattableString.Invariant($"Added{step.A}_{step.B}_{step.C}__c");
                await schema.ApplyAsync(Edit(SchemaOperation.AddField, "", new { name, type = "text", length = 20 }), SyncWorld.Token);
                break;
            default:
                _isFieldHidden = !_isFieldHidden;
                _wasFieldHidden = true;
                _world.Server.Control.SetAccess("", _isFieldHidden ? new UserAccess([$"Account.{LostField}"], []) : UserAccess.Full);
                break;
        }
    }

    private static SchemaEdit Edit(SchemaOperation operation, string field, object definition) => new()
    {
        Operation = operation, Object = "Account", Field = field, Definition = JsonSerializer.SerializeToElement(definition),
    };

    /// <returns>False when something still waits for a person.</returns>
    private async Task<bool> ComeToRestAsync()
    {
        _world.Server.Control.Faults.Clear();
        foreach (var (fault, _) in _world.Server.Saver.Faults.List())
            _world.Server.Saver.Faults.Remove(fault.Id);
        _world.Server.Control.SetAccess("", UserAccess.Full);
        _world.Crashes.Disarm();
        for (var round = 0; round < QuietRounds; round++)
        {
            if (!await _world.SettleAsync())
                return false;
            DecideDoubts();
            await _people.AllCommitted.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, SyncWorld.Token);
        }

        NoteIds();
        _people.NoteGone();
        return true;
    }

    /// <summary>As a person does, by the recipes: one who finds the record in the org takes it, and sends the row otherwise.</summary>
    private void DecideDoubts()
    {
        var doubts = _world.Ask(
            "select id, table_name, record_id from salesforce._trigger_log "
            + "where state = 'FAILED' and sf_message like 'TANDEM_INSERT_IN_DOUBT: %'");
        foreach (var doubt in doubts.Select(row => row.Split('|')))
        {
            var (entry, table, row) = (doubt[0], doubt[1], doubt[2]);
            var (objectName, field) = table == "account" ? ("Account", "Name") : ("Contact", "LastName");
            var names = _world.Ask($"select {field} from salesforce.{table} where id = {row}");
            var wasMade = _people.Records(objectName).Any(record => names.Contains(record[record.Type.OrdinalOf(field)]));
            var recipe = SyncWorld.ReadRecipe(wasMade ? "take_record.sql" : "capture_insert_again.sql")
                .Replace(":entry", entry, StringComparison.Ordinal).Replace("contact", table, StringComparison.Ordinal);
            _world.Journal.Add($"{(wasMade ? "taken" : "sent again")}: {string.Join('|', doubt)}");
            _world.Ask(recipe);
        }
    }

    private async Task<IReadOnlyList<string>> FindBrokenAsync()
    {
        var broken = new List<string>();
        foreach (var mapping in _world.Mappings)
            broken.AddRange(await TableOracle.FindDifferencesAsync(_world, mapping));
        await CheckVerifyAsync(broken);
        CheckLog(broken);
        CheckInserts(broken);
        CheckIds(broken);
        var mistaken = _world.HeldOnce.Where(sentence => !sentence.Contains(TwiceRefused, StringComparison.Ordinal)
            && !(_wasFieldHidden && sentence.Contains(LostField, StringComparison.Ordinal)));
        broken.AddRange(mistaken.Select(sentence => $"A fault that passes was taken for one that a person must mend: {sentence}"));
        broken.AddRange(_world.HeldOnce.Where(sentence => sentence.Contains("unexpected", StringComparison.Ordinal)));
        return broken;
    }

    /// <summary>Verify agrees with the oracle, and no earlier run of it has mended what polls passed over.</summary>
    private async Task CheckVerifyAsync(List<string> broken)
    {
        foreach (var report in await _world.VerifyAsync())
        {
            if (!report.IsEqual || report.Differences > 0)
            {
                broken.Add(FormattableString.Invariant($"Verify finds {report.Differences} differences in {report.ObjectName}: ")
                    + $"{string.Join(", ", report.Examples)} {report.Remark}");
            }
        }

        broken.AddRange(_world.Ask(
            "select 'A nightly verify found in ' || object_name || ' what polls passed over: ' || report::text from tandem.verify_run "
            + "where (report->>'passedByPoll')::bigint > 0"));
    }

    /// <summary>Only a change of a record that someone in the org deleted may have failed.</summary>
    private void CheckLog(List<string> broken)
    {
        var entries = _world.Ask(
            "select state, action, table_name, coalesce(sfid, ''), coalesce(sf_message, '') from salesforce._trigger_log "
            + "where state not in ('SUCCESS', 'IGNORED', 'MERGED', 'REQUEUED')");
        foreach (var entry in entries.Select(row => row.Split('|', 5)))
        {
            var isOfTheGone = entry[0] == "FAILED" && _people.Gone.Contains(entry[3]) && FaultPolicy.IsGone(entry[4].Split(':')[0]);
            if (!isOfTheGone)
                broken.Add($"The change log keeps {entry[0]} {entry[1]} of {entry[2]} {entry[3]}: {entry[4]}");
        }
    }

    /// <summary>Each row that the app inserted was created in the org once at most, and has a record of its own.</summary>
    private void CheckInserts(List<string> broken)
    {
        var made = _people.Records("Account").Concat(_people.Records("Contact"))
            .GroupBy(record => record[record.Type.OrdinalOf(record.Type.Name == "Account" ? "Name" : "LastName")] as string ?? "")
            .Where(group => _app.Inserted.Contains(group.Key));
        broken.AddRange(made.Where(group => group.Count() > 1)
            .Select(group => $"{group.Key} was inserted once and stands {group.Count()} times in the org: "
                + string.Join(", ", group.Select(record => record.Id))));
        broken.AddRange(_world.Ask(
            "select 'Inserts share the record ' || sfid || ': ' || string_agg(id::text, ', ') from (select * from salesforce._trigger_log "
            + "union all select * from salesforce._trigger_log_archive) log where action = 'INSERT' and state = 'SUCCESS' "
            + "group by sfid having count(*) > 1"));
    }

    /// <summary>A row keeps its local id for as long as its record lives.</summary>
    private void CheckIds(List<string> broken)
    {
        foreach (var mapping in _world.Mappings)
        {
            var now = TableOracle.ReadIds(_world, mapping.ObjectName);
            broken.AddRange(_ids.GetValueOrDefault(mapping.ObjectName, now)
                .Where(pair => now.TryGetValue(pair.Key, out var id) && id != pair.Value)
                .Where(pair => !_people.Gone.Contains(pair.Key) && !_left.Contains(pair.Key))
                .Select(pair => $"{mapping.ObjectName} {pair.Key} had the id {pair.Value} and has {now[pair.Key]}"));
        }
    }

    /// <summary>
    /// Notes which contacts do not meet the filter now: as the app left them, whose change may not be sent yet, and as the org has them.
    /// </summary>
    private void NoteLeft()
    {
        if (_world.IsPrepared)
            _left.UnionWith(_world.Ask($"select sfid from salesforce.contact where sfid is not null and not {_world.Filter.TakesRow}"));
        _left.UnionWith(_people.Live("Contact").Where(record => !_world.IsMapped(record)).Select(record => record.Id));
    }

    /// <summary>The first id that each record was seen with counts.</summary>
    private void NoteIds()
    {
        foreach (var mapping in _world.Mappings)
        {
            var now = TableOracle.ReadIds(_world, mapping.ObjectName);
            var known = _ids.GetValueOrDefault(mapping.ObjectName, now);
            _ids[mapping.ObjectName] = known.Concat(now).GroupBy(pair => pair.Key, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.First().Value, StringComparer.Ordinal);
        }
    }
}
