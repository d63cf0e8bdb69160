using System.Data;
using Npgsql;

namespace Tandem.Postgres;

/// <summary>
/// Begins the transactions in which we write synced tables. They carry the mark that the capture triggers look for, so that our own
/// writes are never captured as a user's; the mark ends with the transaction, which makes pooled connections safe.
/// </summary>
public static class SyncSession
{
    // What we ask for are a few thousand rows that an index finds and that were mostly touched just now. The default price of such a page
    // is that of a turning disk, for which the planner would rather read a whole log or sort a whole queue. PostgreSQL keeps what a merge
    // wrote for the capture triggers, though they do not look at our rows: with the usual four megabytes on disk. More is left as it is.
    private const string Begin = """
        set local xmlbinary = 'hex';
        set local random_page_cost = 1.1;
        select set_config('work_mem', '32MB', true) where pg_size_bytes(current_setting('work_mem')) < pg_size_bytes('32MB')
        """;

    /// <summary>READ COMMITTED, because a merge relies on each statement seeing what was committed before it began.</summary>
    public static async Task<NpgsqlTransaction> BeginAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand(Begin, connection, transaction);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return transaction;
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    internal static InvalidOperationException NotBegun(string work) => new(
        $"{work} needs a transaction begun by {nameof(SyncSession)}; in this one the capture triggers would take our rows for a user's.");
}
