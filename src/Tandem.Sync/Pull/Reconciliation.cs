using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Postgres.Tables;
using Tandem.Salesforce;
using Tandem.Salesforce.Soql;
using Tandem.Sync.Faults;
using Tandem.Sync.Running.Allowance;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Pull;

/// <summary>
/// Compares the ids of both sides, streamed in their order and never held: finds what neither a stamp nor the delete log tells, such as
/// deletes older than the log, and records that a change of sharing took from the integration user's view or brought into it. Each row is
/// looked for in the org before it goes, archived records included; when so much is missing that lost permissions are likelier, nothing
/// goes. How far it came is stored now and then, so that a crash costs little; doing a part twice is harmless.
/// Source: salesforce-api.md, section 10.
/// </summary>
public sealed partial class Reconciliation : IPullPass
{
    private const int Chunk = 1_000;
    private const int IdsBetweenSaves = 50_000;

    private readonly SalesforceClient _salesforce;
    private readonly ProgressTable _progressTable;
    private readonly PollOptions _options;
    private readonly ILogger _logger;
    private readonly PollWriter _writer;
    private readonly RowRemoval _removal;

    public Reconciliation(SalesforceClient salesforce, ProgressTable progressTable, PollOptions options, ILogger<Reconciliation> logger)
    {
        _salesforce = salesforce;
        _progressTable = progressTable;
        _options = options;
        _logger = logger;
        _writer = new PollWriter(progressTable, options);
        _removal = new RowRemoval(salesforce);
    }

    /// <summary>At its interval, when it was cut off, and when a delete log fell short or was never complete.</summary>
    public CallKind Kind => CallKind.Deletes;

    public bool IsDue(MappedObject mapped, Progress progress)
    {
        if (progress.Poll is not { } marks)
            return false;
        if (marks.IsReconcileAsked || marks.ReconcileStartedAt is not null || (progress.IsMerge && marks.ReconciledAt is null))
            return true;
        return _options.ReconcileInterval > TimeSpan.Zero && _salesforce.OrgNow is { } now
            && now.UtcDateTime - (marks.ReconciledAt ?? progress.JobStartedAt) >= _options.ReconcileInterval;
    }

