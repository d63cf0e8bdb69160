using Tandem.Postgres;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Hosting;

/// <summary>
/// The databases that the connections of a server have their tables in: that of the catalogue, and of each other address one pool and one
/// control session, opened when the first of its connections wants it and closed when the last is gone.
/// </summary>
internal sealed class TargetDatabases(TargetDatabase control, DatabaseAddresses addresses) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, ServedDatabase> _byConnection = [];

    public DatabaseAddresses Addresses => addresses;

    /// <summary>The database of a connection, with what the sync keeps there beside the rows.</summary>
    /// <exception cref="ConfigurationException">It cannot be used; the sentence says why.</exception>
    public async Task<TargetDatabase> OpenAsync(Connection connection, CancellationToken cancellationToken)
    {
        if (connection.IsInControlDatabase)
            return control;
        var url = await addresses.FindAsync(connection, cancellationToken);
        var (database, left) = Assign(connection.Id, url);
        if (left is not null)
            await left.DisposeAsync();
        try
        {
            return await database.MakeReadyAsync(cancellationToken);
        }
        catch (Exception exception) when (DatabaseWords.Explain(exception, url) is { } sentence)
        {
            throw new ConfigurationException(sentence, exception);
        }
    }

    /// <summary>Closes the connection's database unless others have their tables there; whoever wants it opens it again.</summary>
    public async Task ReleaseAsync(Guid connectionId)
    {
        ServedDatabase? left;
        lock (_lock)
        {
            _byConnection.Remove(connectionId, out left);
            if (left is not null && _byConnection.ContainsValue(left))
                left = null;
        }

        if (left is not null)
            await left.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _byConnection.Values.Distinct())
            await database.DisposeAsync();
    }

    /// <returns>The database of the address, and the one that nobody has any more when the connection had another before.</returns>
    private (ServedDatabase Database, ServedDatabase? Left) Assign(Guid connectionId, string url)
    {
        lock (_lock)
        {
            var before = _byConnection.GetValueOrDefault(connectionId);
            if (before?.Url == url)
                return (before, null);
            var database = _byConnection.Values.FirstOrDefault(each => each.Url == url) ?? new ServedDatabase(url);
            _byConnection[connectionId] = database;
            return (database, before is null || _byConnection.ContainsValue(before) ? null : before);
        }
    }
}
