using Npgsql;

namespace Tandem.Sync.Catalog.Access;

/// <summary>Who is signed in, in <c>tandem.user_session</c>: a hash of what the browser shows, and until when it counts.</summary>
public sealed class UserSessionTable(NpgsqlDataSource dataSource)
{
    public static async Task AddAsync(
        NpgsqlConnection session,
        byte[] hash,
        Guid userId,
        DateTimeOffset createdAt,
        DateTimeOffset expiresAt,
        CancellationToken cancellationToken)
    {
        await using var command = AccessCommand.Of(session, "add_session.sql").With(hash).With(userId).With(createdAt).With(expiresAt);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <returns>Null when nobody is signed in with this at the given time.</returns>
    public async Task<LocalUser?> FindAsync(byte[] hash, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var command = AccessCommand.Of(dataSource, "find_session.sql").With(hash).With(at);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? LocalUserTable.Read(reader) : null;
    }

    public async Task RemoveAsync(byte[] hash, CancellationToken cancellationToken)
    {
        await using var command = AccessCommand.Of(dataSource, "remove_session.sql").With(hash);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task RemoveAllAsync(NpgsqlConnection session, Guid userId, CancellationToken cancellationToken)
    {
        await using var command = AccessCommand.Of(session, "remove_sessions.sql").With(userId);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <returns>How many had ended by the given time, and were deleted.</returns>
    public async Task<int> PurgeAsync(DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var command = AccessCommand.Of(dataSource, "purge_sessions.sql").With(at);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
