using Npgsql;
using Tandem.Postgres;

namespace Tandem.Sync.Catalog.Access;

/// <summary>The tokens of the API, in <c>tandem.api_token</c>. What a token is made of and who may use it is decided elsewhere.</summary>
public sealed class ApiTokenTable(NpgsqlDataSource dataSource)
{
    /// <exception cref="ConfigurationException">Another token has the name, or its connection is gone.</exception>
    public static async Task AddAsync(NpgsqlConnection session, StoredToken stored, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var token = stored.Token;
        await using var command = AccessCommand.Of(session, "add_token.sql")
            .With(token.Id)
            .With(token.Name)
            .With(stored.Hash)
            .With(AccessScopes.Word(token.Scope))
            .With(token.AppName)
            .With(token.ConnectionId)
            .With(token.CreatedAt)
            .With(token.ExpiresAt);
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException exception) when (exception.ConstraintName == "api_token_name")
        {
            throw new ConfigurationException(
                $"There is a token named {token.Name} already: revoke it first, or choose another name.", exception);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            throw new ConfigurationException($"There is no connection {token.ConnectionId} to limit a token to.", exception);
        }
    }

    /// <returns>Null when no token that counts has the hash; an expired one is found all the same.</returns>
    public async Task<StoredToken?> FindAsync(byte[] hash, CancellationToken cancellationToken)
    {
        await using var command = AccessCommand.Of(dataSource, "find_token.sql").With(hash);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new StoredToken(Read(reader), await reader.GetFieldValueAsync<byte[]>(8, cancellationToken))
            : null;
    }

    public async Task<IReadOnlyList<ApiToken>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = AccessCommand.Of(dataSource, "list_tokens.sql");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var tokens = new List<ApiToken>();
        while (await reader.ReadAsync(cancellationToken))
            tokens.Add(Read(reader));
        return tokens;
    }

    /// <param name="unlessSince">A use that was noted later than this is recent enough.</param>
    public async Task NoteUseAsync(Guid id, DateTimeOffset usedAt, DateTimeOffset unlessSince, CancellationToken cancellationToken)
    {
        await using var command = AccessCommand.Of(dataSource, "note_token_use.sql").With(id).With(usedAt).With(unlessSince);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <returns>What was revoked; empty when there is no such token.</returns>
    public static async Task<IReadOnlyList<ApiToken>> RevokeAsync(
        NpgsqlConnection session, string nameOrId, DateTimeOffset revokedAt, CancellationToken cancellationToken)
    {
        await using var command = AccessCommand.Of(session, "revoke_token.sql").With(nameOrId).With(revokedAt);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var revoked = new List<ApiToken>();
        while (await reader.ReadAsync(cancellationToken))
            revoked.Add(Read(reader));
        return revoked;
    }

    /// <summary>Holds other first starts off until the session's transaction ends, and tells whether this is one.</summary>
    public static async Task<bool> LockFirstStartAsync(NpgsqlConnection session, CancellationToken cancellationToken)
    {
        await using var locking = AccessCommand.Of(session, "lock_access.sql");
        await locking.ExecuteNonQueryAsync(cancellationToken);
        await using var reading = AccessCommand.Of(session, "has_access.sql");
        return await reading.ExecuteScalarAsync(cancellationToken) is false;
    }

    /// <returns>Null when there is no such connection.</returns>
    public async Task<Guid?> FindConnectionIdAsync(string nameOrId, CancellationToken cancellationToken)
    {
        await using var command = AccessCommand.Of(dataSource, "find_connection_id.sql").With(nameOrId);
        return await command.ExecuteScalarAsync(cancellationToken) as Guid?;
    }

    private static ApiToken Read(NpgsqlDataReader reader) => new()
    {
        Id = reader.GetGuid(0),
        Name = reader.GetString(1),
        Scope = AccessScopes.Parse(reader.GetString(2)),
        AppName = reader.GetTextOrNull(3),
        ConnectionId = reader.IsDBNull(4) ? null : reader.GetGuid(4),
        CreatedAt = reader.GetFieldValue<DateTimeOffset>(5),
        ExpiresAt = reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6),
        LastUsedAt = reader.IsDBNull(7) ? null : reader.GetFieldValue<DateTimeOffset>(7),
    };
}
