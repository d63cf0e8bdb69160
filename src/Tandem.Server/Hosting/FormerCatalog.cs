using Npgsql;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Hosting;

/// <summary>
/// What a database has stored of itself before it becomes the target of a connection: whoever adopted a schema there, or served it by
/// itself, left a connection and mappings in the database's own catalogue. Used when a connection is made or moved there.
/// </summary>
internal sealed class FormerCatalog(string url)
{
    /// <summary>The connection of the schema with its mappings; null when the database has none. Nothing is changed.</summary>
    /// <exception cref="ConfigurationException">The database cannot be used; the sentence says why.</exception>
    public Task<FormerConnection?> FindAsync(string schema, CancellationToken cancellationToken) => OpenAsync(
        async dataSource =>
        {
            var catalog = new CatalogDatabase(dataSource);
            if (!await catalog.IsThereAsync(cancellationToken))
            {
                // Nothing of ours is there; that it answers is all that is asked.
                await using var session = await dataSource.OpenConnectionAsync(cancellationToken);
                return null;
            }

            await catalog.MigrateAsync(cancellationToken);
            return await catalog.FindConnectionAsync(schema, cancellationToken) is { } found
                ? new FormerConnection(found, await catalog.ListMappingsAsync(found.Id, cancellationToken))
                : null;
        });

    /// <summary>Keeps a program that is started on the database itself from working what belongs to a server now.</summary>
    /// <exception cref="ConfigurationException">As above.</exception>
    public Task PauseAsync(Guid connectionId, CancellationToken cancellationToken) => OpenAsync(async dataSource =>
    {
        await using var session = await dataSource.OpenConnectionAsync(cancellationToken);
        await CatalogDatabase.PauseAsync(session, connectionId, isPaused: true, cancellationToken);
        return true;
    });

    /// <summary>The objects whose tables are worked in the schema of the database, by whichever catalogue.</summary>
    /// <exception cref="ConfigurationException">As above.</exception>
    public Task<IReadOnlyList<string>> ListWorkedAsync(string schema, CancellationToken cancellationToken) => OpenAsync(
        async dataSource => await new CatalogDatabase(dataSource).IsThereAsync(cancellationToken)
            ? await new WorkedObjects(dataSource).ListAsync(schema, cancellationToken)
            : []);

    private async Task<T> OpenAsync<T>(Func<NpgsqlDataSource, Task<T>> work)
    {
        await using var dataSource = DatabaseWords.Open(url, DatabaseWords.TargetPoolSize);
        try
        {
            return await work(dataSource);
        }
        catch (Exception exception) when (DatabaseWords.Explain(exception, url) is { } sentence)
        {
            throw new ConfigurationException(sentence, exception);
        }
    }
}
