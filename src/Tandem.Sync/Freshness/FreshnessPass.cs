using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Tandem.Salesforce;
using Tandem.Salesforce.Limits;
using Tandem.Sync.Faults;
using Tandem.Sync.Pull;
using Tandem.Sync.Running;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Freshness;

/// <summary>
/// Keeps formula columns true when only their sources change, which leaves the record's SystemModstamp as it is and hides from every poll.
/// From the formulas' text it knows which parents to ask about, whether the day or the hour matters, and what nobody can be asked about,
/// for which every row is read in turn. Whatever it reads is written beside the rest of the row and may be read again at any time.
/// Source: salesforce-api.md, section 10 ("Formula fields").
/// </summary>
public sealed partial class FreshnessPass(
    SalesforceClient salesforce, FreshnessTable table, SyncOptions options, TimeProvider timeProvider, ILogger<FreshnessPass> logger)
    : IPullPass
{
    private readonly FreshnessPlanner _planner = new(salesforce, options.Freshness, timeProvider);
    private readonly RowRefresh _refresh = new(salesforce, table, options);
    private readonly ConcurrentDictionary<string, FreshnessMemory> _memories = new(StringComparer.Ordinal);

    private DateTime Now => timeProvider.GetUtcNow().UtcDateTime;

    public bool IsDue(MappedObject mapped, Progress progress)
    {
        if (!mapped.Mapping.KeepsFormulasFresh || progress.CursorStamp is null || !FreshnessPlanner.DerivedFields(mapped).Any())
            return false;
        if (salesforce.Usage is { } usage && usage.Used >= usage.Allowed * options.Freshness.AllowanceShare)
            return false;
        return !_memories.TryGetValue(mapped.Name, out var memory) || memory.DueAt <= Now
            || (memory.Plan is { } plan && !ReferenceEquals(plan.Source, mapped));
    }

    public async Task<PassOutcome> RunAsync(PullTurn turn, CancellationToken cancellationToken)
    {
        var name = turn.Mapped.Name;
        var memory = _memories.GetOrAdd(name, _ => new FreshnessMemory());
        var changed = 0;
        var isDone = false;
        using (var tally = CallTally.Begin())
        {
            try
            {
                changed = await RefreshAsync(turn, memory, cancellationToken);
                isDone = true;
            }
            catch (SalesforceException exception) when (FaultPolicy.IsRefusedQuery(exception.Code))
            {
                await NoteRefusalAsync(turn, memory, exception, cancellationToken);
            }
            finally
            {
                memory.Calls += tally.Count;

                // What was committed before a failure stands in the database alone.
                if (!isDone)
                    memory.Plan = null;
            }
        }

        if (memory.Calls > 0)
        {
            var connection = await turn.ConnectAsync(cancellationToken);
            await table.AddCallsAsync(connection, name, DateOnly.FromDateTime(Now), memory.Calls, cancellationToken);
        }

        memory.Calls = 0;
        if (changed > 0)
            LogRefreshed(name, changed);
        return new PassOutcome(turn.Progress, changed);
    }

    /// <summary>
    /// The formulas or what they lead to may have changed: all of it is described anew the next time. The poll goes on meanwhile.
    /// </summary>
    private async Task NoteRefusalAsync(
        PullTurn turn, FreshnessMemory memory, SalesforceException exception, CancellationToken cancellationToken)
    {
        var name = turn.Mapped.Name;
        var isSlow = exception.Code == SalesforceErrorCodes.QueryTimeout && !memory.PrefersSemiJoins;
        memory.PrefersSemiJoins |= isSlow;
        memory.Plan = null;
        _planner.Forget();
        memory.DueAt = Now + (isSlow ? options.Freshness.ParentInterval : options.Freshness.MomentInterval);
        var sentence = string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: the org answered {exception.Code} to the query for derived fields; they are asked for again at {memory.DueAt:u}.");
        await table.NoteTroubleAsync(await turn.ConnectAsync(cancellationToken), name, sentence, cancellationToken);
        LogRefused(exception, name, exception.Code);
    }

    private async Task<int> RefreshAsync(PullTurn turn, FreshnessMemory memory, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(turn, memory, cancellationToken);
        var changed = 0;
        if (plan.Fields.Count > 0)
        {
            changed += await FollowDefinitionAsync(turn, plan, memory, cancellationToken);
            foreach (var check in plan.Checks)
                changed += await RunIfDueAsync(turn, plan, memory, FreshnessPartKind.Parents, check, cancellationToken);
            foreach (var kind in KindsOf(plan))
                changed += await RunIfDueAsync(turn, plan, memory, kind, null, cancellationToken);
        }

        memory.DueAt = NextDue(turn, plan, memory);
        return changed;
    }

    private async Task<FreshnessPlan> PlanAsync(PullTurn turn, FreshnessMemory memory, CancellationToken cancellationToken)
    {
        if (memory.Plan is { } known && ReferenceEquals(known.Source, turn.Mapped) && Now - known.MadeAt < options.Freshness.PlanLife)
            return known;
        var plan = await _planner.MakeAsync(turn.Mapped, memory.PrefersSemiJoins, cancellationToken);
        var connection = await turn.ConnectAsync(cancellationToken);
        memory.Definition = await table.ReadDefinitionAsync(connection, plan.Source.Name, cancellationToken);
        memory.Parts.Clear();
        foreach (var part in await table.ReadPartsAsync(connection, plan.Source.Name, cancellationToken))
        {
            // What was read so far, or is waiting in a job, has other columns or values of other formulas.
            memory.Parts[part.Key] = part.Plan is null || part.Plan == plan.Digest
                ? part
                : part with { Plan = plan.Digest, JobId = null, Locator = null, AfterId = null, RowsDone = 0 };
        }

        // The first plan of a table that was just loaded finds the values as the formulas are now.
        if (memory.Definition is null && Now - LoadedAt(turn.Progress) < options.Freshness.PlanLife)
            memory.Definition = plan.Definition;
        await table.SaveAsync(await turn.ConnectAsync(cancellationToken), plan, memory.Definition, cancellationToken);
        Failpoints.Reach("fresh.plan.saved");
        memory.Plan = plan;
        return plan;
    }

    private async Task<int> FollowDefinitionAsync(
        PullTurn turn, FreshnessPlan plan, FreshnessMemory memory, CancellationToken cancellationToken)
    {
        if (memory.Definition == plan.Definition)
            return 0;
        var changed = await RunAsync(turn, plan, memory, FreshnessPartKind.Definition, null, cancellationToken);
        await table.SaveAsync(await turn.ConnectAsync(cancellationToken), plan, plan.Definition, cancellationToken);
        memory.Definition = plan.Definition;
        return changed;
    }

    /// <summary>A sweep that is behind its time reads slice after slice.</summary>
    private async Task<int> RunIfDueAsync(
        PullTurn turn,
        FreshnessPlan plan,
        FreshnessMemory memory,
        FreshnessPartKind kind,
        ParentCheck? check,
        CancellationToken cancellationToken)
    {
        var changed = 0;
        do
        {
            if (FreshnessSchedule.DueAt(kind, Part(turn, plan, memory, kind, check), plan, options.Freshness) > Now)
                return changed;
            changed += await RunAsync(turn, plan, memory, kind, check, cancellationToken);
        }
        while (Part(turn, plan, memory, kind, check).IsUnderWay);
        return changed;
    }

    private async Task<int> RunAsync(
        PullTurn turn,
        FreshnessPlan plan,
        FreshnessMemory memory,
        FreshnessPartKind kind,
        ParentCheck? check,
        CancellationToken cancellationToken)
    {
        var part = Part(turn, plan, memory, kind, check);
        var (isNothing, changed) = (false, 0);
        if (!part.IsUnderWay)
        {
            (part, isNothing) = await BeginAsync(plan, part.Begin(Now, plan.Digest), kind, check, cancellationToken);
            await table.SavePartAsync(await turn.ConnectAsync(cancellationToken), plan.Source.Name, part, cancellationToken);
            memory.Parts[part.Key] = part;
            Failpoints.Reach("fresh.run.begun");
        }

        if (kind == FreshnessPartKind.Sweep && part.JobId is null && part.RowsExpected <= options.Freshness.BulkFrom)
        {
            var before = part.RowsDone;
            (part, changed) = await _refresh.ReadSliceAsync(turn, plan, part, cancellationToken);
            memory.Parts[part.Key] = part;
            if (part.RowsDone - before >= options.Freshness.SliceRows)
                return changed;
        }
        else if (!isNothing)
        {
            var condition = check is not null && part.Since is { } since ? check.Condition(since) : null;
            (part, changed) = await _refresh.ReadAllAsync(turn, plan, part, condition, cancellationToken);
        }

        var day = FreshnessSchedule.DayAt(part.StartedAt ?? Now, plan, options.Freshness);
        part = kind switch
        {
            FreshnessPartKind.Parents => part.EndParents(Now, options.Freshness.Overlap),
            FreshnessPartKind.Day => part.End(Now) with { CoveredDay = day },
            _ => part.End(Now),
        };
        await table.SavePartAsync(await turn.ConnectAsync(cancellationToken), plan.Source.Name, part, cancellationToken);
        memory.Parts[part.Key] = part;
        Failpoints.Reach("fresh.run.ended");
        return changed;
    }

    /// <returns>Nothing is to be read when no parent has changed.</returns>
    private async Task<(FreshnessPart Part, bool IsNothing)> BeginAsync(
        FreshnessPlan plan, FreshnessPart part, FreshnessPartKind kind, ParentCheck? check, CancellationToken cancellationToken)
    {
        if (kind == FreshnessPartKind.Sweep)
        {
            var count = await salesforce.Soql.CountAsync(plan.Narrow.Select("COUNT()", null), cancellationToken);
            return (part with { RowsExpected = count }, false);
        }

        if (check is null || part.Since is not { } since)
            return (part, false);
        DateTime? found = null;
        await foreach (var page in salesforce.Soql.QueryAsync(check.Probe(plan.Source, since), includeDeleted: false, cancellationToken))
        {
            using (page)
            {
                var stamps = page.Records.SelectMany(record => record.EnumerateObject())
                    .Where(property => property.Name.StartsWith('s')).Select(property => property.Value.GetString()).OfType<string>();
                found = stamps.Select(SalesforceTime.Parse).Append(found ?? DateTime.MinValue).Max();
            }
        }

        return found > DateTime.MinValue ? (part with { Found = found }, false) : (part, true);
    }

    private FreshnessPart Part(
        PullTurn turn, FreshnessPlan plan, FreshnessMemory memory, FreshnessPartKind kind, ParentCheck? check)
    {
        var key = check?.Key ?? kind.ToString().ToLowerInvariant();
        if (memory.Parts.TryGetValue(key, out var part))
            return part;
        var loaded = LoadedAt(turn.Progress);
        return kind switch
        {
            FreshnessPartKind.Parents => new FreshnessPart { Key = key, Since = FirstSince(memory, loaded) },
            FreshnessPartKind.Day => new FreshnessPart
            {
                Key = key, CoveredDay = FreshnessSchedule.DayAt(loaded, plan, options.Freshness),
            },
            _ => new FreshnessPart { Key = key },
        };
    }

    /// <summary>
    /// A question that is new because the others were cut in another way begins where they stand; one that a new formula brought, where
    /// all rows were read for that formula.
    /// </summary>
    private DateTime FirstSince(FreshnessMemory memory, DateTime loaded)
    {
        if (memory.Parts.Values.Min(part => part.Since) is { } since)
            return since;
        var read = memory.Parts.GetValueOrDefault("definition")?.StartedAt is { } started && started > loaded ? started : loaded;
        return read - options.Freshness.Overlap;
    }

    /// <summary>When the table's values were all read at the latest, by the org's clock.</summary>
    private static DateTime LoadedAt(Progress progress) =>
        progress.JobStartedAt ?? progress.CursorStamp ?? throw new InvalidOperationException($"{progress.ObjectName} is not loaded.");

    private DateTime NextDue(PullTurn turn, FreshnessPlan plan, FreshnessMemory memory)
    {
        var parents = plan.Checks.Select(check => DueAt(FreshnessPartKind.Parents, check));
        var others = KindsOf(plan).Select(kind => DueAt(kind, null));
        return parents.Concat(others).Append(plan.MadeAt + options.Freshness.PlanLife).Min();

        DateTime DueAt(FreshnessPartKind kind, ParentCheck? check) =>
            FreshnessSchedule.DueAt(kind, Part(turn, plan, memory, kind, check), plan, options.Freshness);
    }

    private static IEnumerable<FreshnessPartKind> KindsOf(FreshnessPlan plan)
    {
        if (plan.Zone is not null)
            yield return FreshnessPartKind.Day;
        if (plan.UsesMoment)
            yield return FreshnessPartKind.Moment;
        if (plan.NeedsSweep)
            yield return FreshnessPartKind.Sweep;
    }

    [LoggerMessage(LogLevel.Information, "Refreshed derived columns of {ObjectName}: {Changed} rows changed")]
    private partial void LogRefreshed(string objectName, int changed);

    [LoggerMessage(LogLevel.Warning, "The org refuses the query for derived fields of {ObjectName} with {Code}; the poll goes on")]
    private partial void LogRefused(Exception exception, string objectName, string code);
}
