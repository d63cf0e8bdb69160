using System.Text.Json.Nodes;
using Npgsql;
using Tandem.Postgres;

namespace Tandem.Sync.Catalog.Access;

/// <summary>
/// The audit trail, in <c>tandem.audit</c>. Whoever changes configuration appends to it in the transaction of the change. What looks like
/// a secret is taken out on the way in, whatever the caller put there.
/// </summary>
public sealed class AuditTable(NpgsqlDataSource dataSource)
{
    /// <summary>A thousand notes, and the one that tells that more follow; the rest is asked for in pages.</summary>
    public const int LongestPage = 1_001;

    /// <param name="session">The one whose transaction makes the change.</param>
    public static async Task AppendAsync(NpgsqlConnection session, AuditEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        await using var command = AccessCommand.Of(session, "add_audit.sql")
            .With(Word(entry.Actor.Kind))
            .With(entry.Actor.Id)
            .With(AuditText.Clean(entry.Actor.Name))
            .With(entry.Actor.Address is { } address ? AuditText.Clean(address) : null)
            .With(entry.Action)
            .With(entry.Subject is { } subject ? AuditText.Clean(subject) : null)
            .With(entry.ConnectionId)
            .With(AuditText.Clean(entry.Before)?.ToJsonString())
            .With(AuditText.Clean(entry.After)?.ToJsonString());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The newest first.</summary>
    /// <param name="before">The lowest id of the page before; null for the first page.</param>
    /// <param name="connectionId">Null for every change.</param>
    /// <param name="count">From 1 to <see cref="LongestPage"/>.</param>
    public async Task<IReadOnlyList<AuditNote>> ListAsync(
        long? before, Guid? connectionId, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, LongestPage);
        await using var command = AccessCommand.Of(dataSource, "list_audit.sql")
            .With(before ?? long.MaxValue)
            .With(connectionId)
            .With(count);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var notes = new List<AuditNote>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var notedAt = await reader.GetFieldValueAsync<DateTimeOffset>(1, cancellationToken);
            notes.Add(new AuditNote(reader.GetInt64(0), notedAt, Read(reader)));
        }

        return notes;
    }

    /// <returns>How many notes were older, and were deleted.</returns>
    public async Task<int> PurgeAsync(TimeSpan olderThan, CancellationToken cancellationToken)
    {
        await using var command = AccessCommand.Of(dataSource, "purge_audit.sql").With(olderThan);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static AuditEntry Read(NpgsqlDataReader reader) => new()
    {
        Actor = new Actor
        {
            Kind = ParseKind(reader.GetString(2)),
            Id = reader.IsDBNull(3) ? null : reader.GetGuid(3),
            Name = reader.GetString(4),
            Address = reader.GetTextOrNull(5),
        },
        Action = reader.GetString(6),
        Subject = reader.GetTextOrNull(7),
        ConnectionId = reader.IsDBNull(8) ? null : reader.GetGuid(8),
        Before = reader.GetTextOrNull(9) is { } before ? JsonNode.Parse(before) : null,
        After = reader.GetTextOrNull(10) is { } after ? JsonNode.Parse(after) : null,
    };

    private static string Word(ActorKind kind) => kind switch
    {
        ActorKind.Token => "token",
        ActorKind.User => "user",
        ActorKind.CommandLine => "command_line",
        ActorKind.Start => "start",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of actor."),
    };

    private static ActorKind ParseKind(string word) => word switch
    {
        "token" => ActorKind.Token,
        "user" => ActorKind.User,
        "command_line" => ActorKind.CommandLine,
        _ => ActorKind.Start,
    };
}
