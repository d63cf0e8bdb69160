using Npgsql;
using Tandem.Postgres;
using Tandem.Postgres.Load;
using Tandem.Salesforce;
using Tandem.Salesforce.Soql;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;
using Tandem.Sync.Running.Allowance;
using Tandem.Sync.Schema;
using Tandem.Sync.States;

namespace Tandem.Sync.Pull;

/// <summary>
/// Brings a table that is in use to another shape: a reload, another filter, or the values of added columns. Readers never see it
/// empty, ids and the user's own columns stay, and so do rows with a queued change. It works for as long as it may and is called
/// again, so that polls go on between; each batch commits, and a crash costs the page under way.
/// </summary>
/// <remarks>
/// The org is read as it was at one moment, while polls bring what happens after it. A record that was deleted meanwhile may come back
/// with a page that was read before. Hence the end puts the cursor and the delete log's place back to where they stood when the reading
/// began: the next poll reads everything since once more, and what is as it should be is not written. Source: architecture.md, promise 5.
/// </remarks>
public sealed class RefreshPass(SalesforceClient salesforce, RefreshTable refreshes, ProgressTable progressTable, SyncOptions options)
{
    /// <summary>Keeps the address of a query below its limit (salesforce-api.md, section 4).</summary>
    private const int QueryIds = 300;

    private const int RetrieveIds = 2_000;

    /// <returns>Null when there is nothing to do to the table, or nothing that this model can do.</returns>
    public async Task<Refresh?> FindNextAsync(MappedObject mapped, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var refresh = await refreshes.FindNextAsync(connection, mapped.Name, cancellationToken);
        var isOfThisModel = refresh is not null
            && refresh.Filter == mapped.Mapping.Filter
            && refresh.Columns.All(column => mapped.Columns.Contains(column, StringComparer.Ordinal));
        return isOfThisModel ? refresh : null;
    }

    /// <summary>Works until the refresh is done or the time is up.</summary>
    /// <returns>The progress, and the refresh as far as it has come; null when it is done.</returns>
    public async Task<(Progress Progress, Refresh? Left)> RunAsync(
        PullTurn turn, Refresh refresh, Func<bool> isTimeUp, CancellationToken cancellationToken)
    {
        var mapped = turn.Mapped;
        try
        {
            if (refresh.ReadFrom is null)
                refresh = await BeginAsync(mapped, await turn.ConnectAsync(cancellationToken), turn.Progress, refresh, cancellationToken);
            do
            {
                var before = refresh;
                (refresh, var isDone) = refresh.Step switch
                {
                    RefreshStep.Read => await ReadAsync(turn, refresh, isTimeUp, cancellationToken),
                    RefreshStep.Fetch => await FetchAsync(turn, refresh, cancellationToken),
                    RefreshStep.Remove => await RemoveAsync(turn, refresh, cancellationToken),
                    _ => throw new InvalidOperationException($"There is no step {refresh.Step}."),
                };
                if (isDone)
                    return (await EndAsync(turn, before, cancellationToken), null);
            }
            while (!isTimeUp());

            return (turn.Progress, refresh);
        }
        catch (SalesforceException exception) when (AreResultsGone(exception))
        {
            await RefreshTable.ForgetSeenAsync(await turn.ConnectAsync(cancellationToken), refresh, cancellationToken);
            await RefreshTable.SaveAsync(await turn.ConnectAsync(cancellationToken), refresh.Again(), cancellationToken);
            throw new SalesforceException(
                "INVALIDJOB", $"The org no longer has the results of a query of {mapped.Name}; the reading begins anew.", exception);
        }
    }

    private SalesforceClient OrgOf(MappedObject mapped) => salesforce.For(mapped.Name, CallKind.Load);

    private static bool AreResultsGone(SalesforceException exception) =>
        exception.Code == SalesforceErrorCodes.NotFound || FaultPolicy.Judge(exception).Action == FaultAction.Restart;

    private async Task<Refresh> BeginAsync(
        MappedObject mapped, NpgsqlConnection connection, Progress progress, Refresh refresh, CancellationToken cancellationToken)
    {
        var reading = Reading(mapped, refresh);
        var total = await OrgOf(mapped).Soql.CountAsync(mapped.Select("COUNT()", null), cancellationToken);
        var job = total > options.RefreshByKeyRecords
            ? await OrgOf(mapped).BulkQuery.CreateAsync(reading.Select(), includeDeleted: false, cancellationToken)
            : null;
        refresh = refresh.Again() with { JobId = job?.Id, ReadFrom = progress.CursorStamp, RowsTotal = total };
        await RefreshTable.ForgetSeenAsync(connection, refresh, cancellationToken);
        await RefreshTable.SaveAsync(connection, refresh, cancellationToken);
        Failpoints.Reach("refresh.begun");
        return refresh;
    }

