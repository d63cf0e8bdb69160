using Npgsql;
using NpgsqlTypes;
using Tandem.Postgres.ChangeLog;

namespace Tandem.Postgres.Conflicts;

/// <summary>
/// The table <c>tandem.conflicts</c>: what the one side lost because the other won. Written in the transaction that decides, so that no
/// value is overwritten without standing there; noting a conflict twice changes nothing.
/// </summary>
public sealed class ConflictLog(string schema)
{
    /// <summary>The newest first.</summary>
    /// <param name="before">The lowest id of the page before; null for the first page.</param>
    /// <param name="table">Null for all.</param>
    public async Task<IReadOnlyList<NotedConflict>> ListAsync(
        NpgsqlConnection connection, long? before, string? table, int limit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlText.Read("Conflicts/list_conflicts.sql"), connection);
        command.Parameters.AddValues(schema, before ?? long.MaxValue);
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = table });
        command.Parameters.AddValues(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var conflicts = new List<NotedConflict>();
        while (await reader.ReadAsync(cancellationToken))
        {
            conflicts.Add(new NotedConflict
            {
                Id = reader.GetInt64(0),
                Table = reader.GetString(1),
                Sfid = reader.GetString(2),
                Column = reader.GetTextOrNull(3),
                LocalValue = reader.GetTextOrNull(4),
                SalesforceValue = reader.GetTextOrNull(5),
                SalesforceWins = reader.GetString(6) == "salesforce",
                DecidedAt = reader.GetFieldValue<DateTimeOffset>(7),
            });
        }

        return conflicts;
    }

    /// <summary>By table; one that has none is left out. Reads an index of every conflict that is kept: not for each request.</summary>
    public async Task<IReadOnlyDictionary<string, ConflictCount>> CountAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlText.Read("Conflicts/count_conflicts.sql"), connection);
        command.Parameters.AddValues(schema, TimeSpan.FromDays(1));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var counts = new Dictionary<string, ConflictCount>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
            counts.Add(reader.GetString(0), new ConflictCount(LastDay: reader.GetInt64(2), Kept: reader.GetInt64(1)));
        return counts;
    }

    /// <summary>Deletes conflicts that were noted longer than <paramref name="age"/> ago.</summary>
    /// <returns>How many; fewer than the limit means that none is left.</returns>
    public async Task<int> PurgeAsync(NpgsqlConnection connection, TimeSpan age, int limit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlText.Read("Conflicts/purge_conflicts.sql"), connection);
        command.Parameters.AddValues(schema, age, limit);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    internal static string Word(ConflictPolicy policy) => policy switch
    {
        ConflictPolicy.Local => "local",
        ConflictPolicy.Salesforce => "salesforce",
        ConflictPolicy.Newest => "newest",
        _ => throw new InvalidOperationException($"There is no conflict policy {policy}."),
    };

    internal async Task AddAsync(
        NpgsqlConnection connection, string table, IReadOnlyList<Conflict> conflicts, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlText.Read("Conflicts/add_conflicts.sql"), connection);
        command.Parameters.AddValues(
            schema,
            table,
            conflicts.Select(conflict => conflict.Sfid).ToArray(),
            conflicts.Select(conflict => conflict.RecordId).ToArray(),
            conflicts.Select(conflict => conflict.Column).ToArray(),
            conflicts.Select(conflict => conflict.LocalValue).ToArray(),
            conflicts.Select(conflict => conflict.SalesforceValue).ToArray(),
            conflicts.Select(conflict => conflict.BaseValue).ToArray(),
            conflicts.Select(conflict => conflict.SalesforceWins ? "salesforce" : "local").ToArray(),
            conflicts.Select(conflict => Word(conflict.Policy)).ToArray(),
            conflicts.Select(conflict => conflict.Change.Value).ToArray(),
            conflicts.Select(conflict => conflict.ChangedAt).ToArray());
        command.Parameters.Add(new NpgsqlParameter
        {
            Value = conflicts.Select(conflict => conflict.Stamp).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Timestamp,
        });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Of conflicts that were noted before, whether Salesforce won.</summary>
    internal async Task<IReadOnlyDictionary<ConflictKey, bool>> ReadVerdictsAsync(
        NpgsqlConnection connection, IReadOnlyCollection<ChangeId> changes, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlText.Read("Conflicts/read_verdicts.sql"), connection);
        command.Parameters.AddValues(schema, changes.Select(change => change.Value).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var verdicts = new Dictionary<ConflictKey, bool>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var key = new ConflictKey(
                new ChangeId(reader.GetInt32(0)), reader.GetDateTime(1), reader.GetString(2), reader.GetTextOrNull(3));
            verdicts[key] = reader.GetBoolean(4);
        }

        return verdicts;
    }
}
