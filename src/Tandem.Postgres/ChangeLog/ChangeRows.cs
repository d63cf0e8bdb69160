using Npgsql;

namespace Tandem.Postgres.ChangeLog;

/// <summary>Reads entries as claim_changes.sql and read_pending.sql give them.</summary>
internal static class ChangeRows
{
    private static readonly Dictionary<string, string?> None = [];

    public static async Task<IReadOnlyList<Change>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var changes = new List<Change>();
        while (await reader.ReadAsync(cancellationToken))
        {
            changes.Add(new Change
            {
                Id = new ChangeId(reader.GetInt32(0)),
                Action = ActionOf(reader.GetString(1)),
                Table = reader.GetString(2),
                RecordId = reader.GetInt32(3),
                Sfid = await reader.IsDBNullAsync(4, cancellationToken) ? null : reader.GetString(4),
                Values = await ReadPairsAsync(reader, 5, cancellationToken),
                Old = await ReadPairsAsync(reader, 7, cancellationToken),
                ClaimedAt = DateTime.SpecifyKind(reader.GetDateTime(9), DateTimeKind.Utc),
            });
        }

        return changes;
    }

    private static ChangeAction ActionOf(string text) => text switch
    {
        "INSERT" => ChangeAction.Insert,
        "UPDATE" => ChangeAction.Update,
        "DELETE" => ChangeAction.Delete,
        _ => throw new InvalidOperationException($"The change log holds the action \"{text}\"; expected INSERT, UPDATE or DELETE."),
    };

    private static async Task<IReadOnlyDictionary<string, string?>> ReadPairsAsync(
        NpgsqlDataReader reader, int ordinal, CancellationToken cancellationToken)
    {
        if (await reader.IsDBNullAsync(ordinal, cancellationToken))
        {
            return None;
        }

        var keys = await reader.GetFieldValueAsync<string[]>(ordinal, cancellationToken);
        var values = await reader.GetFieldValueAsync<string?[]>(ordinal + 1, cancellationToken);
        var pairs = new Dictionary<string, string?>(keys.Length, StringComparer.Ordinal);
        for (var at = 0; at < keys.Length; at++)
        {
            pairs.Add(keys[at], values[at]);
        }

        return pairs;
    }
}