    /// <summary>The fields that a refresh asks for: all of a reload, the ids of another filter, the added ones of a back-fill.</summary>
    private static MappedObject Reading(MappedObject mapped, Refresh refresh) => refresh.Kind switch
    {
        RefreshKind.Reload => mapped,
        RefreshKind.Refilter => mapped with { Fields = [mapped.Fields[^1]] },
        _ => mapped with
        {
            Fields =
            [
                .. mapped.Fields.Where(field => field.Column.Name is ReservedNames.Sfid or ReservedNames.SystemModstamp
                    || refresh.Columns.Contains(field.Column.Name, StringComparer.Ordinal)),
            ],
        },
    };

    private async Task<(Refresh Refresh, bool IsDone)> ReadAsync(
        PullTurn turn, Refresh refresh, Func<bool> isTimeUp, CancellationToken cancellationToken)
    {
        if (refresh.JobId is { } jobId)
            await turn.WaitApartAsync(token => OrgOf(turn.Mapped).BulkQuery.WaitAsync(jobId, token), cancellationToken);
        var reading = Reading(turn.Mapped, refresh);
        var filler = new TableFiller(turn.Mapped.Table);
        var rows = refresh.RowsDone;
        var source = new RefreshRead(OrgOf(turn.Mapped), reading, options);
        await foreach (var batch in source.ReadAsync(refresh.JobId, refresh.Place, cancellationToken))
        {
            rows += batch.Sfids.Count;
            var isRead = batch.IsLast;
            refresh = batch.EndsPage ? refresh with { Place = batch.NextPlace, RowsDone = rows } : refresh;
            if (isRead && refresh.Kind != RefreshKind.Backfill)
            {
                var next = refresh.Kind == RefreshKind.Refilter ? RefreshStep.Fetch : RefreshStep.Remove;
                refresh = refresh with { Place = null, Step = next };
            }

            await CommitAsync(turn, reading, filler, refresh, batch, cancellationToken);
            Failpoints.Reach("refresh.batch.committed");
            if (isRead)
                return (refresh, refresh.Kind == RefreshKind.Backfill);
            if (batch.EndsPage && isTimeUp())
                break;
        }

        return (refresh, false);
    }

