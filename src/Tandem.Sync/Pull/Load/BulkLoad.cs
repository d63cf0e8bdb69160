using Npgsql;
using Tandem.Postgres;
using Tandem.Salesforce;
using Tandem.Salesforce.Bulk;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Pull.Load;

/// <summary>
/// Copies all result pages of a query job into a table that holds none of its records yet, several at once and in any order, each on a
/// connection of its own and in one transaction with its row in the <see cref="PageLedger"/>. After a crash the pages that are not in
/// the ledger are read; doing it twice does nothing. When a page fails no other is begun, and those under way are finished.
/// </summary>
internal sealed class BulkLoad(SalesforceClient salesforce, PageLedger ledger, PageSlots slots, SyncOptions options)
{
    /// <param name="connection">Names the database; pages open others like it.</param>
    public async Task RunAsync(
        MappedObject mapped, NpgsqlConnection connection, string jobId, LoadTally tally, CancellationToken cancellationToken)
    {
        var loaded = await ledger.ReadAsync(connection, mapped.Name, cancellationToken);
        var first = await salesforce.BulkQuery.ListPagesAsync(jobId, path: null, cancellationToken);
        if (loaded.Values.Any(page => page.IsListed != first is not null))
        {
            throw new SalesforceException(
                SalesforceErrorCodes.InvalidJob,
                $"The org lists the result pages of {mapped.Name} in another way than when its load began; the load begins anew.");
        }

        var places = new PagePlaces(loaded, isListed: first is not null);
        var listing = ListAsync(jobId, first, places, cancellationToken);
        var workers = Enumerable.Range(0, Math.Max(1, options.ParallelPages))
            .Select(_ => WorkAsync(mapped, connection, jobId, places, tally, cancellationToken));
        await Task.WhenAll([listing, .. workers]);
    }

    private async Task ListAsync(string jobId, BulkPageList? list, PagePlaces places, CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (list is null)
        {
            places.Follow(null, isFirst: true);
            return;
        }

        try
        {
            while (!places.IsClosed)
            {
                foreach (var locator in list.Locators)
                    places.Offer(locator);
                if (list.NextPath is not { } next)
                    break;
                list = await salesforce.BulkQuery.ListPagesAsync(jobId, next, cancellationToken)
                    ?? throw new SalesforceException(
                        SalesforceErrorCodes.InvalidJob, $"The org no longer lists the result pages of the query job {jobId}.");
            }
        }
        finally
        {
            places.Close();
        }
    }

    private async Task WorkAsync(
        MappedObject mapped,
        NpgsqlConnection connection,
        string jobId,
        PagePlaces places,
        LoadTally tally,
        CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            NpgsqlConnection? own = null;
            try
            {
                while (await places.TakeAsync(cancellationToken) is { } locator)
                {
                    if (own is null)
                    {
                        own = (NpgsqlConnection)((ICloneable)connection).Clone();
                        await own.OpenAsync(cancellationToken);
                    }

                    using (await slots.EnterAsync(cancellationToken))
                        await LoadPageAsync(mapped, own, jobId, locator, places, tally, cancellationToken);
                }
            }
            finally
            {
                if (own is not null)
                    await own.DisposeAsync();
            }
        }
        catch
        {
            places.Close(isFailed: true);
            throw;
        }
    }

    private async Task LoadPageAsync(
        MappedObject mapped,
        NpgsqlConnection connection,
        string jobId,
        string locator,
        PagePlaces places,
        LoadTally tally,
        CancellationToken cancellationToken)
    {
        await using var page = await salesforce.BulkQuery.OpenResultsAsync(
            jobId, locator.Length == 0 ? null : locator, places.IsListed ? null : options.LoadPageRecords, cancellationToken);
        if (!places.IsListed)
            places.Follow(page.NextLocator, isFirst: false);

        var counted = 0L;
        try
        {
            await using var transaction = await SyncSession.BeginAsync(connection, cancellationToken);
            await LetCommitReturnEarlyAsync(connection, cancellationToken);
            var rows = await PageCopy.RunAsync(mapped, connection, page, Count, cancellationToken);
            Failpoints.Reach("load.page.copied");
            var note = new LoadedPage { Locator = locator, NextLocator = page.NextLocator, IsListed = places.IsListed, Rows = rows };
            await ledger.NoteAsync(connection, mapped.Name, note, cancellationToken);
            Failpoints.Reach("load.page.noted");
            await transaction.CommitAsync(cancellationToken);
        }
        catch
        {
            tally.Add(-counted);
            throw;
        }

        Failpoints.Reach("load.page.committed");

        void Count(int rows)
        {
            counted += rows;
            tally.Add(rows);
        }
    }

    /// <summary>
    /// A server that crashes may then forget the last pages, each together with its note, and the next start loads them again. The
    /// commits that end the load wait for the disk as usual, and with it for all that came before.
    /// </summary>
    private static async Task LetCommitReturnEarlyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("set local synchronous_commit = off", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
