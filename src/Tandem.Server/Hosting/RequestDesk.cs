using Npgsql;
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

    /// <returns>The outcome, or a sentence that says that nobody took the request, which stays.</returns>
    /// <exception cref="ConfigurationException">The database cannot be used, or no server ever worked the schema.</exception>
    public Task<RequestOutcome> AskAsync(RequestKind kind, string? objectName, CancellationToken cancellationToken) =>
        OpenAsync(
            async (dataSource, _, _) =>
            {
                var id = await new RequestTable(dataSource, schema).AskAsync(kind, objectName, Options, cancellationToken);
                return await WaitAsync(dataSource, id, cancellationToken);
            },
            cancellationToken);

    /// <summary>Hands a request in without waiting for it.</summary>
    /// <returns>Its id, for <see cref="WaitAsync(long, CancellationToken)"/>.</returns>
    /// <exception cref="ConfigurationException">As above.</exception>
    public Task<long> HandInAsync(RequestKind kind, string? objectName, CancellationToken cancellationToken) => OpenAsync(
        (dataSource, _, _) => new RequestTable(dataSource, schema).AskAsync(kind, objectName, Options, cancellationToken),
        cancellationToken);

    /// <summary>The outcome of a request that was handed in.</summary>
    /// <exception cref="ConfigurationException">As above.</exception>
    public Task<RequestOutcome> WaitAsync(long id, CancellationToken cancellationToken) =>
        OpenAsync((dataSource, _, _) => WaitAsync(dataSource, id, cancellationToken), cancellationToken);

    /// <summary>The connection and its mappings as a mapping file; needs no running server.</summary>
    /// <exception cref="ConfigurationException">As above.</exception>
    public Task<string> ExportAsync(CancellationToken cancellationToken) => OpenAsync(
        async (_, catalog, connection) => MappingFileWriter.ToText(MappingFileWriter.Write(
            connection, await catalog.ListMappingsAsync(connection.Id, cancellationToken), timeProvider.GetUtcNow())),
        cancellationToken);

    private async Task<T> OpenAsync<T>(
        Func<NpgsqlDataSource, CatalogDatabase, Connection, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var dataSource = DatabaseWords.Open(databaseUrl);
        try
        {
            var catalog = new CatalogDatabase(dataSource);
            await catalog.MigrateAsync(cancellationToken);
            var connection = await catalog.FindConnectionAsync(schema, cancellationToken)
                ?? throw new ConfigurationException(
                    $"Nothing is mapped into the schema {schema} of {DatabaseWords.Describe(databaseUrl)}.");
            return await work(dataSource, catalog, connection);
        }
        catch (Exception exception) when (DatabaseWords.Explain(exception, databaseUrl) is { } sentence)
        {
            throw new ConfigurationException(sentence, exception);
        }
    }

    private async Task<RequestOutcome> WaitAsync(NpgsqlDataSource dataSource, long id, CancellationToken cancellationToken)
    {
        var table = new RequestTable(dataSource, schema);
        await using var control = new ControlSession(dataSource);
        await using var listener = new ChannelListener(control, RequestTable.Channel, timeProvider) { Payload = schema };
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
