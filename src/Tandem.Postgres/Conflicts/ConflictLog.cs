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
