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
            var action = ActionOf(reader.GetTextOrNull(1));
            var values = ReadPairs(reader, 5);
            var old = ReadPairs(reader, 6);
            changes.Add(new Change
            {
                Id = new ChangeId(reader.GetInt32(0)),
                Action = action ?? ChangeAction.Update,
                Table = reader.GetString(2),
                RecordId = reader.GetInt32(3),
                Sfid = reader.GetTextOrNull(4),
                Values = values ?? None,
                Old = old ?? None,
                ClaimedAt = DateTime.SpecifyKind(reader.GetDateTime(7), DateTimeKind.Utc),
                Problem = (action, values, old) switch
                {
                    (null, _, _) => "The log entry's action must be INSERT, UPDATE or DELETE; it is something else.",
                    (_, null, _) => "The log entry's column values must hold hstore text; it holds something else.",
                    (_, _, null) => "The log entry's column old must hold hstore text; it holds something else.",
                    _ => null,
                },
            });
        }

        return changes;
    }

    private static ChangeAction? ActionOf(string? text) => text switch
    {
        "INSERT" => ChangeAction.Insert,
        "UPDATE" => ChangeAction.Update,
        "DELETE" => ChangeAction.Delete,
        _ => null,
    };

    private static IReadOnlyDictionary<string, string?>? ReadPairs(NpgsqlDataReader reader, int ordinal) =>
        reader.GetTextOrNull(ordinal) is { } text ? HstoreText.Parse(text) : None;
}