    private static async Task CommitAsync(
        PullTurn turn, MappedObject reading, TableFiller filler, Refresh refresh, RefreshBatch batch, CancellationToken cancellationToken)
    {
        using (await turn.EnterGateAsync(cancellationToken))
        {
            var connection = await turn.ConnectAsync(cancellationToken);
            await using var transaction = await SyncSession.BeginAsync(connection, cancellationToken);
            if (refresh.Kind == RefreshKind.Reload)
                await turn.Mapped.Merger.MergeAsync(connection, transaction, reading.Columns, batch.Rows, cancellationToken);
            else if (refresh.Kind == RefreshKind.Backfill)
                await filler.FillAsync(connection, transaction, reading.Columns, batch.Rows, cancellationToken);
            await new ReadErrors(reading.Table.Schema).SaveAsync(connection, reading.Name, batch.Held, cancellationToken);
            Failpoints.Reach("refresh.batch.written");
            if (refresh.Kind != RefreshKind.Backfill)
                await SeenRecords.AddAsync(connection, refresh.Id, batch.Sfids, cancellationToken);
            if (batch.EndsPage)
                await RefreshTable.SaveAsync(connection, refresh, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
    }

    /// <summary>Loads records that meet the new filter and have no row; too many of them are a reload's work.</summary>
    private async Task<(Refresh Refresh, bool IsDone)> FetchAsync(PullTurn turn, Refresh refresh, CancellationToken cancellationToken)
    {
        var (mapped, connection) = (turn.Mapped, await turn.ConnectAsync(cancellationToken));
        var seen = new SeenRecords(mapped.Table, refresh.Id);
        if (refresh.Place is null && await seen.CountMissingAsync(connection, cancellationToken) > options.RefreshFetchRecords)
        {
            await refreshes.AskAsync(
                connection, mapped.Name, RefreshKind.Reload, new TableContent(mapped.Columns, refresh.Filter), cancellationToken);
            var reload = await refreshes.FindNextAsync(connection, mapped.Name, cancellationToken)
                ?? throw new InvalidOperationException($"The reload of {mapped.Name} was not stored.");
            return (await BeginAsync(mapped, connection, turn.Progress, reload, cancellationToken), false);
        }

        var missing = await seen.FindMissingAsync(connection, refresh.Place, RetrieveIds, cancellationToken);
        refresh = missing.Count == 0
            ? refresh with { Step = RefreshStep.Remove, Place = null }
            : refresh with { Place = missing[^1] };
        using var rows = new CopyRows();
        var encoder = new RowEncoder(mapped);
        if (missing.Count > 0)
        {
            using var found = await OrgOf(mapped).Records.RetrieveAsync(
                mapped.Name,
                [.. missing.Select(SalesforceId.Parse)],
                [.. mapped.Fields.Select(field => field.Description.Name)],
                cancellationToken);
            foreach (var record in found.Records)
            {
                if (record is { } present)
                    encoder.Encode(present, rows);
            }
        }

        using (await turn.EnterGateAsync(cancellationToken))
        {
            connection = await turn.ConnectAsync(cancellationToken);
            await using var transaction = await SyncSession.BeginAsync(connection, cancellationToken);
            await mapped.Merger.MergeAsync(connection, transaction, mapped.Columns, rows, cancellationToken);
            await new ReadErrors(mapped.Table.Schema).SaveAsync(connection, mapped.Name, encoder.Held, cancellationToken);
            await RefreshTable.SaveAsync(connection, refresh, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        Failpoints.Reach("refresh.fetched");
        return (refresh, false);
    }

    /// <summary>Removes rows that the reading did not see, once the org has said again that it does not have them.</summary>
    private async Task<(Refresh Refresh, bool IsDone)> RemoveAsync(PullTurn turn, Refresh refresh, CancellationToken cancellationToken)
    {
        var (mapped, connection) = (turn.Mapped, await turn.ConnectAsync(cancellationToken));
        var readFrom = refresh.ReadFrom ?? throw new InvalidOperationException($"The refresh of {mapped.Name} has no beginning.");
        var surplus = await new SeenRecords(mapped.Table, refresh.Id)
            .FindSurplusAsync(connection, refresh.Place, readFrom, QueryIds, cancellationToken);
        if (surplus.Count == 0)
            return (refresh, true);
        using (await turn.EnterGateAsync(cancellationToken))
        {
            var present = await FindPresentAsync(mapped, surplus, cancellationToken);
            connection = await turn.ConnectAsync(cancellationToken);
            await using var transaction = await SyncSession.BeginAsync(connection, cancellationToken);
            await mapped.Merger.DeleteAsync(connection, transaction, [.. surplus.Where(id => !present.Contains(id))], cancellationToken);
            refresh = refresh with { Place = surplus[^1] };
            await RefreshTable.SaveAsync(connection, refresh, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        Failpoints.Reach("refresh.removed");
        return (refresh, false);
    }

    private async Task<HashSet<string>> FindPresentAsync(
        MappedObject mapped, IReadOnlyList<string> sfids, CancellationToken cancellationToken)
    {
        var present = new HashSet<string>(StringComparer.Ordinal);
        var query = mapped.Select("Id", $"Id IN ({string.Join(',', sfids.Select(SoqlText.Literal))})");
        await foreach (var page in OrgOf(mapped).Soql.QueryAsync(query, includeDeleted: false, cancellationToken))
        {
            using (page)
                present.UnionWith(page.Records.Select(record => record.GetProperty("Id").GetString() ?? ""));
        }

        return present;
    }

    private async Task<Progress> EndAsync(PullTurn turn, Refresh refresh, CancellationToken cancellationToken)
    {
        var (mapped, connection) = (turn.Mapped, await turn.ConnectAsync(cancellationToken));
        var content = await refreshes.ReadContentAsync(connection, mapped.Name, cancellationToken);
        var progress = turn.Progress.MoveTo(MappingState.DataSynced) with
        {
            CursorStamp = Earlier(turn.Progress.CursorStamp, refresh.ReadFrom),
            DeletesCoveredTo = Earlier(turn.Progress.DeletesCoveredTo, refresh.ReadFrom),
        };
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var known = content?.Columns ?? [];
        await refreshes.SaveContentAsync(
            connection,
            mapped.Name,
            new TableContent(
                refresh.Kind == RefreshKind.Refilter ? known : [.. known.Union(refresh.Columns, StringComparer.Ordinal)],
                refresh.Kind == RefreshKind.Backfill ? content?.Filter : refresh.Filter),
            cancellationToken);
        await refreshes.EndAsync(
            connection,
            mapped.Name,
            refresh.Kind == RefreshKind.Reload ? Enum.GetValues<RefreshKind>() : [refresh.Kind],
            cancellationToken);
        await progressTable.SaveAsync(connection, progress, cancellationToken);
        Failpoints.Reach("refresh.ending");
        await transaction.CommitAsync(cancellationToken);
        Failpoints.Reach("refresh.ended");
        return progress;
    }

    private static DateTime? Earlier(DateTime? one, DateTime? other) => one is null || other < one ? other : one;
}
