using Npgsql;
using Tandem.Postgres;

namespace Tandem.Sync.ApiVersions;

/// <summary>
/// Changes a paused connection to another version of the org's API. The next shift describes all objects in it and shapes the tables
/// after them, as it does after any change of the org's schema. Source: heroku-connect.md, section 12.9.
/// </summary>
public static class ApiVersionChange
{
    /// <summary>
    /// The objects that are still being synced by a Bulk job: jobs outlive a pause, and only the version that made one gives out its
    /// results.
    /// </summary>
    public static async Task<IReadOnlyList<string>> ListBoundAsync(
        NpgsqlConnection session, string schema, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("ApiVersions/list_version_bound_work.sql"), session);
        command.Parameters.AddValues(schema);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var objects = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            objects.Add(reader.GetString(0));
        return objects;
    }

    /// <summary>Doing it twice is harmless.</summary>
    /// <param name="session">Within the caller's transaction.</param>
    /// <returns>False when the connection is not paused; nothing was changed then.</returns>
    public static async Task<bool> ApplyAsync(
        NpgsqlConnection session, Guid connectionId, string version, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("ApiVersions/change_api_version.sql"), session);
        command.Parameters.AddValues(connectionId, version);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }
}
