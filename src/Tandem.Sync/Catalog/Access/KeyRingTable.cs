using Npgsql;

namespace Tandem.Sync.Catalog.Access;

/// <summary>
/// The key ring, in <c>tandem.key_ring</c>, and which master key it is encrypted under, in <c>tandem.master_key</c>. The framework reads
/// and adds keys without awaiting, so those two methods do not await either; both happen a few times a day.
/// </summary>
public sealed class KeyRingTable(NpgsqlDataSource dataSource)
{
    public IReadOnlyList<KeyValuePair<string, string>> List()
    {
        using var session = dataSource.OpenConnection();
        using var command = AccessCommand.Of(session, "list_keys.sql");
        using var reader = command.ExecuteReader();
        var keys = new List<KeyValuePair<string, string>>();
        while (reader.Read())
            keys.Add(KeyValuePair.Create(reader.GetString(0), reader.GetString(1)));
        return keys;
    }

    /// <param name="masterKeyId">The key that the content is encrypted under.</param>
    /// <exception cref="ConfigurationException">The ring has another master key by now.</exception>
    public void Add(string name, string content, string masterKeyId)
    {
        using var session = dataSource.OpenConnection();
        using var command = AccessCommand.Of(session, "add_key.sql").With(name).With(content).With(masterKeyId);
        if (command.ExecuteNonQuery() == 0)
        {
            throw new ConfigurationException(
                "The master key was changed while this program ran: start it again with the new one before it stores secrets.");
        }
    }

    /// <summary>Holds off other programs that look after the keys until the session's transaction ends.</summary>
    public static async Task LockAsync(NpgsqlConnection session, CancellationToken cancellationToken)
    {
        await using var command = AccessCommand.Of(session, "lock_keys.sql");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <returns>Null when no secret was ever stored.</returns>
    public static async Task<MasterKeyNote?> FindMasterKeyAsync(NpgsqlConnection session, CancellationToken cancellationToken)
    {
        await using var command = AccessCommand.Of(session, "read_master_key.sql");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new MasterKeyNote(reader.GetString(0), reader.GetString(1)) : null;
    }

    public static async Task SaveMasterKeyAsync(NpgsqlConnection session, MasterKeyNote note, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(note);
        await using var command = AccessCommand.Of(session, "save_master_key.sql").With(note.KeyId).With(note.Canary);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task ReplaceAsync(NpgsqlConnection session, string name, string content, CancellationToken cancellationToken)
    {
        await using var command = AccessCommand.Of(session, "replace_key.sql").With(name).With(content);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
