using System.Text.Json;
using Npgsql;
using Tandem.Postgres;

namespace Tandem.Sync.Activity;

/// <summary>
/// What happened in the connection of a schema, in <c>tandem.activity</c>: for people to look at, never read by the sync. Kept small by
/// <see cref="PurgeAsync"/>.
/// </summary>
public sealed class ActivityTable(string schema)
{
    private const int MostEntries = 10_000;

    private static readonly TimeSpan Age = TimeSpan.FromDays(31);

    /// <summary>Within the connection's open transaction, or at once when there is none.</summary>
    public async Task AddAsync(NpgsqlConnection connection, ActivityEntry entry, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Activity/add_activity.sql"), connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = entry.ObjectName });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Word(entry.Kind) });
        command.Parameters.Add(new NpgsqlParameter<long?> { TypedValue = entry.Rows });
        command.Parameters.Add(new NpgsqlParameter<double?> { TypedValue = entry.Seconds });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = entry.Succeeded });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = entry.Sentence });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The newest first.</summary>
    /// <param name="before">The lowest id of the page before; null for the first page.</param>
    /// <param name="objectName">Null for all.</param>
    public async Task<IReadOnlyList<ActivityEntry>> ListAsync(
        NpgsqlConnection connection, long? before, string? objectName, int limit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Activity/list_activity.sql"), connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = before ?? long.MaxValue });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = objectName });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var entries = new List<ActivityEntry>();
        while (await reader.ReadAsync(cancellationToken))
        {
            entries.Add(new ActivityEntry
            {
                Id = reader.GetInt64(0),
                HappenedAt = reader.GetFieldValue<DateTimeOffset>(1),
                Kind = Parse(reader.GetString(2)),
                ObjectName = reader.GetTextOrNull(3),
                Rows = reader.GetFieldValue<long?>(4),
                Seconds = reader.GetFieldValue<double?>(5),
                Succeeded = reader.GetBoolean(6),
                Sentence = reader.GetTextOrNull(7),
            });
        }

        return entries;
    }

    /// <summary>Deletes what is too old, and all but the newest.</summary>
    /// <returns>How many; fewer than the limit means that none is left.</returns>
    public async Task<int> PurgeAsync(NpgsqlConnection connection, int limit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Activity/purge_activity.sql"), connection);
        command.Parameters.AddValues(schema, Age, MostEntries, limit);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Word(ActivityKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    private static ActivityKind Parse(string word) => Enum.GetValues<ActivityKind>().First(kind => Word(kind) == word);
}
