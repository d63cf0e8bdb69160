using System.Data.Common;
using Npgsql;
using Tandem.Postgres.ChangeLog;
using Tandem.Postgres.Conflicts;
using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Load;

/// <summary>Locks what is queued of some rows and takes values out of it. The rows are locked by the caller.</summary>
internal sealed class QueuedEntries(TableDefinition table)
{
    private static readonly Dictionary<string, string?> None = [];

    /// <summary>Reads id, state, action and values, from this column on.</summary>
    public static QueuedEntry Read(DbDataReader reader, int ordinal) => new()
    {
        Id = new ChangeId(reader.GetInt32(ordinal)),
        IsClaimed = reader.GetString(ordinal + 1) == "PENDING",
        IsInsert = reader.GetTextOrNull(ordinal + 2) == "INSERT",
        Values = HstoreText.Parse(reader.GetTextOrNull(ordinal + 3) ?? "") ?? None,
    };

    /// <summary>By local id, in the order of capture.</summary>
    public async Task<ILookup<int, QueuedEntry>> LockAsync(
        NpgsqlConnection connection, int[] records, CancellationToken cancellationToken)
    {
        await using (var wake = new NpgsqlCommand(SqlText.Read("Conflicts/keep_awake.sql"), connection))
        {
            wake.Parameters.AddValues(ReservedNames.LogChannel(table.Schema));
            await wake.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var command = new NpgsqlCommand(SqlText.InSchema("Conflicts/lock_queued.sql", table.Schema), connection);
        command.Parameters.AddValues(table.Name, records);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var entries = new List<(int Record, QueuedEntry Entry)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            entries.Add((reader.GetInt32(0), Read(reader, 1)));
        }

        return entries.ToLookup(pair => pair.Record, pair => pair.Entry);
    }

    /// <param name="yields">Entries with what is left of their values; null ends the entry, and the message says why.</param>
    public async Task YieldAsync(
        NpgsqlConnection connection,
        IReadOnlyList<(ChangeId Change, string? Left, string? Message)> yields,
        CancellationToken cancellationToken)
    {
        if (yields.Count == 0)
        {
            return;
        }

        await using var command = new NpgsqlCommand(SqlText.InSchema("Conflicts/yield_changes.sql", table.Schema), connection);
        command.Parameters.AddValues(
            yields.Select(item => item.Change.Value).ToArray(),
            yields.Select(item => item.Left).ToArray(),
            yields.Select(item => item.Message).ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
