using System.Text;
using Npgsql;
using Tandem.Postgres.Capture;

namespace Tandem.Postgres.Tables;

/// <summary>
/// The schema that holds synced tables, and what it contains besides them: the change log, its archive, functions and triggers.
/// Installed once when a database is connected; a schema made by Heroku Connect is taken over with all its rows.
/// </summary>
public sealed class ServiceSchema(string schema)
{
    /// <summary>
    /// Runs in a transaction of its own. Doing it again changes nothing; two at a time wait for each other, because PostgreSQL
    /// refuses to replace one function from two sessions at once.
    /// </summary>
    public async Task InstallAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await InstallWithinAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>As above, within the connection's open transaction.</summary>
    public async Task InstallWithinAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        CheckName();
        await ExecuteAsync(connection, "select pg_advisory_xact_lock(hashtextextended('tandem service schema', 0))", cancellationToken);
        if (!await ExistsAsync(connection, cancellationToken))
        {
            await ExecuteAsync(connection, $"create schema {PgIdentifier.Quote(schema)}", cancellationToken);
        }

        await CheckExtensionAsync(connection, cancellationToken);
        await ExecuteAsync(connection, SqlText.InSchema("Tables/install_service_schema.sql", schema), cancellationToken);
        await ExecuteAsync(connection, SqlText.InSchema("Tables/install_log_upkeep.sql", schema), cancellationToken);
        await ExecuteAsync(connection, LogTriggers.Install(schema), cancellationToken);
    }

    /// <summary>The schema has a change log that another program made, such as Heroku Connect, and that nobody has taken over.</summary>
    public async Task<bool> IsAnothersAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlText.InSchema("Tables/is_anothers_schema.sql", schema), connection);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    // The channel that announces log entries is named for the schema, and PostgreSQL holds channel names to the same length.
    private void CheckName()
    {
        var room = PgIdentifier.MaxBytes - ReservedNames.ChannelSuffix.Length - 1;
        _ = PgIdentifier.Quote(schema);
        if (Encoding.UTF8.GetByteCount(schema) > room)
        {
            throw new InvalidOperationException(
                $"The name of a synced schema has at most {room} bytes, so that its notification channel can be named for it; "
                + $"\"{schema}\" has {Encoding.UTF8.GetByteCount(schema)}.");
        }
    }

    private async Task<bool> ExistsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select exists (select from pg_catalog.pg_namespace where nspname = $1)", connection)
        {
            Parameters = { new() { Value = schema } },
        };
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    private static async Task CheckExtensionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select n.nspname from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace "
            + "where e.extname = 'hstore'",
            connection);
        if (await command.ExecuteScalarAsync(cancellationToken) is string found && found is not "public")
        {
            throw new InvalidOperationException(
                $"The extension hstore must be installed in the schema public; it is in \"{found}\". "
                + "Move it with: alter extension hstore set schema public.");
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