    public async Task<PassOutcome> RunAsync(PullTurn turn, CancellationToken cancellationToken)
    {
        var marks = turn.Progress.Poll
            ?? await _progressTable.Marks.ReadAsync(await turn.ConnectAsync(cancellationToken), turn.Mapped.Name, cancellationToken);
        marks = marks with { ReconcileStartedAt = marks.ReconcileStartedAt ?? _salesforce.OrgNow?.UtcDateTime };
        turn = turn with { Progress = turn.Progress with { Poll = marks } };
        var after = marks.ReconciledTo ?? "";
        var soql = ChangeQuery.LiveIds(turn.Mapped, after);
        QueryPage? page = null;
        await turn.WaitApartAsync(
            async token => page = await OrgOf(turn).Soql.FirstPageAsync(soql, turn.Mapped.HasRecycleBin, token), cancellationToken);
        var first = page ?? throw new InvalidOperationException($"The ids of {turn.Mapped.Name} were not asked for.");
        var most = await FindMostAsync(turn, after.Length == 0 ? first.TotalSize : null, cancellationToken);

        // The table is read on a session of its own, for the turn's one writes meanwhile.
        await using var session = (NpgsqlConnection)((ICloneable)await turn.ConnectAsync(cancellationToken)).Clone();
        await session.OpenAsync(cancellationToken);
        var table = new TableReader(turn.Mapped.Table);
        await using var rows = table.ReadSfidsAsync(session, after, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var run = new ReconciliationRun(turn, most);
        var hasRow = await rows.MoveNextAsync();
        var (last, unsaved) = (after, 0);
        var reader = new IdReader(OrgOf(turn), _options);
        await foreach (var ids in reader.ReadAsync(soql, stampField: null, turn.Mapped.HasRecycleBin, first, cancellationToken))
        {
            foreach (var (id, _) in ids)
            {
                last = Follow(turn.Mapped, last, id);
                for (; hasRow && string.CompareOrdinal(rows.Current, id) < 0; hasRow = await rows.MoveNextAsync())
                    await AddAsync(run, run.Gone, rows.Current, cancellationToken);
                if (hasRow && rows.Current == id)
                    hasRow = await rows.MoveNextAsync();
                else
                    await AddAsync(run, run.Missing, id, cancellationToken);
            }

            unsaved += ids.Count;
            if (unsaved < IdsBetweenSaves)
                continue;
            unsaved = 0;
            await SettleAsync(run, cancellationToken);
            marks = marks with { ReconciledTo = last };
            var connection = await turn.ConnectAsync(cancellationToken);
            await _progressTable.Marks.SaveAsync(connection, turn.Progress.ObjectName, marks, cancellationToken);
            Failpoints.Reach("reconcile.part");
        }

        for (; hasRow; hasRow = await rows.MoveNextAsync())
            await AddAsync(run, run.Gone, rows.Current, cancellationToken);
        await SettleAsync(run, cancellationToken);
        return await FinishAsync(run, marks, cancellationToken);
    }

    private async Task<PassOutcome> FinishAsync(ReconciliationRun run, PollMarks marks, CancellationToken cancellationToken)
    {
        var turn = run.Turn;
        marks = marks with
        {
            ReconciledAt = _salesforce.OrgNow?.UtcDateTime,
            ReconcileStartedAt = null,
            ReconciledTo = null,
            IsReconcileAsked = false,
        };
        var progress = turn.Progress with { Poll = marks };
        await _writer.SaveAsync(turn, new Progress { ObjectName = progress.ObjectName }, progress, true, cancellationToken);
        Failpoints.Reach("reconcile.done");
        LogReconciled(turn.Mapped.Name, run.Removed, run.Added);
        return new PassOutcome(progress, run.Removed + run.Added);
    }

    /// <summary>How many rows may go; throws at once when the org shows so few records that more would.</summary>
    /// <param name="records">All that the org shows; null when only a part was asked for.</param>
    private async Task<long> FindMostAsync(PullTurn turn, int? records, CancellationToken cancellationToken)
    {
        var connection = await turn.ConnectAsync(cancellationToken);
        var rows = await new TableReader(turn.Mapped.Table).CountRecordsAsync(connection, cancellationToken);
        var most = Math.Max(_options.ReconcileRows, (long)(rows * _options.ReconcileShare));
        if (records is null || rows - records <= most)
            return most;
        throw new RowsVanishedException(
            $"{turn.Mapped.Name}: the org shows {records} records where {turn.Mapped.Table.Schema}.{turn.Mapped.Table.Name} has {rows} "
            + "rows; no row was removed. Check that the integration user still sees all records, or raise the share that a reconciliation "
            + "may remove.");
    }

    /// <summary>A result out of order would make rows look gone that are not.</summary>
    private static string Follow(MappedObject mapped, string last, string id) => string.CompareOrdinal(last, id) < 0
        ? id
        : throw new SalesforceException(
            SalesforceErrorCodes.UnexpectedAnswer, $"Salesforce answered the ids of {mapped.Name} in another order than asked for.");

    private async Task AddAsync(ReconciliationRun run, List<string> list, string id, CancellationToken cancellationToken)
    {
        list.Add(id);
        if (list.Count >= Chunk)
            await SettleAsync(run, cancellationToken);
    }

    private async Task SettleAsync(ReconciliationRun run, CancellationToken cancellationToken)
    {
        if (run.Gone.Count > 0)
            run.Removed += (await _removal.RemoveAsync(run.Turn, run.Gone, run.Most - run.Removed, cancellationToken)).Removed;
        run.Gone.Clear();
        if (run.Missing.Count > 0)
            run.Added += await FetchAsync(run.Turn, run.Missing, cancellationToken);
        run.Missing.Clear();
    }

    private SalesforceClient OrgOf(PullTurn turn) => _salesforce.For(turn.Mapped.Name, Kind);

    private async Task<int> FetchAsync(PullTurn turn, List<string> ids, CancellationToken cancellationToken)
    {
        long read;
        using (await turn.EnterGateAsync(cancellationToken))
            read = turn.Gate.BeginRead();
        var reader = new ChangeReader(turn.Mapped, seenTo: null);
        var query = ChangeQuery.LiveAmong(turn.Mapped, ids, turn.Mapped.SelectList);
        using var batch = new PollBatch();
        await foreach (var page in OrgOf(turn).Soql.QueryAsync(query, turn.Mapped.HasRecycleBin, cancellationToken))
        {
            using (page)
            {
                foreach (var record in page.Records)
                    reader.Read(record, batch);
            }
        }

        var (_, added) = await _writer.ApplyAsync(turn, turn.Progress, read, batch, cancellationToken);
        return added;
    }

    [LoggerMessage(LogLevel.Information, "Compared the ids of {ObjectName}: {Removed} rows removed, {Added} brought")]
    private partial void LogReconciled(string objectName, int removed, int added);
}
