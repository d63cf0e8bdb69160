using Npgsql;

namespace Tandem.Sync.Catalog.Access;

/// <summary>The connections' credentials, in <c>tandem.credential</c>. They come here encrypted and are not read here.</summary>
public sealed class CredentialTable(NpgsqlDataSource dataSource)
{
    public static string Word(CredentialKind kind) => kind switch
    {
        CredentialKind.SignIn => "sign_in",
        CredentialKind.Database => "database",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of credential."),
    };

    /// <exception cref="ConfigurationException">There is no such connection.</exception>
    public static async Task SaveAsync(
        NpgsqlConnection session, Guid connectionId, CredentialKind kind, byte[] content, CancellationToken cancellationToken)
    {
        await using var command = AccessCommand.Of(session, "save_credential.sql").With(connectionId).With(Word(kind)).With(content);
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            throw new ConfigurationException($"There is no connection {connectionId} to keep a credential for.", exception);
        }
    }

    /// <returns>Null when none is stored.</returns>
    public async Task<byte[]?> FindAsync(Guid connectionId, CredentialKind kind, CancellationToken cancellationToken)
    {
        await using var command = AccessCommand.Of(dataSource, "find_credential.sql").With(connectionId).With(Word(kind));
        return await command.ExecuteScalarAsync(cancellationToken) as byte[];
    }

    /// <summary>The same; others wait with their changes until the session's transaction ends.</summary>
    public static async Task<byte[]?> LockAsync(
        NpgsqlConnection session, Guid connectionId, CredentialKind kind, CancellationToken cancellationToken)
    {
        await using var command = AccessCommand.Of(session, "lock_credential.sql").With(connectionId).With(Word(kind));
        return await command.ExecuteScalarAsync(cancellationToken) as byte[];
    }

    public static async Task RemoveAsync(
        NpgsqlConnection session, Guid connectionId, CredentialKind kind, CancellationToken cancellationToken)
    {
        await using var command = AccessCommand.Of(session, "remove_credential.sql").With(connectionId).With(Word(kind));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
