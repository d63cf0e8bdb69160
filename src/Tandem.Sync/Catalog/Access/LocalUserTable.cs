using Npgsql;
using Tandem.Postgres;

namespace Tandem.Sync.Catalog.Access;

/// <summary>The people who sign in by password, in <c>tandem.local_user</c>. What a password must be is decided elsewhere.</summary>
public sealed class LocalUserTable(NpgsqlDataSource dataSource)
{
    /// <exception cref="ConfigurationException">Another user has the name or the e-mail address.</exception>
    public static async Task AddAsync(NpgsqlConnection session, StoredUser stored, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var user = stored.User;
        await using var command = AccessCommand.Of(session, "add_user.sql")
            .With(user.Id)
            .With(user.Name)
            .With(user.Email)
            .With(stored.PasswordHash)
            .With(AccessScopes.Word(user.Role))
            .With(user.CreatedAt);
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException exception) when (exception.ConstraintName == "local_user_name")
        {
            throw new ConfigurationException($"There is a user named {user.Name} already.", exception);
        }
        catch (PostgresException exception) when (exception.ConstraintName == "local_user_email")
        {
            throw new ConfigurationException("Another user has this e-mail address.", exception);
        }
    }

    /// <returns>Null when nobody has the name or the e-mail address.</returns>
    public async Task<StoredUser?> FindAsync(string nameOrEmail, CancellationToken cancellationToken)
    {
        await using var command = AccessCommand.Of(dataSource, "find_user.sql").With(nameOrEmail);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new StoredUser(Read(reader), reader.GetString(7)) : null;
    }

    public async Task<IReadOnlyList<LocalUser>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = AccessCommand.Of(dataSource, "list_users.sql");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var users = new List<LocalUser>();
        while (await reader.ReadAsync(cancellationToken))
            users.Add(Read(reader));
        return users;
    }

    /// <summary>Removes the user and ends the user's sessions.</summary>
    /// <returns>Who was removed; null when there is no such user.</returns>
    public static async Task<LocalUser?> RemoveAsync(NpgsqlConnection session, string name, CancellationToken cancellationToken)
    {
        await using var command = AccessCommand.Of(session, "remove_user.sql").With(name);
        return await ReadOneAsync(command, cancellationToken);
    }

    /// <returns>Whose password it is; null when there is no such user.</returns>
    public static async Task<LocalUser?> SetPasswordAsync(
        NpgsqlConnection session, string name, string passwordHash, DateTimeOffset changedAt, CancellationToken cancellationToken)
    {
        await using var command = AccessCommand.Of(session, "set_password.sql").With(name).With(passwordHash).With(changedAt);
        return await ReadOneAsync(command, cancellationToken);
    }

    /// <summary>Gives a user the e-mail address and the role that are given.</summary>
    /// <returns>Null when there is no such user.</returns>
    /// <exception cref="ConfigurationException">Another user has the e-mail address.</exception>
    public static async Task<LocalUser?> ChangeAsync(NpgsqlConnection session, LocalUser user, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        await using var command = AccessCommand.Of(session, "change_user.sql")
            .With(user.Id)
            .With(user.Email)
            .With(AccessScopes.Word(user.Role));
        try
        {
            return await ReadOneAsync(command, cancellationToken);
        }
        catch (PostgresException exception) when (exception.ConstraintName == "local_user_email")
        {
            throw new ConfigurationException("Another user has this e-mail address.", exception);
        }
    }

    /// <param name="checkedUser">As found when the password was checked.</param>
    /// <param name="passwordHash">The same, or a newer form of it.</param>
    /// <returns>False when the user or the password has changed since the check: then this is no sign-in.</returns>
    public static async Task<bool> NoteSignInAsync(
        NpgsqlConnection session,
        StoredUser checkedUser,
        string passwordHash,
        DateTimeOffset signedInAt,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkedUser);
        await using var command = AccessCommand.Of(session, "note_sign_in.sql")
            .With(checkedUser.User.Id)
            .With(signedInAt)
            .With(passwordHash)
            .With(checkedUser.PasswordHash);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>The first seven columns of every statement that answers with users.</summary>
    internal static LocalUser Read(NpgsqlDataReader reader) => new()
    {
        Id = reader.GetGuid(0),
        Name = reader.GetString(1),
        Email = reader.GetTextOrNull(2),
        Role = AccessScopes.Parse(reader.GetString(3)),
        CreatedAt = reader.GetFieldValue<DateTimeOffset>(4),
        PasswordChangedAt = reader.GetFieldValue<DateTimeOffset>(5),
        SignedInAt = reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6),
    };

    private static async Task<LocalUser?> ReadOneAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }
}
