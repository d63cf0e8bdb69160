using System.Globalization;
using Shouldly;
using Tandem.Simulator.Data;
using Tandem.Sync.Faults;
using Tandem.Testing;

namespace Tandem.Tests.Integration.Sync;

/// <summary>Three unique identifiers that rows take and leave, with what each row must hold in the end.</summary>
internal sealed class ReplacedRows(SyncWorld world, Random random)
{
    private static readonly string[] Keys = ["a", "b", "c"];
    private static readonly string[] Crashes = ["push.claimed", "push.sent", "push.settling", "push.settled", "push.job.completed"];
    private static readonly FaultPlace[] Cuts = [FaultPlace.CutRequest, FaultPlace.CutAnswer, FaultPlace.CutAnswerHalfway];

    private readonly SortedDictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly List<string> _told = [];
    private int _count;

    public async Task StepAsync()
    {
        switch (random.Next(12))
        {
            case < 6:
                await ChangeAsync();
                break;
            case 6:
                Tell("poll");
                await world.PollWithDeletesAsync("Account");
                break;
            case 7:
                await TouchAsync();
                break;
            case 8:
                Tell("push");
                await world.PushAsync();
                break;
            case 9:
                await CrashAsync(Crashes[random.Next(Crashes.Length)]);
                break;
            case 10:
                await PushAndChangeAsync();
                break;
            default:
                var (cut, method) = (Cuts[random.Next(Cuts.Length)], random.Next(4) == 0 ? "DELETE" : "PATCH");
                Tell($"{cut} of the next {method}");
                world.Proxy.Plan(cut, method, "/composite");
                break;
        }
    }

    /// <summary>Brings both sides to rest, compares them, and leaves both empty.</summary>
    public async Task RestAsync()
    {
        await world.PushAsync();
        await world.PollWithDeletesAsync("Account");
        var story = string.Join("; ", _told);
        (await world.AskAsync("select action, record_id, sf_message from salesforce._trigger_log where state = 'FAILED'"))
            .ShouldBeEmpty(story);
        (await world.AskAsync("select ext_id__c, name from salesforce.account order by 1"))
            .ShouldBe(_names.Select(pair => $"{pair.Key}|{pair.Value}"), story);
        var live = world.Org.Live("Account");
        (await world.AskAsync("select sfid from salesforce.account")).ShouldBe(live.Select(record => record.Id), ignoreOrder: true, story);
        live.Select(record => Text(record, "Ext_Id__c") + "|" + Text(record, "Name"))
            .ShouldBe(_names.Select(pair => $"{pair.Key}|{pair.Value}"), ignoreOrder: true, story);
        await world.RunAsync("delete from salesforce.account");
        await world.PushAsync();
        world.Org.Live("Account").ShouldBeEmpty(story);
    }

    private static string Text(Record record, string field) =>
        Convert.ToString(record[record.Type.OrdinalOf(field)], CultureInfo.InvariantCulture) ?? "";

    /// <summary>One transaction of one or two statements.</summary>
    private async Task ChangeAsync()
    {
        var statements = new List<string>();
        for (var at = random.Next(2); at >= 0; at--)
            statements.AddRange(Change(Keys[random.Next(Keys.Length)]));
        var sql = string.Join("; ", statements);
        Tell(sql);
        await world.RunAsync(sql);
    }

    private List<string> Change(string key)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"n{++_count}");
        var (isThere, choice) = (_names.ContainsKey(key), random.Next(3));
        if (isThere && choice == 0)
        {
            _names[key] = name;
            return [$"update salesforce.account set name = '{name}' where ext_id__c = '{key}'"];
        }

        var changes = new List<string>();
        if (isThere)
            changes.Add($"delete from salesforce.account where ext_id__c = '{key}'");
        _names.Remove(key);
        if (isThere && choice == 1)
            return changes;
        _names[key] = name;
        changes.Add($"insert into salesforce.account (name, ext_id__c) values ('{name}', '{key}')");
        return changes;
    }

    /// <summary>Somebody in the org changes a field that the app leaves alone, so that the next poll brings the record.</summary>
    private async Task TouchAsync()
    {
        var live = world.Org.Live("Account");
        if (live.Count == 0)
            return;
        var record = live[random.Next(live.Count)];
        Tell($"touch {record.Id}");
        await world.Org.UpdateAsync("Account", record.Id, new { Phone = string.Create(CultureInfo.InvariantCulture, $"{++_count}") });
    }

    /// <summary>The app goes on while an answer is under way.</summary>
    private async Task PushAndChangeAsync()
    {
        Tell("push, and meanwhile:");
        var hold = world.Proxy.Plan(FaultPlace.HoldAnswer, random.Next(4) == 0 ? "DELETE" : "PATCH", "/composite");
        await using var push = world.StartPush();
        await SyncWorld.UntilAsync(async () => hold.Reached.IsCompleted || await IsQuietAsync(), "a call is held or all is sent");
        await ChangeAsync();
        await ChangeAsync();
        hold.Release();
        await world.QuiesceAsync(push);
        Tell("pushed");
    }

    private async Task CrashAsync(string step)
    {
        Tell($"crash at {step}");
        var reach = 1 + random.Next(2);
        var hits = 0;
        using var listening = Failpoints.Listen(name =>
        {
            // The other half of the push dies with the program too.
            if (Volatile.Read(ref hits) >= reach || (name == step && Interlocked.Increment(ref hits) >= reach))
                throw new IOException($"A crash at {step}.");
        });
        await using var push = world.StartPush();
        await SyncWorld.UntilAsync(async () => push.Ended.IsCompleted || await IsQuietAsync(), "the push has died or sent all");
    }

    private async Task<bool> IsQuietAsync() =>
        await world.AskOneAsync("select count(*) from salesforce._trigger_log where state in ('NEW', 'PENDING', 'IGNORE')") is "0";

    private void Tell(string what) => _told.Add(what);
}
