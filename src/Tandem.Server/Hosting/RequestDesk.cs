using Tandem.Postgres;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Files;

namespace Tandem.Server.Hosting;

/// <summary>
/// Where a command hands in a request and waits for its outcome, or reads what is stored. The server that works the schema carries
/// requests out, wherever it runs; both meet in the database alone.
/// </summary>
public sealed class RequestDesk(string databaseUrl, string schema, TimeProvider timeProvider)
{
    /// <summary>A server looks at the latest when it is told; one that does not within this span is not running.</summary>
    public TimeSpan TakenWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What the kind of request understands, a JSON object.</summary>
    public string Options { get; init; } = "{}";

    /// <summary>
    /// That database as a server works it, which has brought it up to date and knows the connection. Null opens it for the desk alone.
    /// </summary>
    public TargetDatabase? Database { get; init; }

    /// <returns>The outcome, or a sentence that says that nobody took the request, which stays.</returns>
    /// <exception cref="ConfigurationException">The database cannot be used, or no server ever worked the schema.</exception>
    public Task<RequestOutcome> AskAsync(RequestKind kind, string? objectName, CancellationToken cancellationToken) =>
        OpenAsync(
            async database =>
            {
                var id = await new RequestTable(database.DataSource, schema).AskAsync(kind, objectName, Options, cancellationToken);
                return await WaitAsync(database, id, cancellationToken);
            },
            cancellationToken);

    /// <summary>Hands a request in without waiting for it.</summary>
    /// <returns>Its id, for <see cref="WaitAsync(long, CancellationToken)"/>.</returns>
    /// <exception cref="ConfigurationException">As above.</exception>
    public Task<long> HandInAsync(RequestKind kind, string? objectName, CancellationToken cancellationToken) => OpenAsync(
        database => new RequestTable(database.DataSource, schema).AskAsync(kind, objectName, Options, cancellationToken),
        cancellationToken);

    /// <summary>The outcome of a request that was handed in.</summary>
    /// <exception cref="ConfigurationException">As above.</exception>
    public Task<RequestOutcome> WaitAsync(long id, CancellationToken cancellationToken) =>
        OpenAsync(database => WaitAsync(database, id, cancellationToken), cancellationToken);

    /// <summary>The connection and its mappings as a mapping file; needs no running server.</summary>
    /// <exception cref="ConfigurationException">As above.</exception>
    public Task<string> ExportAsync(CancellationToken cancellationToken) => OpenAsync(
        async database =>
        {
            var catalog = new CatalogDatabase(database.DataSource);
            var connection = await FindConnectionAsync(catalog, cancellationToken);
            return MappingFileWriter.ToText(MappingFileWriter.Write(
                connection, await catalog.ListMappingsAsync(connection.Id, cancellationToken), timeProvider.GetUtcNow()));
        },
        cancellationToken);

    private async Task<T> OpenAsync<T>(Func<TargetDatabase, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            if (Database is { } shared)
                return await work(shared);
            await using var database = new TargetDatabase(DatabaseWords.Open(databaseUrl));
            var catalog = new CatalogDatabase(database.DataSource);
            await catalog.MigrateAsync(cancellationToken);
            await FindConnectionAsync(catalog, cancellationToken);
            return await work(database);
        }
        catch (Exception exception) when (DatabaseWords.Explain(exception, databaseUrl) is { } sentence)
        {
            throw new ConfigurationException(sentence, exception);
        }
    }

    private async Task<Connection> FindConnectionAsync(CatalogDatabase catalog, CancellationToken cancellationToken) =>
        await catalog.FindConnectionAsync(schema, cancellationToken)
            ?? throw new ConfigurationException($"Nothing is mapped into the schema {schema} of {DatabaseWords.Describe(databaseUrl)}.");

    private async Task<RequestOutcome> WaitAsync(TargetDatabase database, long id, CancellationToken cancellationToken)
    {
        var table = new RequestTable(database.DataSource, schema);
        await using var listener = new ChannelListener(database.Control, RequestTable.Channel, timeProvider) { Payload = schema };
        var asked = timeProvider.GetTimestamp();
        while (true)
        {
            var status = await table.ReadAsync(id, cancellationToken);
            if (status.Outcome is { } outcome)
                return outcome;
            var left = TakenWithin - timeProvider.GetElapsedTime(asked);
            if (!status.IsTaken && left <= TimeSpan.Zero)
            {
                return new RequestOutcome(
                    false,
                    $"No server works the schema {schema}: nobody took the request within {TakenWithin.TotalSeconds:0} seconds. It stays, "
                    + "and the next server that starts carries it out.");
            }

            await listener.WaitAsync(status.IsTaken ? TakenWithin : left, cancellationToken);
        }
    }
}
