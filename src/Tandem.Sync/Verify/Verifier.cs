using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Postgres.Tables;
using Tandem.Salesforce;
using Tandem.Sync.Activity;
using Tandem.Sync.Faults;
using Tandem.Sync.Pull;
using Tandem.Sync.Running;
using Tandem.Sync.Running.Allowance;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Verify;

/// <summary>
/// Compares both sides of a mapping while the sync goes on, and repairs what differs. It runs on a session of its own beside the
/// mapping's worker and enters the gate only to look at single suspect rows. What is stamped later than the polls' next question is
/// left to them. Spans are read one after the other in the order of their stamps, and each is noted when it is done: a run that
/// crashed, or stopped for the allowance, goes on there. One instance runs one comparison at a time.
/// </summary>
public sealed partial class Verifier(
    SalesforceClient salesforce, string schema, SyncOptions options, TimeProvider timeProvider, ILogger<Verifier> logger)
    : IDisposable
{
    private readonly ProgressTable _progress = new(schema);
    private readonly VerifyRunTable _runs = new(schema);
    private readonly VerifyPlanTable _plans = new(schema);
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>True when the mapping is loaded and nothing holds it, so that there is something to compare.</summary>
    public static bool CanRun(LiveMapping mapping) => mapping is { IsLoaded: true, Progress.State:
        States.MappingState.DataSynced or States.MappingState.PollingSfChanges };

    /// <summary>Goes on with the open run of the same level and way, or begins one.</summary>
    /// <returns>The report; one without <see cref="VerifyReport.FinishedAt"/> stopped early, and says why.</returns>
    /// <exception cref="InvalidOperationException">The mapping is not loaded yet.</exception>
    public async Task<VerifyReport> RunAsync(
        LiveMapping mapping, VerifyRequest request, NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            try
            {
                return await RunAsync(mapping, request, dataSource, connection, cancellationToken);
            }
            finally
            {
                if (connection.FullState == System.Data.ConnectionState.Open)
                    await TableWindows.EndAsync(connection, CancellationToken.None);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private SalesforceClient OrgOf(MappedObject mapped) => salesforce.For(mapped.Name, CallKind.Verify);

    private SpanReader ReaderOf(MappedObject mapped) => new(OrgOf(mapped), options.Verify);

    private DateTime Now => timeProvider.GetUtcNow().UtcDateTime;

    private async Task<VerifyReport> RunAsync(
        LiveMapping mapping,
        VerifyRequest request,
        NpgsqlDataSource dataSource,
        NpgsqlConnection connection,
        CancellationToken cancellationToken)
    {
        var mapped = mapping.Mapped;
        var org = OrgOf(mapped);
        var started = timeProvider.GetTimestamp();
        var (id, report) = await BeginAsync(mapped, request, connection, cancellationToken);
        LogBegun(mapped.Name, request.Level, report.DoneTo is not null);
        var (callsBefore, secondsBefore) = (report.ApiCalls - org.OwnCallCount, report.Seconds);
        var tally = new VerifyTally(report with { Remark = null }, options.Verify.MostExamples);
        var isDone = await CompareAsync(mapping, request, connection, tally, SaveAsync, cancellationToken)
            && (!request.TakesShare || await CompareShareAsync(mapping, connection, dataSource, tally, cancellationToken));
        if (isDone)
            tally.Change(found => found with { DoneTo = found.Horizon, FinishedAt = Now });
        else if (HasTooMany(tally))
            tally.Change(found => found with { FinishedAt = Now });
        await SaveAsync();
        await TellAsync(tally.Report, connection, cancellationToken);
        LogEnded(mapped.Name, tally.Report.Differences, tally.Report.Repaired, tally.Report.ApiCalls, tally.Report.Remark ?? "finished");
        return tally.Report;

        async Task SaveAsync()
        {
            var seconds = secondsBefore + timeProvider.GetElapsedTime(started).TotalSeconds;
            tally.Change(found => found with { ApiCalls = callsBefore + org.OwnCallCount, Seconds = Math.Round(seconds, 3) });
            await VerifyRunTable.SaveAsync(connection, id, tally.Report, cancellationToken);
        }
    }

    private Task TellAsync(VerifyReport report, NpgsqlConnection connection, CancellationToken cancellationToken) =>
        new ActivityTable(schema).AddAsync(
            connection,
            new ActivityEntry
            {
                Kind = ActivityKind.Verify,
                ObjectName = report.ObjectName,
                Rows = report.SalesforceRows,
                Seconds = report.Seconds,
                Succeeded = report.IsEqual,
                Sentence = report.Remark ?? $"{report.Differences} rows differ, {report.Repaired} repaired.",
            },
            cancellationToken);

    private async Task<(long Id, VerifyReport Report)> BeginAsync(
        MappedObject mapped, VerifyRequest request, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var open = await _runs.FindOpenAsync(connection, mapped.Name, request, Now - options.Verify.ResumeWithin, cancellationToken);
        if (open is { } found)
            return found;
        var progress = await _progress.ReadAsync(connection, mapped.Name, cancellationToken);
        var report = new VerifyReport
        {
            ObjectName = mapped.Name,
            Level = request.Level,
            Repairs = request.Repairs,
            StartedAt = Now,
            Horizon = (progress.CursorStamp ?? throw new InvalidOperationException($"{mapped.Name} is not loaded yet."))
                - options.Poll.LongestOverlap,
        };
        return (await _runs.AddAsync(connection, report, cancellationToken), report);
    }

    /// <returns>False when it stopped early.</returns>
    private async Task<bool> CompareAsync(
        LiveMapping mapping,
        VerifyRequest request,
        NpgsqlConnection connection,
        VerifyTally tally,
        Func<Task> save,
        CancellationToken cancellationToken)
    {
        var mapped = mapping.Mapped;
        var windows = new TableWindows(mapped.Table, mapped.CursorColumn());
        await TableWindows.BeginAsync(connection, cancellationToken);
        if (tally.Report.DoneTo is null)
        {
            await windows.SuspectUnstampedAsync(connection, cancellationToken);
            if (!await CheckSuspectsAsync(mapping, connection, tally, cancellationToken))
                return false;
        }

        var search = new WindowSearch(OrgOf(mapped), options.Verify);
        foreach (var span in await search.FindAsync(mapped, connection, request.Level, tally, cancellationToken))
        {
            var before = tally.Report;
            if (MustStop(mapping, tally) || !await CompareSpanAsync(mapping, request.Level, connection, span, tally, cancellationToken))
            {
                // The span is read again by the run that goes on: what is not put right will be found once more.
                if (!request.Repairs && !HasTooMany(tally))
                    tally.Change(report => before with { Remark = report.Remark });
                return false;
            }

            tally.Change(report => report with { DoneTo = span.Range.To, WindowsRead = report.WindowsRead + 1 });
            await save();
            Failpoints.Reach("verify.span.saved");
        }

        return true;
    }

    private async Task<bool> CompareSpanAsync(
        LiveMapping mapping,
        VerifyLevel level,
        NpgsqlConnection connection,
        VerifyWindow span,
        VerifyTally tally,
        CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await ReaderOf(mapping.Mapped).CompareAsync(mapping.Mapped, connection, span, level, cancellationToken);
                return await CheckSuspectsAsync(mapping, connection, tally, cancellationToken);
            }
            catch (SalesforceException exception) when (attempt < options.Verify.Attempts
                && FaultPolicy.Judge(exception) is { Action: FaultAction.Retry or FaultAction.Restart })
            {
                LogAgain(exception, mapping.Mapped.Name);
                await Task.Delay(FaultPolicy.PauseAfter(FaultPolicy.Judge(exception), attempt), timeProvider, cancellationToken);
            }
        }
    }

    private async Task<bool> CompareShareAsync(
        LiveMapping mapping,
        NpgsqlConnection connection,
        NpgsqlDataSource dataSource,
        VerifyTally tally,
        CancellationToken cancellationToken)
    {
        var mapped = mapping.Mapped;
        var most = Math.Max(options.Verify.ShareRows, tally.Report.PostgresRows / options.Verify.ShareRuns);
        var plan = (await _plans.ListAsync(dataSource, cancellationToken)).GetValueOrDefault(mapped.Name);
        var rows = 0L;
        var pages = ReaderOf(mapped).CompareShareAsync(
            mapped, connection, plan?.ShareKey, tally.Report.Horizon, most, cancellationToken);
        await foreach (var (lastId, count) in pages)
        {
            if (MustStop(mapping, tally) || !await CheckSuspectsAsync(mapping, connection, tally, cancellationToken))
                return false;
            rows += count;
            tally.Change(report => report with { ShareRows = report.ShareRows + count });
            await _plans.SaveShareKeyAsync(dataSource, mapped.Name, lastId, Now, cancellationToken);
            Failpoints.Reach("verify.share.saved");
        }

        if (rows < most)
            await _plans.SaveShareKeyAsync(dataSource, mapped.Name, null, Now, cancellationToken);
        return true;
    }

    /// <returns>False when it stopped early.</returns>
    private async Task<bool> CheckSuspectsAsync(
        LiveMapping mapping, NpgsqlConnection connection, VerifyTally tally, CancellationToken cancellationToken)
    {
        var check = new SuspectCheck(OrgOf(mapping.Mapped), _progress, options, timeProvider);
        for (var last = ""; ;)
        {
            var sfids = await TableWindows.ReadSuspectsAsync(connection, last, SuspectCheck.MostIds, cancellationToken);
            if (sfids.Count == 0)
                return true;
            if (MustStop(mapping, tally))
                return false;
            await check.RunAsync(mapping, connection, sfids, tally, cancellationToken);
            last = sfids[^1];
        }
    }

    private bool MustStop(LiveMapping mapping, VerifyTally tally)
    {
        var name = tally.Report.ObjectName;
        if (!mapping.HasCallsFor(CallKind.Verify))
        {
            tally.Change(report => report with
            {
                Remark = $"{name}: stopped, because too few of the API calls are left that it or the connection may use in 24 hours; "
                    + "the next run goes on where this one stopped.",
            });
            return true;
        }

        if (salesforce.Usage is { } usage && usage.Allowed - usage.Used < usage.Allowed * options.Verify.AllowanceLeft)
        {
            tally.Change(report => report with
            {
                Remark = $"{name}: stopped, because {usage.Used} of the org's {usage.Allowed} API calls of a day are used; "
                    + "the next run goes on where this one stopped.",
            });
            return true;
        }

        if (!HasTooMany(tally))
            return false;
        tally.Change(report => report with
        {
            Remark = $"{name}: stopped at {report.Differences} differences; so many are no gap. Reload the mapping.",
        });
        return true;
    }

    private bool HasTooMany(VerifyTally tally) => tally.Report.Differences >= options.Verify.MostDifferences;

    [LoggerMessage(LogLevel.Information, "Verifying {ObjectName} by its {Level}; goes on with an earlier run: {GoesOn}")]
    private partial void LogBegun(string objectName, VerifyLevel level, bool goesOn);

    [LoggerMessage(
        LogLevel.Information, "Verified {ObjectName}: {Differences} differences, {Repaired} repaired, {ApiCalls} API calls; {Remark}")]
    private partial void LogEnded(string objectName, long differences, long repaired, long apiCalls, string remark);

    [LoggerMessage(LogLevel.Information, "A window of {ObjectName} is read again")]
    private partial void LogAgain(Exception exception, string objectName);
}
